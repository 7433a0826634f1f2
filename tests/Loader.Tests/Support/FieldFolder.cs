namespace Loader.Tests.Support;

/// <summary>Finds small files after public reports in a folder next to the checkout. It is not part of the project.</summary>
internal static class FieldFolder
{
    /// <summary>Returns the path of a folder of these files, or skips the test with a message.</summary>
    /// <param name="name">The folder, relative to <c>../shared/data/field</c>.</param>
    public static string PathOrIgnore(string name)
    {
        string folder = Path.GetFullPath(Path.Combine(RepositoryRoot(), "..", "shared", "data", "field", name));
        if (!Directory.Exists(folder))
        {
            Assert.Ignore($"Skipped: ../shared/data/field/{name} does not exist.");
        }

        return folder;
    }

    private static string RepositoryRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Loader.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests must run inside a checkout.");
        }

        return folder;
    }
}
