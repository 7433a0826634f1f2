using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Infrastructure.Disk;

/// <summary>Refuses paths that are not regular files, before they are opened, and says why.</summary>
internal static class RegularFile
{
    private const char Undecodable = '\uFFFD';

    /// <summary>Throws if a path on disk does not lead to a regular file.</summary>
    /// <param name="file">The file on disk.</param>
    /// <exception cref="SourceNotFoundException">There is no regular file at the path.</exception>
    public static void Check(SourceFile file)
    {
        DiskEntryKind kind = DiskEntry.KindOf(file.Key);
        if (kind != DiskEntryKind.File)
        {
            throw Refuse(file, kind);
        }
    }

    /// <summary>Explains why there is no regular file at a path.</summary>
    /// <param name="file">The file on disk.</param>
    /// <param name="kind">What was found instead.</param>
    /// <returns>The failure.</returns>
    public static SourceNotFoundException Refuse(SourceFile file, DiskEntryKind kind)
    {
        string reason = kind switch
        {
            DiskEntryKind.Folder => "is a folder, not a file.",
            DiskEntryKind.Pipe => "is a pipe, not a file. Parquet is read from its end: write the data to a file first.",
            DiskEntryKind.Socket => "is a socket, not a file.",
            DiskEntryKind.Device => "is a device, not a file.",
            DiskEntryKind.LinkLoop => "is a link that leads back to itself. Correct the link.",
            _ => DescribeMissing(file.Key),
        };
        return new SourceNotFoundException($"{PlainText.Escape(file.ToString())} {reason}") { File = file };
    }

    private static string DescribeMissing(string path) =>
        new FileInfo(path).LinkTarget is { } target
            ? $"is a link to {PlainText.Escape(target)}, which does not exist. Correct the link."
        : path.Contains(Undecodable)
            ? "does not exist: there is no file or folder with that name. The name on disk is probably not valid UTF-8: rename it."
        : "does not exist: there is no file or folder with that name.";
}
