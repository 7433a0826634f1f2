using System.Text;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Disk;

namespace Loader.Cli.Reporting;

/// <summary>
/// The file of a page. It is written beside its place and then renamed, so that a process that is killed leaves no half page.
/// </summary>
internal static class ReportFile
{
    private const string NoPage = "exists and is no HTML page, so it is not replaced.";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>
    /// Returns the path of a page in a folder; what is not a path on disk stays as it is, and <see cref="Check"/> refuses it.
    /// </summary>
    /// <param name="path">The path that the user wrote.</param>
    /// <param name="folder">The folder of relative paths; empty for the current folder.</param>
    public static string Resolve(string path, string folder) =>
        folder.Length == 0 || path.Length == 0 || IsInS3(path) ? path : Path.Combine(folder, path);

    /// <summary>Checks that the page can be written, before any data is read.</summary>
    /// <param name="path">The path of the page.</param>
    /// <exception cref="ConfigurationException">It cannot be written, or would replace a file that is no page.</exception>
    public static void Check(string path)
    {
        string target = FindTarget(path);
        string temporary = TemporaryFor(target);
        try
        {
            using (new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
            }

            File.Delete(temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Refuse(path, $"cannot be written: {PlainText.Escape(failure.Message)}");
        }
    }

    /// <summary>Writes the page and puts it in its place.</summary>
    /// <param name="path">The path of the page.</param>
    /// <param name="write">Writes the page.</param>
    /// <returns>The size of the page.</returns>
    /// <exception cref="IOException">It cannot be written. What was there before is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to it is denied.</exception>
    /// <exception cref="ConfigurationException">Something else has its place now.</exception>
    public static long Write(string path, Action<TextWriter> write)
    {
        string target = FindTarget(path);
        string temporary = TemporaryFor(target);
        try
        {
            long bytes;
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            using (var writer = new StreamWriter(stream, Utf8, bufferSize: 1 << 16))
            {
                write(writer);
                writer.Flush();

                // A full disk may be found out only here; the old page must still be there then.
                stream.Flush(flushToDisk: true);
                bytes = stream.Length;
            }

            File.Move(temporary, target, overwrite: true);
            return bytes;
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    /// <summary>Follows a link to an existing file, and refuses what must not be replaced.</summary>
    private static string FindTarget(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new ConfigurationException("--report is empty; it must name a file, such as report.html.");
        }

        if (IsInS3(path))
        {
            throw Refuse(path, "is not a file on disk. Write the page to disk and copy it.");
        }

        if (path.Contains('\0'))
        {
            throw Refuse(path, "cannot be the name of a file.");
        }

        string full = Path.GetFullPath(path);
        switch (DiskEntry.KindOf(full))
        {
            case DiskEntryKind.Folder:
                throw Refuse(path, "is a folder.");
            case DiskEntryKind.Missing when new FileInfo(full).LinkTarget is { } link:
                throw Refuse(path, $"is a link to {PlainText.Escape(link)}, which does not exist.");
            case DiskEntryKind.Missing when Path.EndsInDirectorySeparator(full) || !Directory.Exists(Path.GetDirectoryName(full)):
                throw Refuse(path, "is in a folder that does not exist.", "Create the folder");
            case DiskEntryKind.Missing:
                return full;
            case DiskEntryKind.File:
                string target = DiskEntry.RealPath(full) ?? full;
                return FindFault(target) is not { } fault ? target
                    : throw Refuse(path, fault, fault == NoPage ? "Delete it" : null);
            default:
                throw Refuse(path, "is no regular file.");
        }
    }

    /// <summary>Returns why an existing file must not be replaced, or <see langword="null"/> if it may be.</summary>
    private static string? FindFault(string file)
    {
        try
        {
            return File.GetAttributes(file).HasFlag(FileAttributes.ReadOnly) ? "is read-only."
                : IsPage(file) ? null
                : NoPage;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {PlainText.Escape(failure.Message)}";
        }
    }

    /// <summary>Returns whether a file is empty or begins as an HTML page does, so that no data file is replaced by mistake.</summary>
    private static bool IsPage(string file)
    {
        Span<byte> start = stackalloc byte[ReportPage.Doctype.Length];
        using FileStream stream = File.OpenRead(file);
        int length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return length == 0 || Encoding.ASCII.GetString(start[..length]).Equals(ReportPage.Doctype, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsInS3(string path) => path.StartsWith("s3://", StringComparison.OrdinalIgnoreCase);

    private static string TemporaryFor(string target) =>
        Path.Combine(Path.GetDirectoryName(target)!, $".loader-report-{Guid.NewGuid():n}.tmp");

    private static ConfigurationException Refuse(string path, string reason, string? remedy = null) =>
        new($"--report: {PlainText.Escape(path)} {reason} {(remedy is null ? "Name" : remedy + ", or name")} another file with --report.");

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The first failure says what is wrong.
        }
    }
}
