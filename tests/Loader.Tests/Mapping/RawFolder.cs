using Loader.Tests.Support;

namespace Loader.Tests.Mapping;

/// <summary>Finds raw energy files of publishers in a folder next to the checkout. It is not part of the project.</summary>
internal static class RawFolder
{
    /// <summary>Returns the path of a file, or skips the test with a message.</summary>
    /// <param name="name">The file, relative to <c>../shared/data/raw</c>.</param>
    public static string PathOrIgnore(string name)
    {
        string path = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "data", "raw", name));
        if (!File.Exists(path))
        {
            Assert.Ignore($"Skipped: ../shared/data/raw/{name} does not exist.");
        }

        return path;
    }
}
