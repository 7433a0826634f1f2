using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Loader.Tests.Support;

namespace Loader.Tests.Packaging;

/// <summary>The C# of the README's chapter, of <c>docs/library.md</c> and of the packages' READMEs compiles against the packages.</summary>
[Category("Packaging")]
[Parallelizable(ParallelScope.Self)]
public sealed partial class DocumentationCodeTests
{
    private const string Header = """
        using Loader.Application;
        using Loader.Application.Ports;
        using Loader.Application.Results;
        using Loader.Application.Telemetry;
        using Loader.Domain;
        using Loader.DuckDb;
        using Loader.Parquet.Columns;
        using Loader.Parquet.Metadata;
        using Loader.Parquet.Pages;
        using Loader.Parquet.Reading;
        using Loader.Parquet.Storage;
        using Loader.Testing;
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;
        using Microsoft.Extensions.Logging;

        """;

    /// <summary>What the code of the documents takes as given.</summary>
    private const string Given = """
        public sealed class MySink : IRecordSink
        {
            public Task<Destination> InspectAsync(DatasetType dataset, CancellationToken cancellationToken) => throw new NotSupportedException();

            public Task<IRecordWriter> OpenAsync(DatasetType dataset, CancellationToken cancellationToken) => throw new NotSupportedException();
        }

        public abstract class Context
        {
            protected static readonly HostApplicationBuilder builder = null!;
            protected static readonly IServiceCollection services = null!;
            protected static readonly IConfiguration configuration = null!;
            protected static readonly ILogger logger = null!;
            protected static readonly LoadParquetFile load = null!;
            protected static readonly LoadParquetFiles files = null!;
            protected static readonly IAsyncEnumerable<LoadRequest> requests = null!;
            protected static readonly Dictionary<string, byte[]> uploads = null!;
            protected static readonly MeasurementBatch batch = null!;
            protected static readonly RandomAccessFile file = null!;
            protected static readonly string arn = "";
            protected static readonly DateTimeOffset time = default;
            protected static readonly CancellationToken stop = default;
            protected static readonly CancellationToken cancellationToken = default;

            protected static void Write(Series series, long at, double value, long version)
            {
            }
        }

        """;

    private static readonly string[] Documents =
    [
        "README.md", "docs/library.md", "src/Loader.Infrastructure/README.md", "src/Loader.DuckDb/README.md", "src/Loader.Domain/README.md",
        "src/Loader.Testing/README.md", "src/Loader.Parquet/README.md",
    ];

    [Test]
    public async Task Code_in_documents_compiles_against_the_packages()
    {
        PackedLibraries packages = await PackedLibraries.GetAsync();
        string folder = Directory.CreateTempSubdirectory("loader-documents-").FullName;
        try
        {
            foreach (string document in Documents)
            {
                string[] blocks = [.. CSharpBlock().Matches(await ReadAsync(document)).Select(match => match.Groups["code"].Value)];
                Assert.That(blocks, Is.Not.Empty, $"{document} has no C#.");
                await File.WriteAllTextAsync(Path.Combine(folder, $"{document.Replace('/', '_')}.cs"), Compose(document, blocks));
            }

            await File.WriteAllTextAsync(Path.Combine(folder, "Given.cs"), Header + Given);
            await File.WriteAllTextAsync(Path.Combine(folder, "documents.csproj"), Project(packages.Version));
            await packages.ConfigureAsync(folder);

            (int exitCode, string output) = await DotnetCommand.TryRunAsync(folder, [], "build", "--verbosity", "quiet");

            Assert.That(exitCode, Is.Zero, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Puts statements into methods, and types beside them. The lines of the compiler are those of the block.</summary>
    private static string Compose(string document, string[] blocks)
    {
        var text = new StringBuilder(Header);
        for (int index = 0; index < blocks.Length; index++)
        {
            string block = blocks[index];
            int types = TypeDeclaration().Match(block) is { Success: true } match ? match.Index : block.Length;
            string name = string.Create(CultureInfo.InvariantCulture, $"{NotWord().Replace(document, "_")}_{index}");
            text.AppendLine(CultureInfo.InvariantCulture, $"namespace {name}\n{{\npublic sealed class Code : Context\n{{\npublic static async Task RunAsync()\n{{\n#line 1 \"{document}, block {index + 1}\"");
            text.Append(block, 0, types);
            text.AppendLine("\n#line hidden\nawait Task.CompletedTask;\n}\n}").Append(block, types, block.Length - types).AppendLine("}");
        }

        return text.ToString();
    }

    private static async Task<string> ReadAsync(string document)
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, document));
        return document == "README.md" ? text[text.IndexOf("## The library", StringComparison.Ordinal)..] : text;
    }

    private static string Project(string version) =>
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <NuGetAudit>false</NuGetAudit>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="EnergyLoader" Version="{version}" />
            <PackageReference Include="EnergyLoader.DuckDb" Version="{version}" />
            <PackageReference Include="EnergyLoader.Testing" Version="{version}" />
            <PackageReference Include="Microsoft.Extensions.Hosting" Version="10.0.15" />
          </ItemGroup>
        </Project>
        """;

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex("^public (sealed )?class ", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex("\\W", RegexOptions.NonBacktracking)]
    private static partial Regex NotWord();
}
