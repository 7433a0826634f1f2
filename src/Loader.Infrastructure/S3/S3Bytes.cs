using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Parquet.Storage;
using ByteRange = Amazon.S3.Model.ByteRange;

namespace Loader.Infrastructure.S3;

/// <summary>Reads the bytes of an object in S3, pinned by its ETag: every request after the first sends <c>If-Match</c>.</summary>
/// <remarks>
/// The client retries errors that occur before the body. A body that is interrupted is continued by another request with the same
/// <c>If-Match</c>.
/// </remarks>
/// <param name="file">The object.</param>
/// <param name="s3">The client, created when it is first used.</param>
/// <param name="time">Measures the idle timeout.</param>
internal sealed class S3Bytes(SourceFile file, Lazy<IAmazonS3> s3, TimeProvider time) : RandomAccessFile
{
    /// <summary>A download that receives no data for this long is treated as interrupted.</summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The maximum number of interruptions while one range is downloaded.</summary>
    private const int MaxInterruptions = 5;

    private string? _quotedETag;

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    protected override async Task<FileTail> ReadTailAsync(CancellationToken cancellationToken)
    {
        using GetObjectResponse response = await GetAsync(new ByteRange($"bytes=-{TailBytes}"), cancellationToken).ConfigureAwait(false);
        (long offset, long length) = RangeOf(response);
        if (length - offset > TailBytes)
        {
            throw UnexpectedRange();
        }

        _quotedETag = response.ETag ?? throw UnexpectedRange();
        var tail = new byte[length - offset];
        int filled = await FillAsync(response, tail, cancellationToken).ConfigureAwait(false);
        if (filled < tail.Length)
        {
            await ContinueAsync(offset, tail, filled, interruptions: 1, cancellationToken).ConfigureAwait(false);
        }

        DateTime lastModified = response.LastModified ?? throw UnexpectedRange();
        return new FileTail(
            tail, length, new DateTimeOffset(lastModified.ToUniversalTime()), _quotedETag.Trim('"'), response.VersionId ?? file.VersionId);
    }

    /// <inheritdoc/>
    protected override ValueTask ReadRangeAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        ContinueAsync(offset, destination, filled: 0, interruptions: 0, cancellationToken);

    private async ValueTask ContinueAsync(
        long offset, Memory<byte> destination, int filled, int interruptions, CancellationToken cancellationToken)
    {
        for (; filled < destination.Length; interruptions++)
        {
            if (interruptions > MaxInterruptions)
            {
                throw Unavailable($"the download was interrupted {interruptions} times.");
            }

            var range = new ByteRange(offset + filled, offset + destination.Length - 1);
            using GetObjectResponse response = await GetAsync(range, cancellationToken).ConfigureAwait(false);
            if (RangeOf(response).Offset != offset + filled)
            {
                throw UnexpectedRange();
            }

            int count = await FillAsync(response, destination[filled..], cancellationToken).ConfigureAwait(false);
            Count(count);
            filled += count;
        }
    }

    /// <summary>Reads a body until it ends or is interrupted.</summary>
    /// <returns>The number of bytes that arrived.</returns>
    private async ValueTask<int> FillAsync(GetObjectResponse response, Memory<byte> destination, CancellationToken cancellationToken)
    {
        int filled = 0;
        using var idle = new CancellationTokenSource(IdleTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, cancellationToken);
        try
        {
            while (filled < destination.Length)
            {
                int count = await response.ResponseStream.ReadAsync(destination[filled..], either.Token).ConfigureAwait(false);
                idle.CancelAfter(IdleTimeout);
                if (count == 0)
                {
                    break;
                }

                filled += count;
            }
        }
        catch (Exception exception) when (S3Errors.IsInterruption(exception, cancellationToken))
        {
            // Keep what has arrived. The caller requests the rest.
        }

        return filled;
    }

    private async Task<GetObjectResponse> GetAsync(ByteRange range, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest
        {
            BucketName = file.Bucket,
            Key = file.Key,
            VersionId = file.VersionId,
            ByteRange = range,
            EtagToMatch = _quotedETag,
        };
        try
        {
            return await s3.Value.GetObjectAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (S3Errors.IsS3Error(exception, cancellationToken))
        {
            throw S3Errors.ReadFailure(exception, file);
        }
    }

    /// <summary>Returns where the bytes of a response start in the object, and the length of the object.</summary>
    private (long Offset, long Length) RangeOf(GetObjectResponse response)
    {
        if (string.IsNullOrEmpty(response.ContentRange))
        {
            return (0, response.ContentLength);
        }

        // bytes 100-199/1000 (RFC 9110, 14.4)
        ReadOnlySpan<char> text = response.ContentRange;
        int dash = text.IndexOf('-');
        int slash = text.IndexOf('/');
        return text.StartsWith("bytes ", StringComparison.Ordinal) && dash > 6 && slash > dash
            && long.TryParse(text[6..dash], NumberStyles.None, CultureInfo.InvariantCulture, out long offset)
            && long.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long length)
            && offset < length
                ? (offset, length)
                : throw UnexpectedRange();
    }

    private UnavailableException UnexpectedRange() => Unavailable("the response does not contain the requested bytes.");

    private UnavailableException Unavailable(string reason) =>
        new($"{PlainText.Escape(file.ToString())} could not be read: {reason}") { File = file };
}
