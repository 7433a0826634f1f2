using System.Net;
using System.Net.Http.Headers;
using Loader.Parquet.Storage;

namespace Loader.Examples.Stores;

/// <summary>A file on a server that answers range requests (RFC 9110, section 14) and gives strong ETags.</summary>
/// <param name="http">Sends the requests.</param>
/// <param name="address">The address of the file.</param>
internal sealed class HttpRangeFile(HttpClient http, Uri address) : RandomAccessFile
{
    private EntityTagHeaderValue? _tag;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override async Task<FileTail> ReadTailAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(new RangeHeaderValue(null, TailBytes), cancellationToken);
        _tag = response.Headers.ETag is { IsWeak: false } tag
            ? tag
            : throw new IOException("The server gives no strong ETag, so that a replaced file would not be noticed.");
        byte[] bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);

        // A server may answer with the whole file if it is small.
        long length = response.Content.Headers.ContentRange?.Length ?? bytes.Length;
        DateTimeOffset lastModified = response.Content.Headers.LastModified
            ?? throw new IOException("The server does not tell when the file was modified, which is the version of its records.");
        return new FileTail(bytes, length, lastModified, _tag.Tag.Trim('"'), VersionId: null);
    }

    protected override async ValueTask ReadRangeAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(
            new RangeHeaderValue(offset, offset + destination.Length - 1), cancellationToken);
        if (response.Content.Headers.ContentRange is not { } range || range.From != offset)
        {
            throw new IOException("The server does not answer range requests.");
        }

        using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await body.ReadExactlyAsync(destination, cancellationToken);
        Count(destination.Length);
    }

    private async Task<HttpResponseMessage> SendAsync(RangeHeaderValue range, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Range = range } };
        if (_tag is not null)
        {
            // The server refuses the range of a file that was replaced meanwhile.
            request.Headers.IfMatch.Add(_tag);
        }

        HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK or HttpStatusCode.PartialContent:
                return response;
            case HttpStatusCode.NotFound:
                response.Dispose();
                throw new FileNotFoundException($"{address} does not exist.");
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                response.Dispose();
                throw new UnauthorizedAccessException($"Access denied reading {address}.");
            case var status:
                response.Dispose();
                throw new IOException($"{address} answered with status {(int)status}.");
        }
    }
}
