using System.Globalization;
using Loader.Application.Ports;
using Loader.Infrastructure.InfluxDb.Encoding;

namespace Loader.Infrastructure.InfluxDb.Reading;

/// <summary>Reads the version tag of a point: 19 digits of the version, <c>-</c>, and 8 hexadecimal digits of the fingerprint.</summary>
internal static class VersionTag
{
    private const int VersionDigits = 19;

    /// <summary>Adds the version of a tag to a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="tag">The tag, or <see langword="null"/>. One that the loader did not write is older than every version.</param>
    /// <returns>The record.</returns>
    public static FoundRecord AddTo(FoundRecord record, string? tag) =>
        tag is { Length: VersionDigits + 1 + LineFormat.FingerprintDigits } && tag[VersionDigits] == '-'
            && long.TryParse(tag.AsSpan(0, VersionDigits), NumberStyles.None, CultureInfo.InvariantCulture, out long version)
            && uint.TryParse(
                tag.AsSpan(VersionDigits + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint fingerprint)
            ? record with { Version = version, Fingerprint = fingerprint }
            : record;
}
