using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Infrastructure.S3;

/// <summary>Lists the objects below a prefix page by page. A listing that is not certainly complete is a failure.</summary>
/// <param name="s3">The client, created when it is first used.</param>
/// <param name="limits">The limits.</param>
internal sealed class S3Listing(Lazy<IAmazonS3> s3, S3Limits limits)
{
    /// <summary>Lists objects in the order of the store.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">The prefix; empty for the whole bucket.</param>
    /// <param name="cancellationToken">Cancels the listing, also while a page is awaited.</param>
    /// <returns>The objects. Every one has a key below the prefix.</returns>
    /// <exception cref="LoadException">The listing failed, or the store's pages contradict each other.</exception>
    public async IAsyncEnumerable<S3Object> ListAsync(
        string bucket, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string name = $"s3://{bucket}/{prefix}";
        S3Address.CheckBucket(bucket, name);
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix };
        var seen = new HashSet<UInt128>();
        int emptyPages = 0;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            ListObjectsV2Response page = await PageAsync(request, name, cancellationToken).ConfigureAwait(false);
            List<S3Object> objects = page.S3Objects ?? [];
            Check(page, objects, prefix, name);
            emptyPages = objects.Count > 0 ? 0 : emptyPages + 1;
            if (emptyPages > limits.MaxEmptyPages)
            {
                throw Unusable(name, $"{emptyPages} consecutive pages are empty and the listing does not end.");
            }

            // A key can be the first of one page only, and a token leads to one page only. A store that returns one again would go on for
            // ever.
            if ((objects.Count > 0 && !seen.Add(Hash("key", objects[0].Key)))
                || (page.IsTruncated == true && !seen.Add(Hash("token", page.NextContinuationToken))))
            {
                throw Unusable(name, "the store returns the same page again and again.");
            }

            foreach (S3Object item in objects)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return item;
            }

            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    private static void Check(ListObjectsV2Response page, List<S3Object> objects, string prefix, string name)
    {
        if (page.IsTruncated is null)
        {
            throw Unusable(name, "the response does not say whether the listing is complete. Check that the endpoint is one of S3.");
        }

        if (page.IsTruncated == true && string.IsNullOrEmpty(page.NextContinuationToken))
        {
            throw Unusable(name, "the listing is cut off: the store says that there are more objects, and not how to continue.");
        }

        if (objects.Exists(item => string.IsNullOrEmpty(item.Key)))
        {
            throw Unusable(name, "the response contains an object without a key.");
        }

        if (objects.Find(item => !item.Key.StartsWith(prefix, StringComparison.Ordinal)) is { } other)
        {
            throw Unusable(name, $"the response contains {S3Errors.Shorten(other.Key)}, which is not below the prefix.");
        }
    }

    private async Task<ListObjectsV2Response> PageAsync(ListObjectsV2Request request, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await s3.Value.ListObjectsV2Async(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (S3Errors.IsFailedCall(exception, cancellationToken))
        {
            throw S3Errors.ListFailure(exception, name);
        }
    }

    /// <summary>Hashes a text, so that the memory for a long listing does not depend on the length of its tokens.</summary>
    private static UInt128 Hash(string kind, string text) =>
        BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind} {text}")));

    private static UnavailableException Unusable(string name, string reason) =>
        new($"{PlainText.Escape(name)} could not be listed: {reason}");
}
