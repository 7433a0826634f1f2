using Amazon.S3;
using Amazon.S3.Model;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Parquet.Storage;
using ByteRange = Amazon.S3.Model.ByteRange;

namespace Loader.Infrastructure.S3;

/// <summary>
/// Reads the bytes of an object in S3, pinned by its ETag: every request after the first sends <c>If-Match</c>, and every response must
/// have the ETag and the total length of the first, because some stores ignore <c>If-Match</c>.
/// </summary>
/// <remarks>
/// The client retries errors that occur before the body. A body that is interrupted is continued by another request with the same
/// <c>If-Match</c>.
/// </remarks>
/// <param name="file">The object.</param>
/// <param name="s3">The client, created when it is first used.</param>
/// <param name="time">Measures the pace of a body.</param>
/// <param name="limits">The limits.</param>
internal sealed class S3Bytes(SourceFile file, Lazy<IAmazonS3> s3, TimeProvider time, S3Limits limits) : RandomAccessFile
{
    private string? _requestKey;
    private string? _quotedETag;
    private string? _host;
    private long _length;

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    protected override async Task<FileTail> ReadTailAsync(CancellationToken cancellationToken)
    {
        using GetObjectResponse response = await GetAsync(new ByteRange($"bytes=-{TailBytes}"), cancellationToken).ConfigureAwait(false);
        S3Range range = RangeOf(response);
        if (range.End != range.Total || range.Length > TailBytes)
        {
            throw UnexpectedRange(range);
        }

        Pin(response, range.Total);
        var tail = new byte[range.Length];
        (int filled, string? interruption) = await FillAsync(response, tail, cancellationToken).ConfigureAwait(false);
        if (filled < tail.Length)
        {
            await ContinueAsync(range.Offset, tail, filled, interruption, cancellationToken).ConfigureAwait(false);
        }

        DateTime lastModified = response.LastModified ?? throw Unavailable("the response has no time of the last modification.");
        return new FileTail(
            tail,
            range.Total,
            new DateTimeOffset(lastModified.ToUniversalTime()),
            _quotedETag!.Trim('"'),
            response.VersionId ?? file.VersionId);
    }

    /// <inheritdoc/>
    protected override ValueTask ReadRangeAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        ContinueAsync(offset, destination, filled: 0, interruption: null, cancellationToken);

    /// <summary>Requests the rest of a range until it is complete.</summary>
    /// <param name="offset">The offset of the range in the object.</param>
    /// <param name="destination">The range.</param>
    /// <param name="filled">The number of bytes of the range that have arrived.</param>
    /// <param name="interruption">Why the download was interrupted before; <see langword="null"/> if it was not.</param>
    /// <param name="cancellationToken">Cancels the download.</param>
    private async ValueTask ContinueAsync(
        long offset, Memory<byte> destination, int filled, string? interruption, CancellationToken cancellationToken)
    {
        for (int interruptions = interruption is null ? 0 : 1; filled < destination.Length; interruptions++)
        {
            if (interruptions > limits.MaxInterruptions)
            {
                throw Unavailable($"the download was interrupted {interruptions} times (last: {interruption}).");
            }

            var requested = new ByteRange(offset + filled, offset + destination.Length - 1);
            using GetObjectResponse response = await GetAsync(requested, cancellationToken).ConfigureAwait(false);
            CheckPinned(response);
            S3Range range = RangeOf(response);
            if (range.Total != _length)
            {
                throw Changed();
            }

            if (range.Offset != offset + filled || range.End > offset + destination.Length)
            {
                throw UnexpectedRange(range);
            }

            (int count, interruption) = await FillAsync(response, destination[filled..], cancellationToken).ConfigureAwait(false);
            Count(count);
            filled += count;
        }
    }

