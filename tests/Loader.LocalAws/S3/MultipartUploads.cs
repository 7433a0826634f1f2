using System.Collections.Concurrent;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

/// <summary>The multipart uploads that are not complete.</summary>
internal sealed class MultipartUploads
{
    private readonly ConcurrentDictionary<string, MultipartUpload> _uploads = new(StringComparer.Ordinal);

    public string Begin(MultipartUpload upload)
    {
        var id = Guid.NewGuid().ToString("N");
        _uploads[id] = upload;
        return id;
    }

    /// <summary>The upload with this id. An id belongs to one object.</summary>
    public MultipartUpload Require(string id, string bucket, string key) =>
        _uploads.TryGetValue(id, out var upload) && upload.IsFor(bucket, key) ? upload : throw new ServiceException(
            404, "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.");

    public void End(string id) => _uploads.TryRemove(id, out _);
}
