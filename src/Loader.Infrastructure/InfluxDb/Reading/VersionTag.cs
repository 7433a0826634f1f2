using System.Globalization;
using Loader.Application.Ports;
using Loader.Infrastructure.InfluxDb.Encoding;

namespace Loader.Infrastructure.InfluxDb.Reading;

/// <summary>The version tag of a point: 19 digits of the version, <c>-</c>, and 8 hexadecimal digits of the fingerprint.</summary>
/// <param name="Version">The version.</param>
/// <param name="Fingerprint">The fingerprint, or <see langword="null"/> if the loader did not write the tag.</param>
internal readonly record struct VersionTag(long Version, uint? Fingerprint)
{
    private const int VersionDigits = 19;

    /// <summary>Parses a tag. One that the loader did not write is older than every version.</summary>
    /// <param name="tag">The tag in UTF-8; empty if the point has none.</param>
    /// <returns>The tag.</returns>
    public static VersionTag Parse(ReadOnlySpan<byte> tag) =>
        tag.Length == VersionDigits + 1 + LineFormat.FingerprintDigits && tag[VersionDigits] == (byte)'-'
            && long.TryParse(tag[..VersionDigits], NumberStyles.None, CultureInfo.InvariantCulture, out long version)
            && uint.TryParse(
                tag[(VersionDigits + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint fingerprint)
            ? new VersionTag(version, fingerprint)
            : default;

    /// <summary>Adds the version to a record.</summary>
    /// <param name="record">The record.</param>
    /// <returns>The record.</returns>
    public FoundRecord AddTo(FoundRecord record) => record with { Version = Version, Fingerprint = Fingerprint };
}
