using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Sources;

namespace Loader.Cli.Commands;

/// <summary>Finds the file that an argument names.</summary>
internal static class FileArgument
{
    /// <summary>Finds a file.</summary>
    /// <param name="listing">Lists sources.</param>
    /// <param name="command">The command, for messages.</param>
    /// <param name="source">A path, <c>s3://bucket/key</c>, or a pattern that one file matches.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ConfigurationException">The argument names a folder or a prefix, or not one file matches it.</exception>
    /// <exception cref="SourceNotFoundException">There is no such file.</exception>
    public static async Task<SourceFile> FindAsync(
        SourceListing listing, string command, string source, CancellationToken cancellationToken)
    {
        if (SourceListing.IsFolder(source))
        {
            throw new ConfigurationException($"{PlainText.Escape(source)} is a folder or a prefix; {command} takes one file.");
        }

        SourceFile? file = null;
        await foreach (SourceEntry entry in listing.ListAsync(source, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Failure is { } failure)
            {
                throw failure;
            }

            if (entry.SkippedBecause is null)
            {
                file = file is null
                    ? entry.File
                    : throw new ConfigurationException(
                        $"{PlainText.Escape(source)} matches several files, such as {PlainText.Escape(file.ToString())} and "
                        + $"{PlainText.Escape(entry.File.ToString())}; {command} takes one file.");
            }
        }

        return file ?? throw new ConfigurationException(
            $"{PlainText.Escape(source)} matches no *.parquet file that is not hidden; {command} takes one file.");
    }
}
