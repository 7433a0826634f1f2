using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

/// <summary>PutObject, CopyObject and DeleteObject.</summary>
internal static class ObjectWriting
{
    public static Reply Put(ServiceCall call, S3Bucket bucket, string key)
    {
        var content = UploadedContent.Read(call);
        RequireConditions(call, bucket, key);
        var item = bucket.Put(key, content.Bytes, lastModified: null, Metadata(call), content.Checksum);
        return new Reply { Status = 200 }
            .With("ETag", item.ETag)
            .With(item.Checksum)
            .With("x-amz-version-id", bucket.Versioned ? item.VersionId : null)
            .With("x-amz-request-id", call.RequestId);
    }

    /// <summary>The conditions of a write (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).</summary>
    public static void RequireConditions(ServiceCall call, S3Bucket bucket, string key)
    {
        var existing = bucket.Find(key);
        if (call.Header("If-None-Match") is { } noneMatch)
        {
            if (noneMatch is not "*")
            {
                throw new ServiceException(501, "NotImplemented", "A header you provided implies functionality that is not implemented");
            }

            if (existing is not null)
            {
                throw S3Error.PreconditionFailed();
            }
        }

        // Without an object there is no ETag that could differ.
        if (call.Header("If-Match") is { } match && !ObjectReading.Names(match, (existing ?? throw S3Error.NoSuchKey()).ETag))
        {
            throw S3Error.PreconditionFailed();
        }
    }

    public static Reply Copy(ServiceCall call, S3State state, S3Bucket bucket, string key)
    {
        var source = CopySource(call, state);
        RequireConditions(call, bucket, key);
        var metadata = call.Header("x-amz-metadata-directive") is "REPLACE" ? Metadata(call) : source.Metadata;
        var copy = bucket.Put(key, source.Content, lastModified: null, metadata, checksum: null);
        return S3Xml.Ok(
            call,
            "CopyObjectResult",
            S3Xml.Element("ETag", copy.ETag),
            S3Xml.Element("LastModified", S3Xml.Time(copy.LastModified)),
            S3Xml.Element(copy.Checksum),
            S3Xml.Element("ChecksumType", copy.Checksum!.Type)).With("x-amz-version-id", bucket.Versioned ? copy.VersionId : null);
    }

    public static Reply Delete(ServiceCall call, S3Bucket bucket, string key)
    {
        var reply = new Reply { Status = 204 }.With("x-amz-request-id", call.RequestId);
        if (VersionId.Of(call) is { } versionId)
        {
            bucket.DeleteVersion(key, versionId);
            return reply.With("x-amz-version-id", versionId);
        }

        return bucket.Delete(key) is { } marker && bucket.Versioned
            ? reply.With("x-amz-delete-marker", "true").With("x-amz-version-id", marker.VersionId)
            : reply;
    }

    /// <summary>The source object of a copy: <c>bucket/key</c>, with <c>?versionId=…</c> for another than the current version.</summary>
    public static S3Object CopySource(ServiceCall call, S3State state)
    {
        const string Mark = "?versionId=";
        var source = call.Header("x-amz-copy-source")!;
        var mark = source.IndexOf(Mark, StringComparison.Ordinal);
        var (bucket, key) = S3Path.Parse(source);
        return ObjectReading.Choose(
            state.FindBucket(bucket) ?? throw S3Error.NoSuchBucket(), key, mark < 0 ? null : VersionId.Require(source[(mark + Mark.Length)..]));
    }

    public static List<KeyValuePair<string, string>> Metadata(ServiceCall call) =>
        [.. call.Http.Request.Headers
            .Where(header => header.Key.StartsWith("x-amz-meta-", StringComparison.OrdinalIgnoreCase)
                || string.Equals(header.Key, "Content-Type", StringComparison.OrdinalIgnoreCase))
            .Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()))];
}