    /// <summary>Reads a body until it ends or is interrupted.</summary>
    /// <returns>The number of bytes that arrived, and why there are not more.</returns>
    private async ValueTask<(int Filled, string? Interruption)> FillAsync(
        GetObjectResponse response, Memory<byte> destination, CancellationToken cancellationToken)
    {
        int filled = 0;
        using var body = new PacedBody(response.ResponseStream, Host, limits, time, cancellationToken);
        try
        {
            while (filled < destination.Length)
            {
                int count = await body.ReadAsync(destination[filled..]).ConfigureAwait(false);
                if (count == 0)
                {
                    return (filled, "the response ended early");
                }

                filled += count;
            }
        }
        catch (Exception exception) when (S3Errors.IsInterruption(exception, cancellationToken))
        {
            // Keep what has arrived. The caller requests the rest.
            return (filled, S3Errors.Describe(exception));
        }

        return (filled, null);
    }

    private async Task<GetObjectResponse> GetAsync(ByteRange range, CancellationToken cancellationToken)
    {
        try
        {
            _requestKey ??= S3Address.RequestKey(s3.Value, file);
            var request = new GetObjectRequest
            {
                BucketName = file.Bucket,
                Key = _requestKey,
                VersionId = file.VersionId,
                ByteRange = range,
                EtagToMatch = _quotedETag,
            };
            return await s3.Value.GetObjectAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (LoadException failure) when (failure.File is not null)
        {
            throw;
        }
        catch (Exception exception) when (S3Errors.IsFailedCall(exception, cancellationToken))
        {
            throw S3Errors.ReadFailure(exception, file, isPinned: _quotedETag is not null);
        }
    }

    /// <summary>Remembers which object was opened.</summary>
    private void Pin(GetObjectResponse response, long length)
    {
        if (string.IsNullOrEmpty(response.ETag))
        {
            throw Unavailable("the response has no ETag, so that a replaced object would not be noticed.");
        }

        // A weak ETag names contents that are equivalent, not equal, and If-Match never matches it (RFC 9110, 8.8.3).
        if (response.ETag.StartsWith("W/", StringComparison.Ordinal))
        {
            throw Unavailable("the store has only a weak ETag, so that a replaced object would not be noticed.");
        }

        _quotedETag = response.ETag;
        _length = length;
    }

    private void CheckPinned(GetObjectResponse response)
    {
        if (string.IsNullOrEmpty(response.ETag))
        {
            throw Unavailable("a response has no ETag, so that a replaced object would not be noticed.");
        }

        if (response.ETag != _quotedETag)
        {
            throw Changed();
        }
    }

    /// <summary>Returns which bytes a response has, after checking that its headers agree.</summary>
    private S3Range RangeOf(GetObjectResponse response)
    {
        if (string.IsNullOrEmpty(response.ContentRange))
        {
            // A store may answer with the whole object (RFC 9110, 14.2). That is what was asked for only if the object is small.
            return _quotedETag is null && response.ContentLength <= TailBytes
                ? new S3Range(0, response.ContentLength, response.ContentLength)
                : throw Unavailable(
                    $"{Host} returned the whole object instead of the requested range. The store, or a proxy before it, does not support "
                    + "ranges.");
        }

        if (!S3Range.TryParse(response.ContentRange, out S3Range range))
        {
            throw Unavailable($"the response has the range '{S3Errors.Shorten(response.ContentRange)}', which is none.");
        }

        // The client says 0 if the response has no length.
        return response.ContentLength == 0 || response.ContentLength == range.Length
            ? range
            : throw Unavailable(
                $"the response has {response.ContentLength} bytes for the range '{S3Errors.Shorten(response.ContentRange)}'.");
    }

    /// <summary>Gets the host that sends the object, for messages.</summary>
    private string Host => _host ??= S3Address.Host(s3.Value, file);

    private SourceChangedException Changed() =>
        new($"{PlainText.Escape(file.ToString())} was replaced while it was read. Load it again.") { File = file };

    private UnavailableException UnexpectedRange(S3Range range) =>
        Unavailable(
            $"the response does not contain the requested bytes, but those from {range.Offset} to {range.End - 1} of {range.Total}.");

    private UnavailableException Unavailable(string reason) =>
        new($"{PlainText.Escape(file.ToString())} could not be read: {reason}") { File = file };
}
