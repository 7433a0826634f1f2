using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Infrastructure;

/// <summary>Finds the files that a user means by a path, a folder, <c>s3://bucket/key</c> or <c>s3://bucket/prefix/</c>.</summary>
/// <param name="s3">The client; made only where a source is in S3.</param>
/// <param name="rejectedRows">Whose files are passed by, unless they are named one by one.</param>
public sealed class SourceListing(Lazy<IAmazonS3> s3, IRejectedRowStore rejectedRows)
{
    private const string Suffix = ".parquet";

    /// <summary>Says whether a source names a folder or a prefix, and not one file.</summary>
    /// <param name="source">A path, or <c>s3://…</c>.</param>
    /// <returns>Whether it is a folder or a prefix.</returns>
    public static bool IsFolder(string source)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        return S3Uri.TryParse(source, out S3Uri uri) ? uri.Key.Length == 0 || uri.Key.EndsWith('/') : Directory.Exists(source);
    }

    /// <summary>Lists the files of a source: the file itself, or all <c>*.parquet</c> below a folder or prefix in the order of their names.</summary>
    /// <param name="source">A path, or <c>s3://…</c>; a prefix ends with a slash.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <returns>The files. One that is named itself is given whether it is there or not: opening it says so.</returns>
    /// <exception cref="LoadException">The bucket or folder is not there, may not be listed, or cannot be reached.</exception>
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
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };
        return Directory.EnumerateFiles(folder, "*" + Suffix, options)
            .Order(StringComparer.Ordinal)
            .Select(SourceFile.OnDisk)
            .Where(file => !rejectedRows.Holds(file));
    }

    private async IAsyncEnumerable<SourceFile> ListPrefixAsync(S3Uri prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = prefix.Bucket, Prefix = prefix.Key };
        do
        {
            ListObjectsV2Response page = await PageAsync(request, cancellationToken).ConfigureAwait(false);
            foreach (S3Object item in page.S3Objects ?? [])
            {
                var file = SourceFile.InS3(prefix.Bucket, item.Key);
                if (item.Key.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) && !rejectedRows.Holds(file))
                {
                    yield return file;
                }
            }

            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    private async Task<ListObjectsV2Response> PageAsync(ListObjectsV2Request request, CancellationToken cancellationToken)
    {
        string name = PlainText.Escape($"s3://{request.BucketName}/{request.Prefix}");
        try
        {
            return await s3.Value.ListObjectsV2Async(request, cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            throw new SourceNotFoundException($"The bucket of {name} does not exist.", exception);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode is System.Net.HttpStatusCode.Forbidden or System.Net.HttpStatusCode.Unauthorized)
        {
            throw new SourceAccessDeniedException($"{name} may not be listed: {PlainText.Escape(exception.Message)}", exception);
        }
        catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or HttpRequestException or IOException)
        {
            throw new UnavailableException($"{name} could not be listed: {PlainText.Escape(exception.Message)}", exception);
        }
    }
}
