using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Parquet.Storage;
using ByteRange = Amazon.S3.Model.ByteRange;

namespace Loader.Infrastructure.S3;

/// <summary>An object in S3, pinned by its ETag: every request after the first says <c>If-Match</c>.</summary>
/// <remarks>
/// Errors before a body are retried by the client. A body that breaks off is read on from where it stopped, under the same <c>If-Match</c>.
/// </remarks>
/// <param name="file">The object.</param>
/// <param name="s3">The client.</param>
/// <param name="time">The clock.</param>
internal sealed class S3Bytes(SourceFile file, Lazy<IAmazonS3> s3, TimeProvider time) : RandomAccessFile
{
    /// <summary>A body of which nothing has come for so long counts as broken off.</summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How often the body of one range may break off.</summary>
    private const int MaxInterruptions = 5;

    private string? _quotedETag;

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    protected override async Task<FileTail> ReadTailAsync(CancellationToken cancellationToken)
    {
        using GetObjectResponse response = await GetAsync(new ByteRange($"bytes=-{TailBytes}"), cancellationToken).ConfigureAwait(false);
        (long offset, long length) = PlaceOf(response);
        if (length - offset > TailBytes)
        {
            throw WrongAnswer();
        }

        _quotedETag = response.ETag ?? throw WrongAnswer();
        var tail = new byte[length - offset];
        int filled = await FillAsync(response, tail, cancellationToken).ConfigureAwait(false);
        if (filled < tail.Length)
        {
            await ReadOnAsync(offset, tail, filled, interruptions: 1, cancellationToken).ConfigureAwait(false);
        }

        DateTime lastModified = response.LastModified ?? throw WrongAnswer();
        return new FileTail(tail, length, new DateTimeOffset(lastModified.ToUniversalTime()), _quotedETag.Trim('"'), response.VersionId ?? file.VersionId);
    }

    /// <inheritdoc/>
    protected override ValueTask ReadRangeAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        ReadOnAsync(offset, destination, filled: 0, interruptions: 0, cancellationToken);

    private async ValueTask ReadOnAsync(long offset, Memory<byte> destination, int filled, int interruptions, CancellationToken cancellationToken)
    {
        for (; filled < destination.Length; interruptions++)
        {
            if (interruptions > MaxInterruptions)
            {
                throw new UnavailableException($"{Name} could not be read: its download broke off {interruptions} times.") { File = file };
            }

            var range = new ByteRange(offset + filled, offset + destination.Length - 1);
            using GetObjectResponse response = await GetAsync(range, cancellationToken).ConfigureAwait(false);
            if (PlaceOf(response).Offset != offset + filled)
            {
                throw WrongAnswer();
            }

            int count = await FillAsync(response, destination[filled..], cancellationToken).ConfigureAwait(false);
            Count(count);
            filled += count;
        }
    }

    /// <summary>Reads a body until it ends or breaks off.</summary>
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
        catch (Exception exception) when (S3Failures.IsInterruption(exception, cancellationToken))
        {
            // What has arrived is kept; the caller asks for the rest.
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
        IAmazonS3 client = Client();
        try
        {
            return await client.GetObjectAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is AmazonS3Exception || S3Failures.IsInterruption(exception, cancellationToken))
        {
            throw S3Failures.Translate(exception, file);
        }
    }

    private IAmazonS3 Client()
    {
        try
        {
            return s3.Value;
        }
        catch (AmazonClientException exception)
        {
            throw new ConfigurationException($"{Name} cannot be read: {PlainText.Escape(exception.Message)}. Set AWS_REGION.", exception) { File = file };
        }
    }

    /// <summary>Where the bytes of an answer lie in the object, and how many the object has.</summary>
    private (long Offset, long Length) PlaceOf(GetObjectResponse response)
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
                : throw WrongAnswer();
    }

    private string Name => PlainText.Escape(file.ToString());

    private UnavailableException WrongAnswer() => new($"{Name} could not be read: the answer is not about the bytes that were asked for.") { File = file };
}
