using System.Globalization;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

/// <summary>GetObject and HeadObject: version, conditions, range.</summary>
internal static class ObjectReading
{
    public static Reply Handle(ServiceCall call, S3Bucket bucket, string key, bool headersOnly)
    {
        var item = Choose(call, bucket, key);
        RequireMatch(call, item);
        if (call.Header("If-None-Match") is { } noneMatch && Names(noneMatch, item.ETag))
        {
            return Describe(new Reply { Status = 304 }, call, item, bucket);
        }

        var part = Part(call, item);
        var range = part is null ? ByteRange.Parse(call.Header("Range"), item.Length) : new ByteRange(part.Offset, part.Length);
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
        if (range is not null && length > 0)
        {
            reply.With("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {offset}-{offset + length - 1}/{item.Length}"));
        }

        if (part is not null && item.Parts.Count > 0)
        {
            reply.With("x-amz-mp-parts-count", item.Parts.Count.ToString(CultureInfo.InvariantCulture));
        }

        // The checksum of an object is not that of a range.
        if (string.Equals(call.Header("x-amz-checksum-mode"), "ENABLED", StringComparison.OrdinalIgnoreCase))
        {
            reply.With(part is not null ? part.Checksum : range is null ? item.Checksum : null);
        }

        return Describe(reply.With("Accept-Ranges", "bytes"), call, item, bucket);
    }

    public static void RequireMatch(ServiceCall call, S3Object item)
    {
        if (call.Header("If-Match") is { } match && !Names(match, item.ETag))
        {
            throw S3Error.PreconditionFailed();
        }
    }

    /// <summary>Whether an If-Match or If-None-Match header matches an ETag. Quotes are optional; * matches every object.</summary>
    public static bool Names(string header, string etag) => header.Split(',', StringSplitOptions.TrimEntries)
        .Any(one => one is "*" || string.Equals(one.Trim('"'), etag.Trim('"'), StringComparison.Ordinal));

    /// <summary>The version that a request is for.</summary>
    public static S3Object Choose(ServiceCall call, S3Bucket bucket, string key) => Choose(bucket, key, VersionId.Of(call));

    /// <summary>A version of an object; the current one without an id.</summary>
    public static S3Object Choose(S3Bucket bucket, string key, string? versionId)
    {
        if (versionId is null)
        {
            return bucket.Find(key) ?? throw S3Error.NoSuchKey();
        }

        IReadOnlyList<S3Object> versions = bucket.Versions(key) is { Count: > 0 } put ? put : bucket.Find(key) is { } file ? [file] : [];
        var version = versions.FirstOrDefault(version => string.Equals(version.VersionId, versionId, StringComparison.Ordinal)) ?? throw S3Error.NoSuchVersion();
        return version.IsDeleteMarker
            ? throw new ServiceException(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
            : version;
    }

    /// <summary>The part that a request is for, or null. An object that was put as a whole has one part.</summary>
    private static S3Part? Part(ServiceCall call, S3Object item)
    {
        if (call.Query("partNumber") is not { } text)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 10_000)
        {
            throw S3Error.InvalidArgument("Part number must be an integer between 1 and 10000, inclusive");
        }

        var found = item.Parts.FirstOrDefault(part => part.Number == number);
        return found ?? (item.Parts.Count == 0 && number == 1
            ? new S3Part(1, 0, item.Length, item.Checksum)
            : throw new ServiceException(416, "InvalidPartNumber", "The requested partnumber is not satisfiable"));
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
