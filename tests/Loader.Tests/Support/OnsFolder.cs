namespace Loader.Tests.Support;

/// <summary>Finds the real input that lies beside a checkout of the project, and is not part of it.</summary>
internal static class OnsFolder
{
    /// <summary>Returns the folder, or ends the test as skipped with a message.</summary>
    public static string PathOrIgnore()
    {
        string folder = Path.GetFullPath(Path.Combine(RepositoryRoot(), "..", "shared", "data", "ons"));
        if (!Directory.Exists(folder))
        {
            Assert.Ignore("../shared/data/ons is not there.");
        }

        return folder;
    }

    private static string RepositoryRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Loader.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside a checkout.");
        }

        return folder;
    }
}
