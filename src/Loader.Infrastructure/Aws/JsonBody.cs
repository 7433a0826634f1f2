using System.Net;
using System.Net.Http.Headers;

namespace Loader.Infrastructure.Aws;

/// <summary>The body of a request in the JSON protocol. Borrows its bytes: they must stay as they are until sending has ended.</summary>
/// <remarks>HTTP/1.1 sends a body to its end before it looks for the answer, and an abandoned request ends only when nobody reads its body any more.</remarks>
internal sealed class JsonBody : HttpContent
{
    /// <summary>The media type of the protocol, which its signature covers.</summary>
    public const string MediaType = "application/x-amz-json-1.0";

    private static readonly MediaTypeHeaderValue ContentType = new(MediaType);
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>Initializes a new instance of the <see cref="JsonBody"/> class.</summary>
    /// <param name="bytes">The body.</param>
    public JsonBody(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
        Headers.ContentType = ContentType;
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
