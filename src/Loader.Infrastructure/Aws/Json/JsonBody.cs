using System.Net;
using System.Net.Http.Headers;

namespace Loader.Infrastructure.Aws.Json;

/// <summary>The body of a JSON protocol request. Borrows its bytes, which must not change until the request has ended.</summary>
/// <remarks>
/// HTTP/1.1 sends the whole body before it reads the response, and a cancelled request ends only after nothing reads its body any more.
/// </remarks>
internal sealed class JsonBody : HttpContent
{
    /// <summary>The media type of the protocol, which the signature covers.</summary>
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
