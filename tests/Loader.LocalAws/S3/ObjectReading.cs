using System.Globalization;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

/// <summary>GetObject and HeadObject: version, conditions, range.</summary>
internal static class ObjectReading
{
    public static Reply Handle(ServiceCall call, S3Bucket bucket, string key, bool headersOnly)
    {
        var item = Choose(call, bucket, key);
        if (call.Header("If-Match") is { } match && !Names(match, item.ETag))
        {
            throw S3Error.PreconditionFailed();
        }

        if (call.Header("If-None-Match") is { } noneMatch && Names(noneMatch, item.ETag))
        {
            return Describe(new Reply { Status = 304 }, call, item, bucket);
        }

        var range = ByteRange.Parse(call.Header("Range"), item.Length);
        var (offset, length) = range ?? new ByteRange(0, item.Length);
        var contentType = item.Metadata.Where(header => string.Equals(header.Key, "Content-Type", StringComparison.OrdinalIgnoreCase))
            .Select(header => header.Value).FirstOrDefault("binary/octet-stream");
        var reply = new Reply
        {
            Status = range is null ? 200 : 206,
            ContentType = contentType,
            HeadersOnly = headersOnly,
            Body = item.File is null ? item.Bytes.Slice((int)offset, (int)length) : default,
            File = item.File,
            FileOffset = offset,
            FileLength = length,
        };
        if (range is not null)
        {
            reply.With("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {offset}-{offset + length - 1}/{item.Length}"));
        }

        return Describe(reply.With("Accept-Ranges", "bytes"), call, item, bucket);
    }

    /// <summary>Whether an If-Match or If-None-Match header matches an ETag. Quotes are optional; * matches every object.</summary>
    public static bool Names(string header, string etag) => header.Split(',', StringSplitOptions.TrimEntries)
        .Any(one => one is "*" || string.Equals(one.Trim('"'), etag.Trim('"'), StringComparison.Ordinal));

    private static S3Object Choose(ServiceCall call, S3Bucket bucket, string key)
    {
        if (call.Query("versionId") is not { Length: > 0 } versionId)
        {
            return bucket.Find(key) ?? throw S3Error.NoSuchKey();
        }

        IReadOnlyList<S3Object> versions = bucket.Versions(key) is { Count: > 0 } put ? put : bucket.Find(key) is { } file ? [file] : [];
        var version = versions.FirstOrDefault(version => string.Equals(version.VersionId, versionId, StringComparison.Ordinal)) ?? throw S3Error.NoSuchVersion();
        return version.IsDeleteMarker
            ? throw new ServiceException(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
            : version;
    }

    private static Reply Describe(Reply reply, ServiceCall call, S3Object item, S3Bucket bucket)
    {
        reply.With("ETag", item.ETag)
            .With("Last-Modified", item.LastModified.ToString("R", CultureInfo.InvariantCulture))
            .With("x-amz-version-id", bucket.Versioned ? item.VersionId : null)
            .With("x-amz-request-id", call.RequestId);
        foreach (var (name, value) in item.Metadata)
        {
            if (name.StartsWith("x-amz-meta-", StringComparison.OrdinalIgnoreCase))
            {
                reply.With(name, value);
            }
        }

        return reply;
    }
}
