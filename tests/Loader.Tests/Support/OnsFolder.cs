namespace Loader.Tests.Support;

/// <summary>Finds real input in a folder next to the checkout. It is not part of the project.</summary>
internal static class OnsFolder
{
    /// <summary>Returns the path of the folder, or skips the test with a message.</summary>
    public static string PathOrIgnore()
    {
        string folder = Path.GetFullPath(Path.Combine(RepositoryRoot(), "..", "shared", "data", "ons"));
        if (!Directory.Exists(folder))
        {
            Assert.Ignore("../shared/data/ons does not exist.");
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
