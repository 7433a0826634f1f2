using System.Globalization;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

/// <summary>Multipart uploads. The aws command uses them for files of 8 MB and more.</summary>
internal static class MultipartOperations
{
    private const int MaxParts = 10_000;

    public static Reply Create(ServiceCall call, S3State state, S3Bucket bucket, string key) => S3Xml.Ok(
        call,
        "InitiateMultipartUploadResult",
        S3Xml.Element("Bucket", bucket.Name),
        S3Xml.Element("Key", key),
        S3Xml.Element("UploadId", state.Uploads.Begin()));

    public static Reply UploadPart(ServiceCall call, S3State state)
    {
        var content = ObjectWriting.Content(call);
        state.Uploads.Add(UploadId(call), PartNumber(call), content);
        return new Reply { Status = 200 }.With("ETag", S3Object.Quote(S3Object.Md5(content.Span))).With("x-amz-request-id", call.RequestId);
    }

    public static Reply CopyPart(ServiceCall call, S3State state)
    {
        var source = ObjectWriting.CopySource(call, state);
        var (offset, length) = ByteRange.Parse(call.Header("x-amz-copy-source-range"), source.Length) ?? new ByteRange(0, source.Length);
        var content = source.Content.AsMemory((int)offset, (int)length);
        state.Uploads.Add(UploadId(call), PartNumber(call), content);
        return S3Xml.Ok(
            call,
            "CopyPartResult",
            S3Xml.Element("ETag", S3Object.Quote(S3Object.Md5(content.Span))),
            S3Xml.Element("LastModified", S3Xml.Time(source.LastModified)));
    }

    public static Reply Complete(ServiceCall call, S3State state, S3Bucket bucket, string key)
    {
        var (content, etag) = state.Uploads.Complete(UploadId(call));
        var item = bucket.Put(key, content, lastModified: null, metadata: null, etag);
        return S3Xml.Ok(
            call,
            "CompleteMultipartUploadResult",
            S3Xml.Element("Bucket", bucket.Name),
            S3Xml.Element("Key", key),
            S3Xml.Element("ETag", item.ETag)).With("x-amz-version-id", bucket.Versioned ? item.VersionId : null);
    }

    public static Reply Abort(ServiceCall call, S3State state)
    {
        state.Uploads.Abort(UploadId(call));
        return new Reply { Status = 204 };
    }

    private static int PartNumber(ServiceCall call) =>
        int.TryParse(call.Query("partNumber"), NumberStyles.None, CultureInfo.InvariantCulture, out var part) && part is >= 1 and <= MaxParts
            ? part
            : throw S3Error.InvalidArgument("Part number must be an integer between 1 and 10000, inclusive");

    private static string UploadId(ServiceCall call) => call.Query("uploadId") ?? string.Empty;
}
