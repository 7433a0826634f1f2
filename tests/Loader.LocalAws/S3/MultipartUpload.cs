using System.Globalization;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

/// <summary>A multipart upload that is not complete. Thread-safe.</summary>
/// <param name="bucket">The name of the bucket.</param>
/// <param name="key">The key of the object.</param>
/// <param name="metadata">The headers of the object.</param>
/// <param name="algorithm">The algorithm of its checksums, or null if the client named none.</param>
/// <param name="isOfFullObject">Whether the object's checksum is that of its content.</param>
internal sealed class MultipartUpload(
    string bucket, string key, IReadOnlyList<KeyValuePair<string, string>> metadata, ChecksumAlgorithm? algorithm, bool isOfFullObject)
{
    private const long MinPartBytes = 5 << 20;

    private readonly SortedDictionary<int, UploadedContent> _parts = [];

    public IReadOnlyList<KeyValuePair<string, string>> Metadata => metadata;

    public bool IsFor(string ofBucket, string ofKey) =>
        string.Equals(bucket, ofBucket, StringComparison.Ordinal) && string.Equals(key, ofKey, StringComparison.Ordinal);

    /// <summary>Adds a part, or replaces the part with the same number. Returns it with the checksum of the upload's algorithm.</summary>
    public UploadedContent Add(int number, UploadedContent part)
    {
        if (algorithm is not null && part.Checksum is not null && part.Checksum.Algorithm != algorithm)
        {
            throw S3Error.InvalidRequest(
                $"Checksum Type mismatch occurred, expected checksum Type: {algorithm.Name.ToLowerInvariant()}, actual checksum Type: {part.Checksum.Algorithm.Name.ToLowerInvariant()}");
        }

        var added = algorithm is null ? part : part with { Checksum = part.Checksum ?? Checksum.Of(algorithm, part.Bytes.Span) };
        lock (_parts)
        {
            _parts[number] = added;
        }

        return added;
    }

    /// <summary>Joins the parts that the client lists. Parts that it does not list are dropped.</summary>
    public CompletedUpload Complete(IReadOnlyList<ListedPart> listed)
    {
        lock (_parts)
        {
            var chosen = new List<(int Number, UploadedContent Part)>();
            foreach (var wanted in listed)
            {
                if (chosen.Count > 0 && wanted.Number <= chosen[^1].Number)
                {
                    throw new ServiceException(400, "InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.");
                }

                if (!_parts.TryGetValue(wanted.Number, out var part) || !wanted.Names(part))
                {
                    throw new ServiceException(
                        400, "InvalidPart", "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.");
                }

                if (chosen.Count > 0 && chosen[^1].Part.Bytes.Length < MinPartBytes)
                {
                    throw new ServiceException(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
                }

                chosen.Add((wanted.Number, part));
            }

            return Join(chosen);
        }
    }

    private CompletedUpload Join(List<(int Number, UploadedContent Part)> chosen)
    {
        using var content = new MemoryStream();
        var digests = new List<byte>();
        var parts = new List<S3Part>();
        foreach (var (number, part) in chosen)
        {
            parts.Add(new(number, content.Length, part.Bytes.Length, algorithm is null ? null : part.Checksum));
            content.Write(part.Bytes.Span);
            digests.AddRange(Convert.FromHexString(S3Object.Md5(part.Bytes.Span)));
        }

        // The ETag: the MD5 of the parts' MD5s, and the number of parts.
        var etag = string.Create(CultureInfo.InvariantCulture, $"{S3Object.Md5(digests.ToArray())}-{parts.Count}");
        var bytes = content.ToArray();
        var checksum = algorithm is null ? null
            : isOfFullObject ? Checksum.Of(algorithm, bytes)
            : Checksum.OfParts(algorithm, [.. parts.Select(part => part.Checksum!)]);
        return new(bytes, S3Object.Quote(etag), parts, checksum);
    }
}

/// <summary>The object that a multipart upload makes.</summary>
internal sealed record CompletedUpload(ReadOnlyMemory<byte> Content, string ETag, IReadOnlyList<S3Part> Parts, Checksum? Checksum);

/// <summary>A part as the client lists it to complete an upload.</summary>
internal sealed record ListedPart(int Number, string ETag, IReadOnlyDictionary<string, string> Checksums)
{
    /// <summary>Whether the ETag and the checksum are those of the uploaded part.</summary>
    public bool Names(UploadedContent part) =>
        string.Equals(ETag.Trim('"'), S3Object.Md5(part.Bytes.Span), StringComparison.Ordinal)
        && (part.Checksum is not { } checksum || !Checksums.TryGetValue(checksum.Algorithm.Element, out var value)
            || string.Equals(value, checksum.Value, StringComparison.Ordinal));
}
