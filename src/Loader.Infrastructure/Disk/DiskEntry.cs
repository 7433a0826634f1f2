using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Loader.Infrastructure.Disk;

/// <summary>Tells what a path on disk leads to without opening it: opening a pipe would wait for its writer.</summary>
/// <remarks>
/// Linux is asked by <c>statx</c> (https://man7.org/linux/man-pages/man2/statx.2.html), whose structure is the same on all processors.
/// Elsewhere, and where the C library lacks it, everything that exists and is not a folder counts as a regular file.
/// </remarks>
internal static partial class DiskEntry
{
    private const int CurrentFolder = -100;
    private const uint TypeAndMode = 3;
    private const int StructureBytes = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;

    /// <summary>Returns what a path leads to. Links are followed.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The kind; <see cref="DiskEntryKind.File"/> if only opening can tell.</returns>
    public static DiskEntryKind KindOf(string path) =>
        OperatingSystem.IsLinux() && AskSystem(path) is { } kind ? kind
        : Directory.Exists(path) ? DiskEntryKind.Folder
        : File.Exists(path) ? DiskEntryKind.File
        : DiskEntryKind.Missing;

    /// <summary>Returns the absolute path without links, or <see langword="null"/> if it leads nowhere.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The path that all links to the same file or folder share.</returns>
    public static unsafe string? RealPath(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return ResolveLink(path);
        }

        byte* real = SystemRealPath(path, null);
        try
        {
            return Marshal.PtrToStringUTF8((nint)real);
        }
        finally
        {
            NativeMemory.Free(real);
        }
    }

    private static unsafe DiskEntryKind? AskSystem(string path)
    {
        const int NotFound = 2;
        const int NotAFolder = 20;
        const int TooManyLinks = 40;
        byte* structure = stackalloc byte[StructureBytes];
        try
        {
            if (SystemStat(CurrentFolder, path, flags: 0, TypeAndMode, structure) != 0)
            {
                return Marshal.GetLastPInvokeError() switch
                {
                    NotFound or NotAFolder => DiskEntryKind.Missing,
                    TooManyLinks => DiskEntryKind.LinkLoop,
                    _ => DiskEntryKind.File,
                };
            }
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }

        return (Unsafe.ReadUnaligned<ushort>(structure + ModeOffset) & TypeMask) switch
        {
            0x1000 => DiskEntryKind.Pipe,
            0x2000 or 0x6000 => DiskEntryKind.Device,
            0x4000 => DiskEntryKind.Folder,
            0xC000 => DiskEntryKind.Socket,
            _ => DiskEntryKind.File,
        };
    }

    private static string? ResolveLink(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        }
        catch (IOException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int SystemStat(int folder, string path, int flags, uint mask, byte* structure);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial byte* SystemRealPath(string path, byte* buffer);
}

/// <summary>What a path on disk leads to.</summary>
internal enum DiskEntryKind
{
    /// <summary>Nothing has this name, or it is a link to a name that nothing has.</summary>
    Missing,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A named pipe (FIFO).</summary>
    Pipe,

    /// <summary>A socket.</summary>
    Socket,

    /// <summary>A device.</summary>
    Device,

    /// <summary>A link that leads back to itself.</summary>
    LinkLoop,
}
