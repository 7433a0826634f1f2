using System.Net;
using System.Net.Http.Headers;

namespace Loader.Infrastructure.Requests;

/// <summary>The body of a request. Borrows its bytes, which must not change until the request has ended.</summary>
/// <remarks>
/// HTTP/1.1 sends the whole body before it reads the response, and a cancelled request ends only after nothing reads its body any more.
/// </remarks>
internal sealed class RequestBody : HttpContent
{
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>Initializes a new instance of the <see cref="RequestBody"/> class.</summary>
    /// <param name="bytes">The body.</param>
    /// <param name="contentType">The media type.</param>
    public RequestBody(ReadOnlyMemory<byte> bytes, MediaTypeHeaderValue contentType)
    {
        _bytes = bytes;
        Headers.ContentType = contentType;
    }

    /// <summary>Gets the body.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.Span;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        stream.WriteAsync(_bytes, cancellationToken).AsTask();

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = _bytes.Length;
        return true;
    }
}
