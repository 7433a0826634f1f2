using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Loader.LocalAws;
using Loader.LocalAws.Timestream;
using Loader.Tests.Lambda;

namespace Loader.Tests.Packaging;

/// <summary>
/// The packages of the library, packed from the build under test and used by a project outside the repository.
/// </summary>
[Category("Packaging")]
[Parallelizable(ParallelScope.Self)]
public sealed class PackageTests
{
    private const int Rows = 250;

    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <UseAppHost>false</UseAppHost>
            <NuGetAudit>false</NuGetAudit>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Loader.Infrastructure" Version="0.1.0" />
            <PackageReference Include="Microsoft.Extensions.Configuration.EnvironmentVariables" Version="10.0.15" />
          </ItemGroup>
        </Project>
        """;

    private const string Program = """
        using Loader.Application;
        using Loader.Application.Results;
        using Loader.Domain;
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection;

        var services = new ServiceCollection();
        services.AddLoader(new ConfigurationBuilder().AddEnvironmentVariables().Build());
        await using ServiceProvider provider = services.BuildServiceProvider();
        LoadReport report = await provider.GetRequiredService<LoadParquetFile>().LoadAsync(new LoadRequest(SourceFile.OnDisk(args[0])), CancellationToken.None);
        Console.WriteLine($"read {report.Ledger.Read}, written {report.Ledger.Written}");
        """;

    private static readonly string[] Libraries = ["Loader.Domain", "Loader.Parquet", "Loader.Application", "Loader.Infrastructure", "Loader.DuckDb"];
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    private string _folder = null!;

    private string Packages => Path.Combine(_folder, "packages");

    [OneTimeSetUp]
    public async Task PackAsync()
    {
        _folder = Directory.CreateTempSubdirectory("loader-packages-").FullName;
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        string configuration = output.Name.StartsWith("release", StringComparison.OrdinalIgnoreCase) ? "Release" : "Debug";
        string root = output.Parent!.Parent!.Parent!.Parent!.FullName;
        foreach (string library in Libraries)
        {
            await DotnetCommand.RunAsync(root, [], "pack", $"src/{library}", "--no-build", "--configuration", configuration, "--output", Packages, "--verbosity", "quiet");
        }
    }

    [OneTimeTearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestCaseSource(nameof(Libraries))]
    public void A_package_contains_readme_license_and_documentation(string library)
    {
        using ZipArchive package = Open(library);
        using var nuspec = new StreamReader(package.GetEntry($"{library}.nuspec")!.Open());

        Assert.That(
            package.Entries.Select(entry => entry.FullName),
            Is.SupersetOf(new[] { "README.md", "LICENSE", $"lib/net10.0/{library}.dll", $"lib/net10.0/{library}.xml" }));
        Assert.That(
            nuspec.ReadToEnd(),
            Does.Contain("<license type=\"expression\">MIT</license>").And.Contains("<readme>README.md</readme>").And.Not.Contains("Package Description"));
    }

    [Test]
    public void A_host_can_use_a_newer_AWS_SDK_than_the_package_was_built_with()
    {
        using ZipArchive package = Open("Loader.Infrastructure");
        using Stream nuspec = package.GetEntry("Loader.Infrastructure.nuspec")!.Open();

        IEnumerable<string> versions = XDocument.Load(nuspec).Descendants()
            .Where(element => element.Name.LocalName == "dependency" && element.Attribute("id")!.Value.StartsWith("AWSSDK.", StringComparison.Ordinal))
            .Select(element => element.Attribute("version")!.Value);

        Assert.That(versions, Is.Not.Empty.And.All.Matches<string>(version => !version.Contains('[', StringComparison.Ordinal)));
    }

    [TestCaseSource(nameof(Libraries))]
    public void A_package_contains_its_sources_for_debugging(string library)
    {
        using ZipArchive package = Open(library);
        using var copy = new MemoryStream();
        using (Stream entry = package.GetEntry($"lib/net10.0/{library}.dll")!.Open())
        {
            entry.CopyTo(copy);
        }

        copy.Position = 0;
        using var assembly = new PEReader(copy);
        DebugDirectoryEntry symbols = assembly.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
        using MetadataReaderProvider provider = assembly.ReadEmbeddedPortablePdbDebugDirectoryData(symbols);
        MetadataReader reader = provider.GetMetadataReader();

        int sources = reader.CustomDebugInformation.Count(handle => reader.GetGuid(reader.GetCustomDebugInformation(handle).Kind) == EmbeddedSource);

        Assert.That(sources, Is.EqualTo(reader.Documents.Count).And.GreaterThan(0));
    }

    [Test]
    public async Task A_fresh_project_restores_the_packages_and_loads_a_file_with_them()
    {
        string project = Directory.CreateDirectory(Path.Combine(_folder, "app")).FullName;
        string data = Directory.CreateDirectory(Path.Combine(_folder, "dataset=generation")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(data, "a.parquet"), SomeFiles.Generation(Rows));
        await File.WriteAllTextAsync(Path.Combine(project, "app.csproj"), Project);
        await File.WriteAllTextAsync(Path.Combine(project, "Program.cs"), Program);
        await File.WriteAllTextAsync(Path.Combine(project, "nuget.config"), NuGetConfig());
        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        server.Timestream.CreateEnergyTables();

        await DotnetCommand.RunAsync(project, [], "build", "--output", "out", "--verbosity", "quiet");
        string output = await DotnetCommand.RunAsync(project, server.Environment(), "out/app.dll", Path.Combine(data, "a.parquet"));

        Assert.That(output.Trim(), Is.EqualTo($"read {Rows}, written {Rows}"));
        Assert.That(server.Timestream.Table(EnergyTables.Database, EnergyTables.Generation).Count, Is.EqualTo(Rows));
    }

    /// <summary>
    /// Our packages come from their folder and all others from the cache of this build, so the test needs no network.
    /// </summary>
    private string NuGetConfig()
    {
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(_folder, "cache")}" /></config>
              <packageSources><clear /><add key="made" value="{Packages}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="cache" value="{cache}" /></fallbackPackageFolders>
            </configuration>
            """;
    }

    private ZipArchive Open(string library) => ZipFile.OpenRead(Path.Combine(Packages, $"{library}.0.1.0.nupkg"));
}
