using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.S3;

namespace Loader.Infrastructure.Sources;

/// <summary>Lists the files of a source: a path, a folder, <c>s3://bucket/key</c> or <c>s3://bucket/prefix/</c>.</summary>
/// <param name="s3">The client, created when the first source is in S3.</param>
/// <param name="rejectedRows">The store of rejected rows. Its files are skipped, unless the source names a single file.</param>
public sealed class SourceListing(Lazy<IAmazonS3> s3, IRejectedRowStore rejectedRows)
{
    private const string Suffix = ".parquet";

    /// <summary>Returns whether a source is a folder or a prefix, and not a single file.</summary>
    /// <param name="source">A path, or <c>s3://…</c>.</param>
    /// <returns>Whether the source is a folder or a prefix.</returns>
    public static bool IsFolder(string source)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        return S3Uri.TryParse(source, out S3Uri uri) ? uri.Key.Length == 0 || uri.Key.EndsWith('/') : Directory.Exists(source);
    }

    /// <summary>
    /// Lists the files of a source: the file itself, or all <c>*.parquet</c> files below a folder or prefix, ordered by name.
    /// </summary>
    /// <param name="source">A path, or <c>s3://…</c>; a prefix ends with a slash.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <returns>The files. A single file is returned even if it does not exist; opening it then fails.</returns>
    /// <exception cref="LoadException">The bucket does not exist or cannot be reached, access is denied, or the settings of S3 are
    /// wrong.</exception>
    public async IAsyncEnumerable<SourceFile> ListAsync(string source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        if (S3Uri.TryParse(source, out S3Uri uri))
        {
            if (!IsFolder(source))
            {
                yield return SourceFile.InS3(uri.Bucket, uri.Key);
                yield break;
            }

            await foreach (SourceFile file in ListPrefixAsync(uri, cancellationToken).ConfigureAwait(false))
            {
                yield return file;
            }
        }
        else if (IsFolder(source))
        {
            foreach (SourceFile file in ListFolder(source))
            {
                yield return file;
            }
        }
        else
        {
            yield return SourceFile.OnDisk(source);
        }
    }

    private IEnumerable<SourceFile> ListFolder(string folder)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
        };
        return Directory.EnumerateFiles(folder, "*" + Suffix, options)
            .Order(StringComparer.Ordinal)
            .Select(SourceFile.OnDisk)
            .Where(file => !rejectedRows.Holds(file));
    }

    private async IAsyncEnumerable<SourceFile> ListPrefixAsync(S3Uri prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listing = new S3Listing(s3, S3Limits.Default);
        await foreach (S3Object item in listing.ListAsync(prefix.Bucket, prefix.Key, cancellationToken).ConfigureAwait(false))
        {
            var file = SourceFile.InS3(prefix.Bucket, item.Key);
            if (item.Key.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) && !rejectedRows.Holds(file))
            {
                yield return file;
            }
        }
    }
}
