using System.Collections.Concurrent;
using System.Globalization;

namespace Loader.LocalAws.S3;

/// <summary>The multipart uploads that are not complete.</summary>
internal sealed class MultipartUploads
{
    private readonly ConcurrentDictionary<string, SortedDictionary<int, ReadOnlyMemory<byte>>> _uploads = new(StringComparer.Ordinal);

    public string Begin()
    {
        var id = Guid.NewGuid().ToString("N");
        _uploads[id] = [];
        return id;
    }

    public void Add(string id, int part, ReadOnlyMemory<byte> bytes)
    {
        var parts = Require(id);
        lock (parts)
        {
            parts[part] = bytes;
        }
    }

    /// <summary>Completes an upload. Returns the whole content and its ETag: the MD5 of the parts' MD5s, and the number of parts.</summary>
    public (ReadOnlyMemory<byte> Content, string ETag) Complete(string id)
    {
        var parts = Require(id);
        lock (parts)
        {
            using var content = new MemoryStream();
            var digests = new List<byte>();
            foreach (var part in parts.Values)
            {
                content.Write(part.Span);
                digests.AddRange(Convert.FromHexString(S3Object.Md5(part.Span)));
            }

            _uploads.TryRemove(id, out _);
            var etag = string.Create(CultureInfo.InvariantCulture, $"{S3Object.Md5(digests.ToArray())}-{parts.Count}");
            return (content.ToArray(), S3Object.Quote(etag));
        }
    }

    public void Abort(string id)
    {
        Require(id);
        _uploads.TryRemove(id, out _);
    }

    private SortedDictionary<int, ReadOnlyMemory<byte>> Require(string id) => _uploads.GetValueOrDefault(id) ??
        throw new Http.ServiceException(404, "NoSuchUpload", "The specified upload does not exist.");
}
