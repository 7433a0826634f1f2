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
    /// <param name="source">A path, or <c>s3://bucket/key</c>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ConfigurationException">The argument names a folder or a prefix.</exception>
    /// <exception cref="SourceNotFoundException">There is no such file.</exception>
    public static async Task<SourceFile> FindAsync(
        SourceListing listing, string command, string source, CancellationToken cancellationToken)
    {
        if (SourceListing.IsFolder(source))
        {
            throw new ConfigurationException($"{PlainText.Escape(source)} is a folder or a prefix; {command} takes one file.");
        }

        await foreach (SourceEntry entry in listing.ListAsync(source, cancellationToken).ConfigureAwait(false))
        {
            return entry.File;
        }

        throw new SourceNotFoundException($"{PlainText.Escape(source)} does not exist.");
    }
}
