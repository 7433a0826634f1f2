namespace Loader.Tests.Support;

/// <summary>A folder of a test's own.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("loader-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
