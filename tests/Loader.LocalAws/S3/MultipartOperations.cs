using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

/// <summary>Multipart uploads. The aws command uses them for files of 8 MB and more.</summary>
internal static class MultipartOperations
{
    private const int MaxParts = 10_000;

    public static Reply Create(ServiceCall call, S3State state, S3Bucket bucket, string key)
    {
        var algorithm = call.Header("x-amz-checksum-algorithm") is { } name ? ChecksumAlgorithm.Parse(name) : null;
        var isOfFullObject = call.Header("x-amz-checksum-type") switch
        {
            null => algorithm?.IsOfFullObject ?? true,
            Checksum.FullObject when algorithm?.Name.StartsWith("CRC", StringComparison.Ordinal) == true => true,
            Checksum.Composite when algorithm?.IsOfFullObject == false => false,
            var type => throw S3Error.InvalidRequest($"The {type} checksum type cannot be used with the {algorithm?.Name.ToLowerInvariant() ?? "null"} checksum algorithm."),
        };
        var id = state.Uploads.Begin(new MultipartUpload(bucket.Name, key, ObjectWriting.Metadata(call), algorithm, isOfFullObject));
        var reply = S3Xml.Ok(
            call,
            "InitiateMultipartUploadResult",
            S3Xml.Element("Bucket", bucket.Name),
            S3Xml.Element("Key", key),
            S3Xml.Element("UploadId", id));
        return algorithm is null
            ? reply
            : reply.With("x-amz-checksum-algorithm", algorithm.Name).With("x-amz-checksum-type", isOfFullObject ? Checksum.FullObject : Checksum.Composite);
    }

    public static Reply UploadPart(ServiceCall call, S3State state, S3Bucket bucket, string key)
    {
        var upload = Upload(call, state, bucket, key);
        var part = upload.Add(PartNumber(call), UploadedContent.Read(call));
        return new Reply { Status = 200 }
            .With("ETag", S3Object.Quote(S3Object.Md5(part.Bytes.Span)))
            .With(part.Checksum)
            .With("x-amz-request-id", call.RequestId);
    }

    public static Reply CopyPart(ServiceCall call, S3State state, S3Bucket bucket, string key)
    {
        var upload = Upload(call, state, bucket, key);
        var source = ObjectWriting.CopySource(call, state);
        var (offset, length) = ByteRange.Parse(call.Header("x-amz-copy-source-range"), source.Length) ?? new ByteRange(0, source.Length);
        var part = upload.Add(PartNumber(call), new(source.Content.AsMemory((int)offset, (int)length), Checksum: null));
        return S3Xml.Ok(
            call,
            "CopyPartResult",
            S3Xml.Element("ETag", S3Object.Quote(S3Object.Md5(part.Bytes.Span))),
            S3Xml.Element("LastModified", S3Xml.Time(source.LastModified)),
            S3Xml.Element(part.Checksum));
    }

    public static Reply Complete(ServiceCall call, S3State state, S3Bucket bucket, string key)
    {
        var upload = Upload(call, state, bucket, key);
        var completed = upload.Complete(ReadParts(call));
        if (completed.Checksum is { } expected && call.Header(expected.Algorithm.Header) is { } sent
            && !string.Equals(sent, expected.Value, StringComparison.Ordinal))
        {
            throw new ServiceException(400, "BadDigest", $"The {expected.Algorithm.Name} you specified did not match the calculated checksum.");
        }

        ObjectWriting.RequireConditions(call, bucket, key);
        var item = bucket.Put(key, completed, upload.Metadata);
        state.Uploads.End(UploadId(call));
        return S3Xml.Ok(
            call,
            "CompleteMultipartUploadResult",
            S3Xml.Element("Location", $"/{bucket.Name}/{key}"),
            S3Xml.Element("Bucket", bucket.Name),
            S3Xml.Element("Key", key),
            S3Xml.Element("ETag", item.ETag),
            S3Xml.Element(item.Checksum),
            item.Checksum is null ? null : S3Xml.Element("ChecksumType", item.Checksum.Type)).With("x-amz-version-id", bucket.Versioned ? item.VersionId : null);
    }

    public static Reply Abort(ServiceCall call, S3State state, S3Bucket bucket, string key)
    {
        Upload(call, state, bucket, key);
        state.Uploads.End(UploadId(call));
        return new Reply { Status = 204 };
    }

    private static List<ListedPart> ReadParts(ServiceCall call)
    {
        try
        {
            using var body = new MemoryStream(call.Body.ToArray());
            using var reader = XmlReader.Create(body, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            var root = XDocument.Load(reader).Root!;
            List<ListedPart> parts = [.. root.Elements().Where(element => element.Name.LocalName is "Part").Select(ReadPart)];
            return root.Name.LocalName is "CompleteMultipartUpload" && parts.Count > 0 ? parts : throw S3Error.MalformedXml();
        }
        catch (Exception exception) when (exception is XmlException or FormatException or OverflowException)
        {
            throw S3Error.MalformedXml();
        }
    }

    private static ListedPart ReadPart(XElement part)
    {
        var members = part.Elements().DistinctBy(member => member.Name.LocalName)
            .ToDictionary(member => member.Name.LocalName, member => member.Value.Trim(), StringComparer.Ordinal);
        return members.TryGetValue("PartNumber", out var number) && members.TryGetValue("ETag", out var etag)
            ? new(int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture), etag, members)
            : throw S3Error.MalformedXml();
    }

    private static int PartNumber(ServiceCall call) =>
        int.TryParse(call.Query("partNumber"), NumberStyles.None, CultureInfo.InvariantCulture, out var part) && part is >= 1 and <= MaxParts
            ? part
            : throw S3Error.InvalidArgument("Part number must be an integer between 1 and 10000, inclusive");

    private static MultipartUpload Upload(ServiceCall call, S3State state, S3Bucket bucket, string key) =>
        state.Uploads.Require(UploadId(call), bucket.Name, key);

    private static string UploadId(ServiceCall call) => call.Query("uploadId") ?? string.Empty;
}
