using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
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

    /// <summary>The sources of packages that the machine is configured for.</summary>
    private const string MachineFeeds = "";

    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    private readonly string _folder = Directory.CreateTempSubdirectory("loader-projects-").FullName;
    private PackedLibraries _packages = null!;

    private static IEnumerable<string> Ids => PackedLibraries.Projects.Keys;

    /// <summary>Gets a host of our packages.</summary>
    private string Project =>
        $"""
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
            <PackageReference Include="EnergyLoader" Version="{_packages.Version}" />
            <PackageReference Include="Microsoft.Extensions.Configuration.EnvironmentVariables" Version="10.0.15" />
          </ItemGroup>
        </Project>
        """;

    [OneTimeSetUp]
    public async Task PackAsync() => _packages = await PackedLibraries.GetAsync();

    [OneTimeTearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestCaseSource(nameof(Ids))]
    public void A_package_contains_readme_license_icon_and_documentation(string id)
    {
        using ZipArchive package = _packages.Open(id);
        string assembly = PackedLibraries.Projects[id];

        Assert.That(
            package.Entries.Select(entry => entry.FullName),
            Is.SupersetOf(new[] { "README.md", "LICENSE", "CHANGELOG.md", "icon.png", $"lib/net10.0/{assembly}.dll", $"lib/net10.0/{assembly}.xml" }));
    }

    [TestCaseSource(nameof(Ids))]
    public void A_package_has_a_readme_of_its_own(string id)
    {
        using ZipArchive package = _packages.Open(id);
        using var readme = new StreamReader(package.GetEntry("README.md")!.Open());

        Assert.That(readme.ReadLine(), Is.EqualTo($"# {id}"));
    }

    [TestCase("license", "MIT")]
    [TestCase("readme", "README.md")]
    [TestCase("icon", "icon.png")]
    [TestCase("projectUrl", "https://git.example.org/loader")]
    public void Every_package_says(string element, string value)
    {
        foreach (string id in Ids)
        {
            Assert.That(Specification(id).Single(entry => entry.Name.LocalName == element).Value, Is.EqualTo(value), id);
        }
    }

    /// <summary>A host that needs no AWS gets none: neither here nor from packages that these depend on.</summary>
    [TestCase("EnergyLoader.Domain", "")]
    [TestCase("EnergyLoader.Core", "EnergyLoader.Domain Microsoft.Extensions.Logging.Abstractions Microsoft.Extensions.Options")]
    [TestCase("EnergyLoader.Parquet", "K4os.Compression.LZ4 Snappier System.IO.Hashing ZstdSharp.Port")]
    [TestCase("EnergyLoader.DuckDb", "DuckDB.NET.Data.Full EnergyLoader.Core")]
    [TestCase("EnergyLoader.Testing", "EnergyLoader.Core Parquet.Net")]
    public void A_package_depends_only_on(string id, string dependencies) =>
        Assert.That(
            string.Join(' ', DependenciesOf(id).Select(dependency => dependency.Attribute("id")!.Value).Order(StringComparer.Ordinal)),
            Is.EqualTo(dependencies));

    [TestCaseSource(nameof(Ids))]
    public void A_host_can_use_newer_versions_than_the_package_was_built_with(string id)
    {
        IEnumerable<string> exact = DependenciesOf(id)
            .Where(element => element.Attribute("version")!.Value is ['[', ..] version && !version.Contains(',', StringComparison.Ordinal))
            .Select(element => element.Attribute("id")!.Value);

        Assert.That(exact, Is.Empty);
    }

    /// <summary>The newer version is an empty package, made here: whether a restore accepts it depends on the range alone.</summary>
    [Test]
    public async Task A_host_that_brings_a_newer_AWS_SDK_restores_with_the_package()
    {
        const string Newer = "4.1.99";
        string feed = Directory.CreateDirectory(Path.Combine(_folder, "newer")).FullName;
        MakePackage(feed, "AWSSDK.Core", Newer);
        string references = $"""
            <PackageReference Include="EnergyLoader" Version="{_packages.Version}" /><PackageReference Include="AWSSDK.Core" Version="{Newer}" />
            """;

        (int exitCode, string output) = await RestoreAsync("newer-core", references, $"""<clear /><add key="newer" value="{feed}" />""");

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(await ResolvedAsync("newer-core", "AWSSDK.Core"), Is.EqualTo(Version.Parse(Newer)));
    }

    /// <summary>The package feed is the machine's own. A host that does not restore without our package says nothing about it.</summary>
    [Test]
    public async Task A_host_that_uses_the_newest_client_of_another_service_restores_with_the_package()
    {
        string client = """<PackageReference Include="AWSSDK.DynamoDBv2" Version="4.1.0" />""";
        string library = $"""<PackageReference Include="EnergyLoader" Version="{_packages.Version}" />""";

        (int alone, _) = await RestoreAsync("client", client, MachineFeeds);
        if (alone != 0)
        {
            Assert.Ignore("AWSSDK.DynamoDBv2 4.1.0 cannot be restored here: no package feed can be reached, or it lacks the package.");
        }

        (int both, string output) = await RestoreAsync("client-and-loader", client + library, MachineFeeds);

        Assert.That(both, Is.Zero, output);
        Assert.That(await ResolvedAsync("client-and-loader", "AWSSDK.Core"), Is.GreaterThanOrEqualTo(new Version(4, 1, 0)));
    }

    [TestCaseSource(nameof(Ids))]
    public void A_package_contains_its_sources_for_debugging(string id)
    {
        using ZipArchive package = _packages.Open(id);
        using var copy = new MemoryStream();
        using (Stream entry = package.GetEntry($"lib/net10.0/{PackedLibraries.Projects[id]}.dll")!.Open())
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
        await _packages.ConfigureAsync(project);
        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        server.Timestream.CreateEnergyTables();

        await DotnetCommand.RunAsync(project, [], "build", "--output", "out", "--verbosity", "quiet");
        string output = await DotnetCommand.RunAsync(project, server.Environment(), "out/app.dll", Path.Combine(data, "a.parquet"));

        Assert.That(output.Trim(), Is.EqualTo($"read {Rows}, written {Rows}"));
        Assert.That(server.Timestream.Table(EnergyTables.Database, EnergyTables.Generation).Count, Is.EqualTo(Rows));
    }

    /// <summary>Restores a project outside the repository, into a cache of its own. A warning is an error.</summary>
    private async Task<(int ExitCode, string Output)> RestoreAsync(string name, string references, string feeds)
    {
        string project = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        string text = $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <NuGetAudit>false</NuGetAudit>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>{references}</ItemGroup>
            </Project>
            """;
        await File.WriteAllTextAsync(Path.Combine(project, $"{name}.csproj"), text);
        await _packages.ConfigureAsync(project, feeds);
        return await DotnetCommand.TryRunAsync(project, [], "restore", "--verbosity", "quiet");
    }

    private static void MakePackage(string feed, string id, string version)
    {
        using ZipArchive package = ZipFile.Open(Path.Combine(feed, $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
        using var nuspec = new StreamWriter(package.CreateEntry($"{id}.nuspec").Open());
        nuspec.Write($"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
              <metadata><id>{id}</id><version>{version}</version><authors>nobody</authors><description>empty</description></metadata>
            </package>
            """);
    }

    /// <summary>Reads the version of a package that a restore chose.</summary>
    private async Task<Version> ResolvedAsync(string name, string package)
    {
        await using FileStream assets = File.OpenRead(Path.Combine(_folder, name, "obj", "project.assets.json"));
        using JsonDocument json = await JsonDocument.ParseAsync(assets);
        string library = json.RootElement.GetProperty("libraries").EnumerateObject().Select(entry => entry.Name)
            .Single(entry => entry.StartsWith($"{package}/", StringComparison.Ordinal));
        return Version.Parse(library[(package.Length + 1)..]);
    }

    private IEnumerable<XElement> DependenciesOf(string id) => Specification(id).Where(element => element.Name.LocalName == "dependency");

    private IEnumerable<XElement> Specification(string id)
    {
        using ZipArchive package = _packages.Open(id);
        using Stream nuspec = package.GetEntry($"{id}.nuspec")!.Open();
        return XDocument.Load(nuspec).Descendants().ToList();
    }
}
