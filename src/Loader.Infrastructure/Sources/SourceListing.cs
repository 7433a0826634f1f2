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

    /// <summary>Returns whether a source stands for several files: a folder, a prefix or a pattern.</summary>
    /// <param name="source">A path, or <c>s3://…</c>.</param>
    /// <returns>Whether it can have several files. Whether an object has the name of a pattern, only the listing finds out.</returns>
    internal static bool IsCollection(string source) => FindRoot(source) is not null;

    /// <summary>Returns the folder or prefix that contains all files of a source.</summary>
    /// <param name="source">A path, or <c>s3://…</c>.</param>
    /// <returns>The folder or prefix; of a folder itself, the same; <see langword="null"/> for a file.</returns>
    internal static string? FindRoot(string source) =>
        FindGlob(source) is { } glob ? (glob.Bucket is { } bucket ? $"s3://{bucket}/{glob.Root}" : glob.Root)
        : IsFolder(source) ? source
        : null;

    /// <summary>
    /// Lists the files of a source: the file itself, regardless of its name; what is below a folder or prefix; or what matches a pattern;
    /// ordered by name. Except for the file itself, <see cref="DataFileRule"/> decides which files are data.
    /// </summary>
    /// <param name="source">
    /// A path, or <c>s3://…</c>; a prefix ends with a slash. <c>*</c>, <c>?</c> and <c>**</c> make a pattern of it, unless there is a file,
    /// folder, object or prefix with exactly this name.
    /// </param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <returns>
    /// The files to load, the skipped files, and the folders that could not be listed. A single object is returned even if it does not
    /// exist; opening it then fails.
    /// </returns>
    /// <exception cref="LoadException">
    /// There is no file or bucket with this name, it cannot be reached, access is denied, the settings of S3 are wrong, or the source is
    /// spelt for another program (<see cref="ConfigurationException"/>).
    /// </exception>
    public IAsyncEnumerable<SourceEntry> ListAsync(string source, CancellationToken cancellationToken) =>
        ListAsync(source, SourceFilter.None, cancellationToken);

    /// <inheritdoc cref="ListAsync(string, CancellationToken)"/>
    /// <param name="source">The source.</param>
    /// <param name="filter">Leaves out files of folders, prefixes and patterns.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    internal async IAsyncEnumerable<SourceEntry> ListAsync(
        string source, SourceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        if (SourceSpelling.FindFault(source) is { } fault)
        {
            throw new ConfigurationException(PlainText.Escape($"{source} {fault}"));
        }

        SourceGlob? glob = FindGlob(source);
        if (!S3Uri.TryParse(source, out S3Uri uri))
        {
            IEnumerable<SourceEntry> entries = glob is not null
                    ? FolderWalk.Enumerate(CheckRoot(glob, source), glob, filter, cancellationToken)
                : IsFolder(source) ? FolderWalk.Enumerate(source, glob: null, filter, cancellationToken)
                : [ListFile(source)];
            foreach (SourceEntry entry in entries)
            {
                yield return entry;
            }
        }
        else if (glob is not null && !await HasNameAsync(uri, cancellationToken).ConfigureAwait(false))
        {
            var root = new S3Uri(uri.Bucket, glob.Root);
            await foreach (S3Object item in ListPrefixAsync(new S3Uri(uri.Bucket, glob.KeyPrefix), cancellationToken).ConfigureAwait(false))
            {
                string below = item.Key[glob.Root.Length..];
                if (!IsFolderMarker(item) && glob.MayContain(below.AsSpan(0, Math.Max(below.LastIndexOf('/'), 0))))
                {
                    yield return Judge(root, item, glob, filter);
                }
            }
        }
        else if (!IsFolder(source))
        {
            yield return new SourceEntry(SourceFile.InS3(uri.Bucket, uri.Key)) { IsNamed = true };
        }
        else
        {
            await foreach (S3Object item in ListPrefixAsync(uri, cancellationToken).ConfigureAwait(false))
            {
                if (!IsFolderMarker(item))
                {
                    yield return Judge(uri, item, glob: null, filter);
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
        return new SourceEntry(file) { IsNamed = true, Bytes = entry is { Exists: true, LinkTarget: null } ? entry.Length : null };
    }

    /// <summary>Returns the pattern of a source, or <see langword="null"/> if it has none or if a file or folder has this name.</summary>
    private static SourceGlob? FindGlob(string source) =>
        SourceGlob.Parse(source) is { } glob && (glob.Bucket is not null || !Path.Exists(source)) ? glob : null;

    private static string CheckRoot(SourceGlob glob, string source) =>
        Directory.Exists(glob.Root)
            ? glob.Root
            : throw new SourceNotFoundException(PlainText.Escape(
                $"{source} matches no file: there is no folder {glob.Root}. Check the spelling."))
            {
                File = SourceFile.OnDisk(source),
            };

    /// <summary>Judges an object below a prefix.</summary>
    private static SourceEntry Judge(in S3Uri root, S3Object item, SourceGlob? glob, SourceFilter filter)
    {
        string below = item.Key[root.Key.Length..];
        return new SourceEntry(SourceFile.InS3(root.Bucket, item.Key))
        {
            Bytes = item.Size,
            SkippedBecause = glob?.Matches(below) == false ? SkipReason.NotIncluded
                : DataFileRule.Judge(below)
                    ?? filter.Judge(below)
                    ?? filter.Judge(item.LastModified is { } modified ? new DateTimeOffset(modified.ToUniversalTime()) : null),
        };
    }

    /// <summary>Returns whether an object has exactly a key, or objects lie below exactly a prefix.</summary>
    private async Task<bool> HasNameAsync(S3Uri uri, CancellationToken cancellationToken)
    {
        // Keys are ordered, so a key that is the prefix of others comes first.
        await foreach (S3Object item in ListPrefixAsync(uri, cancellationToken).ConfigureAwait(false))
        {
            return item.Key.Length == uri.Key.Length || uri.Key.EndsWith('/');
        }

        return false;
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
