using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Disk;
using Loader.Infrastructure.S3;

namespace Loader.Infrastructure.Sources;

/// <summary>Lists the files of a source: a path, a folder, <c>s3://bucket/key</c> or <c>s3://bucket/prefix/</c>.</summary>
/// <param name="s3">The client, created when the first source is in S3.</param>
public sealed class SourceListing(Lazy<IAmazonS3> s3)
{
    /// <summary>Returns whether a source is a folder or a prefix, and not a single file.</summary>
    /// <param name="source">A path, or <c>s3://…</c>.</param>
    /// <returns>Whether the source is a folder or a prefix.</returns>
    public static bool IsFolder(string source)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        return S3Uri.TryParse(source, out S3Uri uri) ? uri.Key.Length == 0 || uri.Key.EndsWith('/') : Directory.Exists(source);
    }

    /// <summary>
    /// Lists the files of a source: the file itself, regardless of its name, or what is below a folder or prefix, ordered by name. There
    /// <see cref="DataFileRule"/> decides which files are data.
    /// </summary>
    /// <param name="source">A path, or <c>s3://…</c>; a prefix ends with a slash.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <returns>
    /// The files to load, the skipped files, and the folders that could not be listed. A single object is returned even if it does not
    /// exist; opening it then fails.
    /// </returns>
    /// <exception cref="LoadException">
    /// There is no file or bucket with this name, it cannot be reached, access is denied, the settings of S3 are wrong, or the source is
    /// spelt for another program (<see cref="ConfigurationException"/>).
    /// </exception>
    public async IAsyncEnumerable<SourceEntry> ListAsync(string source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        if (SourceSpelling.FindFault(source) is { } fault)
        {
            throw new ConfigurationException(PlainText.Escape($"{source} {fault}"));
        }

        if (!S3Uri.TryParse(source, out S3Uri uri))
        {
            foreach (SourceEntry entry in IsFolder(source) ? FolderWalk.Enumerate(source, cancellationToken) : [ListFile(source)])
            {
                yield return entry;
            }
        }
        else if (!IsFolder(source))
        {
            yield return new SourceEntry(SourceFile.InS3(uri.Bucket, uri.Key));
        }
        else
        {
            await foreach (S3Object item in ListPrefixAsync(uri, cancellationToken).ConfigureAwait(false))
            {
                if (!IsFolderMarker(item))
                {
                    yield return new SourceEntry(SourceFile.InS3(uri.Bucket, item.Key))
                    {
                        Bytes = item.Size,
                        SkippedBecause = DataFileRule.Judge(item.Key.AsSpan(uri.Key.Length)),
                    };
                }
            }
        }
    }

    /// <summary>Finds out whether an object that does not exist, or whose key has no dataset, was meant as a prefix.</summary>
    /// <param name="failure">The failure of an object that the user named.</param>
    /// <param name="cancellationToken">Cancels the request; then the same failure is returned.</param>
    /// <returns>A failure of the same type that says what was probably meant, or the same failure.</returns>
    public async Task<LoadException> ExplainAsync(LoadException failure, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(failure);
        if (failure is not (SourceNotFoundException or UnknownDatasetException) || failure.File is not { IsLocal: false } file)
        {
            return failure;
        }

        string hint = await HasObjectsAsync(new S3Uri(file.Bucket!, file.Key + "/"), cancellationToken).ConfigureAwait(false)
            ? $" There are objects below {file}/: to load them, end the source with a slash."
            : file.Key.AsSpan().ContainsAny('*', '?')
                ? " '*' and '?' are not expanded: name a prefix that ends with a slash."
                : "";
        string message = failure.Message + PlainText.Escape(hint);
        return hint.Length == 0 ? failure
            : failure is SourceNotFoundException ? new SourceNotFoundException(message, failure) { File = file }
            : new UnknownDatasetException(message, failure) { File = file };
    }

    private static SourceEntry ListFile(string path)
    {
        var file = SourceFile.OnDisk(path);
        RegularFile.Check(file);
        var entry = new FileInfo(path);
        return new SourceEntry(file) { Bytes = entry is { Exists: true, LinkTarget: null } ? entry.Length : null };
    }

    /// <summary>Returns whether an object is an empty one that a console created to show a folder.</summary>
    private static bool IsFolderMarker(S3Object item) => item.Key.EndsWith('/') && (item.Size ?? 0) == 0;

    private async Task<bool> HasObjectsAsync(S3Uri prefix, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (S3Object _ in ListPrefixAsync(prefix, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }

            return false;
        }
        catch (Exception exception) when (exception is LoadException or OperationCanceledException)
        {
            // The object is missing, regardless of what can be listed.
            return false;
        }
    }

    private async IAsyncEnumerable<S3Object> ListPrefixAsync(S3Uri prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listing = new S3Listing(s3, S3Limits.Default);
        await foreach (S3Object item in listing.ListAsync(prefix.Bucket, prefix.Key, cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }
    }
}
