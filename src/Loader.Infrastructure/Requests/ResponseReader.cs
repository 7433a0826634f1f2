using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace Loader.Infrastructure.Requests;

/// <summary>
/// Reads what all responses have in common: a body of limited length, the delay before a retry, texts that are safe to log.
/// </summary>
internal static class ResponseReader
{
    private const int MaxMessageLength = 1_000;

    /// <summary>
    /// Reads a response to its end. Throws if it ends before its <c>Content-Length</c>. A success that is too long is unusable; of an
    /// error that is too long the beginning is read, because its status says enough.
    /// </summary>
    /// <param name="response">The response, whose headers have arrived.</param>
    /// <param name="maxBytes">The maximum length.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>The body.</returns>
    /// <exception cref="IOException">The body ended early, or a success is too long.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<byte[]> ReadAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken)
    {
        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        if (response.Content.Headers.ContentLength is { } length && length >= 0 && length <= maxBytes)
        {
            byte[] exact = length == 0 ? [] : new byte[length];
            await stream.ReadExactlyAsync(exact, cancellationToken).ConfigureAwait(false);
            return exact;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            int count = 0;
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(count), cancellationToken).ConfigureAwait(false)) > 0)
            {
                count += read;
                if (count > maxBytes)
                {
                    return response.IsSuccessStatusCode
                        ? throw new ResponseTooLongException(maxBytes)
                        : buffer.AsSpan(0, maxBytes).ToArray();
                }

                if (count == buffer.Length)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent(count * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            return buffer.AsSpan(0, count).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Returns the text of a header.</summary>
    /// <param name="response">The response.</param>
    /// <param name="name">The name of the header.</param>
    /// <returns>The text, or <see langword="null"/> if the response does not have the header.</returns>
    public static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;

    /// <summary>Returns how long the service asks to wait before the next request.</summary>
    /// <param name="response">The response.</param>
    /// <param name="now">The current time, for a date in <c>Retry-After</c> of a response without a date.</param>
    /// <returns>The delay, or <see langword="null"/> if the service asks for none.</returns>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        if (int.TryParse(Header(response, "x-amz-retry-after"), NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds))
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        TimeSpan? wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - (response.Headers.Date ?? now),
            _ => null,
        };
        return wait > TimeSpan.Zero ? wait : null;
    }

    /// <summary>Makes a service's message safe to log: replaces control characters by spaces and cuts it to 1,000 characters.</summary>
    /// <param name="text">The message.</param>
    /// <returns>The safe message.</returns>
    public static string Printable(string text)
    {
        if (text.Length > MaxMessageLength)
        {
            text = string.Concat(text.AsSpan(0, MaxMessageLength), "…");
        }

        return text.Any(char.IsControl) ? string.Create(text.Length, text, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        }) : text;
    }
}

/// <summary>A successful response is longer than its reader accepts, or than the server gives.</summary>
internal sealed class ResponseTooLongException : IOException
{
    /// <summary>
    /// Initializes a new instance of the <see cref="ResponseTooLongException"/> class for a response that its server has cut.
    /// </summary>
    public ResponseTooLongException()
        : base("the response is longer than the server gives")
    {
    }

    /// <summary>Initializes a new instance of the <see cref="ResponseTooLongException"/> class.</summary>
    /// <param name="maxBytes">The maximum length.</param>
    public ResponseTooLongException(int maxBytes)
        : base(FormattableString.Invariant($"the response is longer than {maxBytes / 1024.0 / 1024.0:0.##} MiB"))
    {
    }
}
