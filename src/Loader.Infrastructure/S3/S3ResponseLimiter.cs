using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;

namespace Loader.Infrastructure.S3;

/// <summary>Applies <see cref="S3Limits"/> to each response before the client of the SDK reads it.</summary>
/// <remarks>
/// The client itself waits 100 s for headers, reads error bodies of any size into memory, reads other bodies without a limit of time, and
/// follows redirects without end, even to plain HTTP (seen with 4.1.0).
/// </remarks>
/// <param name="inner">Sends the requests.</param>
/// <param name="limits">The limits.</param>
/// <param name="time">Measures the limits of time.</param>
internal sealed class S3ResponseLimiter(HttpMessageHandler inner, S3Limits limits, TimeProvider time) : DelegatingHandler(inner)
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await WaitForHeadersAsync(request, cancellationToken).ConfigureAwait(false);

        // Loader uses the endpoint of the bucket's region, which never redirects. Without the address the client reports the redirect.
        response.Headers.Remove("Location");
        if (response.IsSuccessStatusCode && IsObjectDownload(request))
        {
            return response;
        }

        try
        {
            await BufferAsync(request, response, cancellationToken).ConfigureAwait(false);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<HttpResponseMessage> WaitForHeadersAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        TimeSpan timeout = limits.HeaderTimeout
            + TimeSpan.FromSeconds((double)(request.Content?.Headers.ContentLength ?? 0) / limits.MinUploadBytesPerSecond);
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        string waitedFor;
        try
        {
            return await base.SendAsync(request, either.Token).ConfigureAwait(false);
        }
        catch (Exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            waitedFor = string.Create(CultureInfo.InvariantCulture, $"did not answer within {timeout.TotalSeconds:0.###} s");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            waitedFor = "did not accept a connection in time";
        }

        // Without an inner exception: the client takes some causes for a connection that was closed long ago, and retries those up to ten
        // times more.
        throw new TimeoutException($"{HostOf(request)} {waitedFor}");
    }

    /// <summary>Replaces a body by its bytes: all of them, or the first ones of an error.</summary>
    private async Task BufferAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        bool isError = !response.IsSuccessStatusCode;
        int limit = isError ? limits.MaxErrorBytes : limits.MaxResponseBytes;
        using HttpContent original = response.Content;
        Stream body = await original.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(16 << 10);
        try
        {
            int count = 0;
            int read;
            using var paced = new PacedBody(body, HostOf(request), limits, time, cancellationToken);
            while (count < limit && (read = await paced.ReadAsync(buffer.AsMemory(count)).ConfigureAwait(false)) > 0)
            {
                count += read;
                if (count == buffer.Length)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent(count * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            if (count >= limit && !isError)
            {
                // Not an IOException, which the client would retry.
                throw new InvalidDataException($"{HostOf(request)} sent a response of more than {limit >> 20} MiB");
            }

            var content = new ByteArrayContent(buffer.AsSpan(0, Math.Min(count, limit)).ToArray());
            foreach ((string name, HeaderStringValues values) in original.Headers.NonValidated)
            {
                if (!string.Equals(name, "Content-Length", StringComparison.OrdinalIgnoreCase))
                {
                    content.Headers.TryAddWithoutValidation(name, values);
                }
            }

            response.Content = content;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Returns whether a success has the bytes of an object, which <see cref="S3Bytes"/> reads with limits of its own.</summary>
    private static bool IsObjectDownload(HttpRequestMessage request) =>
        request.Method == HttpMethod.Get && !request.RequestUri!.Query.Contains("list-type=", StringComparison.Ordinal);

    private static string HostOf(HttpRequestMessage request) => request.RequestUri!.Authority;
}
