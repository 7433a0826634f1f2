namespace Loader.Tests.Support;

/// <summary>The checkout that the tests run in.</summary>
internal static class Repository
{
    /// <summary>Gets the root folder.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Loader.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests must run inside a checkout.");
        }

        return folder;
    }
}
