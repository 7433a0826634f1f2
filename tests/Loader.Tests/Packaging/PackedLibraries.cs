using System.IO.Compression;
using Loader.Tests.Support;

namespace Loader.Tests.Packaging;

/// <summary>The packages of the library, packed once from the build under test.</summary>
[SetUpFixture]
public sealed class PackedLibraries
{
    private static Lazy<Task<PackedLibraries>> _packed = new(PackAsync);

    /// <summary>Gets the projects of the packages, by the id of the package.</summary>
    internal static IReadOnlyDictionary<string, string> Projects { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["EnergyLoader"] = "Loader.Infrastructure",
        ["EnergyLoader.Core"] = "Loader.Application",
        ["EnergyLoader.Domain"] = "Loader.Domain",
        ["EnergyLoader.DuckDb"] = "Loader.DuckDb",
        ["EnergyLoader.Parquet"] = "Loader.Parquet",
        ["EnergyLoader.Testing"] = "Loader.Testing",
    };

    /// <summary>Gets the folder of the packages that this build restored.</summary>
    internal static string Cache => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>Gets the address that the packages were told of as that of their repository.</summary>
    internal static Uri RepositoryAddress { get; } = new("https://git.example.org/loader");

    /// <summary>Gets the folder of the packages.</summary>
    internal string Folder { get; private init; } = "";

    /// <summary>Gets the version of all packages.</summary>
    internal string Version { get; private init; } = "";

    /// <summary>Packs the libraries, unless another fixture has.</summary>
    internal static Task<PackedLibraries> GetAsync() => _packed.Value;

    /// <summary>Opens a package.</summary>
    internal ZipArchive Open(string id) => ZipFile.OpenRead(Path.Combine(Folder, $"{id}.{Version}.nupkg"));

    /// <summary>
    /// Writes a configuration of NuGet into the folder of a project outside the repository: our packages come from their folder, all others
    /// from the cache of this build and from <paramref name="feeds"/>. Restored packages go into a cache of the tests' own.
    /// </summary>
    /// <param name="project">The folder of the project.</param>
    /// <param name="feeds">More sources as XML. Empty for those that the machine is configured for; the default is none.</param>
    internal Task ConfigureAsync(string project, string feeds = "<clear />") => File.WriteAllTextAsync(
        Path.Combine(project, "nuget.config"),
        $"""
        <configuration>
          <config><add key="globalPackagesFolder" value="{Path.Combine(Folder, "..", "cache")}" /></config>
          <packageSources>{feeds}<add key="made" value="{Folder}" /></packageSources>
          <fallbackPackageFolders><clear /><add key="cache" value="{Cache}" /></fallbackPackageFolders>
        </configuration>
        """);

    [OneTimeTearDown]
    public async Task DeleteAsync()
    {
        if (_packed.IsValueCreated)
        {
            Directory.Delete(Path.GetDirectoryName((await _packed.Value).Folder)!, recursive: true);
            _packed = new Lazy<Task<PackedLibraries>>(PackAsync);
        }
    }

    private static async Task<PackedLibraries> PackAsync()
    {
        string folder = Path.Combine(Directory.CreateTempSubdirectory("loader-packages-").FullName, "packages");
        string output = new DirectoryInfo(AppContext.BaseDirectory).Name;
        string configuration = output.StartsWith("release", StringComparison.OrdinalIgnoreCase) ? "Release" : "Debug";
        foreach (string project in Projects.Values)
        {
            await DotnetCommand.RunAsync(
                Repository.Root, [], "pack", $"src/{project}", "--no-build", "--configuration", configuration, "--output", folder, "--verbosity", "quiet",
                $"-p:PrivateRepositoryUrl={RepositoryAddress}");
        }

        const string One = "EnergyLoader.Domain.";
        string package = Path.GetFileNameWithoutExtension(Directory.GetFiles(folder, $"{One}*.nupkg").Single());
        return new PackedLibraries { Folder = folder, Version = package[One.Length..] };
    }
}
