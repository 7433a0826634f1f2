using System.Runtime.InteropServices;

namespace Loader.Infrastructure.Disk;

/// <summary>Tells whether files can be made in a folder, without making one.</summary>
internal static partial class FolderAccess
{
    private const int Write = 2;
    private const int Search = 1;

    /// <summary>Returns whether the process may make files in a folder.</summary>
    /// <param name="folder">The folder, which exists.</param>
    /// <returns>Whether it may, or <see langword="null"/> where the operating system does not tell: on Windows.</returns>
    /// <remarks>https://man7.org/linux/man-pages/man2/access.2.html.</remarks>
    public static bool? CanWrite(string folder) =>
        OperatingSystem.IsWindows() ? null : Access(folder, Write | Search) == 0;

    /// <summary>Returns the folder itself, or the nearest folder above it that exists.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The folder, or <see langword="null"/> if a file or a link to nothing is in the way.</returns>
    public static string? NearestExisting(string folder)
    {
        for (string? path = Path.GetFullPath(folder); path is not null; path = Path.GetDirectoryName(path))
        {
            switch (DiskEntry.KindOf(path))
            {
                case DiskEntryKind.Folder:
                    return path;
                case DiskEntryKind.Missing:
                    continue;
                default:
                    return null;
            }
        }

        return null;
    }

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Access(string path, int mode);
}
