using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

/// <summary>ListObjectsV2: prefix, delimiter, paging.</summary>
internal static class ObjectListing
{
    private const int MaxKeys = 1000;

    public static Reply Handle(ServiceCall call, S3Bucket bucket)
    {
        var prefix = call.Query("prefix") ?? string.Empty;
        var delimiter = call.Query("delimiter") is { Length: > 0 } given ? given : null;
        var maxKeys = ReadMaxKeys(call);
        var token = call.Query("continuation-token") is { Length: > 0 } continuation ? Decode(continuation) : null;
        var (objects, prefixes, next) = Page(bucket.ObjectsFrom(First(prefix, token, call.Query("start-after"))), prefix, delimiter, maxKeys, token, call.Query("start-after"));
        var encode = call.Query("encoding-type") switch
        {
            null or "" => false,
            "url" => true,
            _ => throw S3Error.InvalidArgument("Invalid Encoding Method specified in Request"),
        };
        string Name(string text) => encode ? EncodeName(text) : text;

        return S3Xml.Ok(
            call,
            "ListBucketResult",
            S3Xml.Element("Name", bucket.Name),
            S3Xml.Element("Prefix", Name(prefix)),
            delimiter is null ? null : S3Xml.Element("Delimiter", Name(delimiter)),
            encode ? S3Xml.Element("EncodingType", "url") : null,
            call.Query("start-after") is { } after ? S3Xml.Element("StartAfter", Name(after)) : null,
            call.Query("continuation-token") is { } sent ? S3Xml.Element("ContinuationToken", sent) : null,
            next is null ? null : S3Xml.Element("NextContinuationToken", Encode(next)),
            S3Xml.Element("KeyCount", objects.Count + prefixes.Count),
            S3Xml.Element("MaxKeys", maxKeys),
            S3Xml.Element("IsTruncated", next is not null),
            objects.Select(item => Contents(item, Name(item.Key))),
            prefixes.Select(common => S3Xml.Element("CommonPrefixes", S3Xml.Element("Prefix", Name(common)))));
    }

    /// <summary>One page. <c>Next</c> is its last key or common prefix if more pages follow.</summary>
    private static (List<S3Object> Objects, List<string> Prefixes, string? Next) Page(
        IEnumerable<S3Object> all, string prefix, string? delimiter, int maxKeys, string? token, string? startAfter)
    {
        var objects = new List<S3Object>();
        var prefixes = new List<string>();
        string? last = null;
        foreach (var item in all)
        {
            if (!item.Key.StartsWith(prefix, StringComparison.Ordinal))
            {
                break;
            }

            var cut = delimiter is null ? -1 : item.Key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
            var name = cut < 0 ? item.Key : item.Key[..(cut + delimiter!.Length)];
            var isCommon = cut >= 0;
            if (IsBehind(name, token) || IsBehind(item.Key, startAfter) || (isCommon && prefixes.Count > 0 && string.Equals(prefixes[^1], name, StringComparison.Ordinal)))
            {
                continue;
            }

            if (objects.Count + prefixes.Count == maxKeys)
            {
                return (objects, prefixes, last);
            }

            if (isCommon)
            {
                prefixes.Add(name);
            }
            else
            {
                objects.Add(item);
            }

            last = name;
        }

        return (objects, prefixes, null);
    }

    /// <summary>The latest of the keys before which nothing belongs to a page. Keys with one prefix follow each other.</summary>
    private static string First(string prefix, string? token, string? startAfter) =>
        new[] { prefix, token ?? string.Empty, startAfter ?? string.Empty }.Max(StringComparer.Ordinal)!;

    private static bool IsBehind(string name, string? mark) => mark is not null && string.CompareOrdinal(name, mark) <= 0;

    private static XElement Contents(S3Object item, string name) => S3Xml.Element("Contents", new object?[]
    {
        S3Xml.Element("Key", name),
        S3Xml.Element("LastModified", S3Xml.Time(item.LastModified)),
        S3Xml.Element("ETag", item.ETag),
        item.GivenChecksum is { } checksum ? S3Xml.Element("ChecksumAlgorithm", checksum.Algorithm.Name) : null,
        item.GivenChecksum is { } typed ? S3Xml.Element("ChecksumType", typed.Type) : null,
        S3Xml.Element("Size", item.Length),
        S3Xml.Element("StorageClass", "STANDARD"),
    });

    private static int ReadMaxKeys(ServiceCall call)
    {
        if (call.Query("max-keys") is not { } text)
        {
            return MaxKeys;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var keys)
            ? Math.Min(keys, MaxKeys)
            : throw S3Error.InvalidArgument("Argument maxKeys must be an integer between 0 and 2147483647");
    }

    // S3 encodes a space as '+' and leaves '/' and '*', as in a form.
    private static string EncodeName(string text) => Uri.EscapeDataString(text)
        .Replace("%2F", "/", StringComparison.Ordinal).Replace("%2A", "*", StringComparison.Ordinal).Replace("%20", "+", StringComparison.Ordinal);

    private static string Encode(string key) => Convert.ToBase64String(Encoding.UTF8.GetBytes(key));

    private static string Decode(string token)
    {
        var key = new byte[token.Length];
        return Convert.TryFromBase64String(token, key, out var length)
            ? Encoding.UTF8.GetString(key, 0, length)
            : throw S3Error.InvalidArgument("The continuation token provided is incorrect");
    }
}
