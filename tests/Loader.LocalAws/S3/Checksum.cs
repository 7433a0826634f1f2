using System.Globalization;

namespace Loader.LocalAws.S3;

/// <summary>A checksum of an object or a part.</summary>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Value">The checksum in base 64. That of a multipart upload ends with <c>-</c> and the number of parts if it is made of the parts' checksums.</param>
internal sealed record Checksum(ChecksumAlgorithm Algorithm, string Value)
{
    public const string FullObject = "FULL_OBJECT";
    public const string Composite = "COMPOSITE";

    public string Type => Value.Contains('-', StringComparison.Ordinal) ? Composite : FullObject;

    public static Checksum Of(ChecksumAlgorithm algorithm, ReadOnlySpan<byte> content) => new(algorithm, Convert.ToBase64String(algorithm.Hash(content)));

    /// <summary>The checksum of the parts' checksums.</summary>
    public static Checksum OfParts(ChecksumAlgorithm algorithm, IReadOnlyCollection<Checksum> parts) => new(
        algorithm,
        Of(algorithm, parts.SelectMany(part => Convert.FromBase64String(part.Value)).ToArray()).Value
            + string.Create(CultureInfo.InvariantCulture, $"-{parts.Count}"));
}
