using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

/// <summary>PutObject, CopyObject and DeleteObject.</summary>
internal static class ObjectWriting
{
    public static Reply Put(ServiceCall call, S3Bucket bucket, string key)
    {
        var content = Content(call);
        RequireMd5(call, content);
        var existing = bucket.Find(key);
        if ((call.Header("If-None-Match") is "*" && existing is not null)
            || (call.Header("If-Match") is { } match && (existing is null || !ObjectReading.Names(match, existing.ETag))))
        {
            throw S3Error.PreconditionFailed();
        }

        return Stored(call, bucket, bucket.Put(key, content, lastModified: null, Metadata(call), etag: null));
    }

    public static Reply Copy(ServiceCall call, S3State state, S3Bucket bucket, string key)
    {
        var source = CopySource(call, state);
        var copy = bucket.Put(key, source.Content, lastModified: null, source.Metadata, etag: null);
        return S3Xml.Ok(call, "CopyObjectResult", S3Xml.Element("ETag", copy.ETag), S3Xml.Element("LastModified", S3Xml.Time(copy.LastModified)));
    }

    public static Reply Delete(ServiceCall call, S3Bucket bucket, string key)
    {
        var reply = new Reply { Status = 204 }.With("x-amz-request-id", call.RequestId);
        if (call.Query("versionId") is { Length: > 0 } versionId)
        {
            bucket.DeleteVersion(key, versionId);
            return reply.With("x-amz-version-id", versionId);
        }

        return bucket.Delete(key) is { } marker && bucket.Versioned
            ? reply.With("x-amz-delete-marker", "true").With("x-amz-version-id", marker.VersionId)
            : reply;
    }

    /// <summary>The current version of the source object of a copy.</summary>
    public static S3Object CopySource(ServiceCall call, S3State state)
    {
        var (bucket, key) = S3Path.Parse(call.Header("x-amz-copy-source")!);
        return (state.FindBucket(bucket) ?? throw S3Error.NoSuchBucket()).Find(key) ?? throw S3Error.NoSuchKey();
    }

    /// <summary>The bytes of an upload, without the chunk encoding that SDKs use.</summary>
    public static ReadOnlyMemory<byte> Content(ServiceCall call) =>
        AwsChunkedBody.IsChunked(call.Header("x-amz-content-sha256"), call.Header("Content-Encoding")) ? AwsChunkedBody.Decode(call.Body.Span) : call.Body;

    public static List<KeyValuePair<string, string>> Metadata(ServiceCall call) =>
        [.. call.Http.Request.Headers
            .Where(header => header.Key.StartsWith("x-amz-meta-", StringComparison.OrdinalIgnoreCase)
                || string.Equals(header.Key, "Content-Type", StringComparison.OrdinalIgnoreCase))
            .Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()))];

    public static Reply Stored(ServiceCall call, S3Bucket bucket, S3Object item) => new Reply { Status = 200 }
        .With("ETag", item.ETag)
        .With("x-amz-version-id", bucket.Versioned ? item.VersionId : null)
        .With("x-amz-request-id", call.RequestId);

    private static void RequireMd5(ServiceCall call, ReadOnlyMemory<byte> content)
    {
        if (call.Header("Content-MD5") is { } md5 && !string.Equals(md5, Convert.ToBase64String(Convert.FromHexString(S3Object.Md5(content.Span))), StringComparison.Ordinal))
        {
            throw new ServiceException(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
        }
    }
}
