namespace Loader.LocalAws.Http;

/// <summary>A response that is not sent yet, so that a fault can truncate or discard it after the service handled the request.</summary>
internal sealed class Reply
{
    public required int Status { get; init; }

    public string? ContentType { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>A file that holds the body instead of <see cref="Body"/>.</summary>
    public string? File { get; init; }

    public long FileOffset { get; init; }

    public long FileLength { get; init; }

    /// <summary>For HEAD: the headers contain the length, but no body follows.</summary>
    public bool HeadersOnly { get; init; }

    public List<KeyValuePair<string, string>> Headers { get; } = [];

    public long Length => File is null ? Body.Length : FileLength;

    public Reply With(string header, string? value)
    {
        if (value is not null)
        {
            Headers.Add(new(header, value));
        }

        return this;
    }
}
