using System.Globalization;
using System.Xml.Linq;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

/// <summary>GetObjectAttributes: what the client asks for, without the content.</summary>
internal static class ObjectAttributes
{
    private const int MaxParts = 1000;

    public static Reply Handle(ServiceCall call, S3Bucket bucket, string key)
    {
        var wanted = (call.Header("x-amz-object-attributes") ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (wanted.Length == 0 || Array.Exists(wanted, name => name is not ("ETag" or "Checksum" or "ObjectParts" or "StorageClass" or "ObjectSize")))
        {
            throw S3Error.InvalidArgument("Invalid attribute name specified.");
        }

        var item = ObjectReading.Choose(call, bucket, key);
        ObjectReading.RequireMatch(call, item);
        return S3Xml.Ok(
            call,
            "GetObjectAttributesResponse",
            wanted.Contains("ETag") ? S3Xml.Element("ETag", item.ETag.Trim('"')) : null,
            wanted.Contains("Checksum") && item.Checksum is { } checksum
                ? S3Xml.Element("Checksum", new object?[] { S3Xml.Element(checksum), S3Xml.Element("ChecksumType", checksum.Type) })
                : null,
            wanted.Contains("ObjectParts") && item.Parts.Count > 0 ? Parts(call, item) : null,
            wanted.Contains("StorageClass") ? S3Xml.Element("StorageClass", "STANDARD") : null,
            wanted.Contains("ObjectSize") ? S3Xml.Element("ObjectSize", item.Length) : null)
            .With("Last-Modified", item.LastModified.ToString("R", CultureInfo.InvariantCulture))
            .With("x-amz-version-id", bucket.Versioned ? item.VersionId : null);
    }

    private static XElement Parts(ServiceCall call, S3Object item)
    {
        var max = Math.Min(Number(call, "x-amz-max-parts") ?? MaxParts, MaxParts);
        var after = Number(call, "x-amz-part-number-marker") ?? 0;
        var rest = item.Parts.Where(part => part.Number > after).ToList();
        var page = rest.Take(max).ToList();

        // S3 describes single parts only if they have checksums.
        return S3Xml.Element("ObjectParts", new object?[]
        {
            S3Xml.Element("PartsCount", item.Parts.Count),
            S3Xml.Element("PartNumberMarker", after),
            S3Xml.Element("NextPartNumberMarker", page.Count > 0 ? page[^1].Number : after),
            S3Xml.Element("MaxParts", max),
            S3Xml.Element("IsTruncated", rest.Count > page.Count),
            page.Where(part => part.Checksum is not null).Select(part => S3Xml.Element("Part", new object?[]
            {
                S3Xml.Element("PartNumber", part.Number), S3Xml.Element("Size", part.Length), S3Xml.Element(part.Checksum),
            })),
        });
    }

    private static int? Number(ServiceCall call, string header) => call.Header(header) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw S3Error.InvalidArgument($"The value of {header} must be an integer.");
}
