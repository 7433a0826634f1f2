namespace Loader.Tests.Support;

/// <summary>Finds real input in a folder next to the checkout. It is not part of the project.</summary>
internal static class OnsFolder
{
    /// <summary>Returns the path of the folder, or skips the test with a message.</summary>
    public static string PathOrIgnore()
    {
        string folder = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "data", "ons"));
        if (!Directory.Exists(folder))
        {
            Assert.Ignore("../shared/data/ons does not exist.");
        }

        return folder;
    }
}
