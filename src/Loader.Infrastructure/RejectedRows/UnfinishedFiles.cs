namespace Loader.Infrastructure.RejectedRows;

/// <summary>
/// The files that are written before they are renamed into place. A killed process leaves them; the next one that writes the same file
/// deletes them.
/// </summary>
internal static class UnfinishedFiles
{
    private const string Extension = ".tmp";

    /// <summary>A younger file may belong to a process that has created it and not locked it yet.</summary>
    private static readonly TimeSpan MinAge = TimeSpan.FromMinutes(1);

    /// <summary>Returns a new name beside a path. No other process uses it.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The name.</returns>
    public static string NameFor(string path) => $"{path}.{Guid.NewGuid():N}{Extension}";

    /// <summary>Deletes the files beside a path that no process has open. A file that cannot be deleted stays.</summary>
    /// <param name="path">The path.</param>
    public static void Delete(string path)
    {
        string pattern = $"{Path.GetFileName(path)}.*{Extension}";
        foreach (string left in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, pattern, new EnumerationOptions()))
        {
            try
            {
                if (TimeProvider.System.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(left) < MinAge)
                {
                    continue;
                }

                // A process that still writes the file has locked it, so that opening it fails.
                using var unused = new FileStream(left, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It belongs to a process that is running, or another process has deleted it.
            }
        }
    }
}
