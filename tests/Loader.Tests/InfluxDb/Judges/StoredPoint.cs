using System.Globalization;
using Loader.LocalAws.InfluxDb.Lines;
using Loader.LocalAws.InfluxDb.Storage;

namespace Loader.Tests.InfluxDb.Judges;

/// <summary>A point that was read back, whatever it was read from; tags and fields are ordered by name.</summary>
internal sealed record StoredPoint(IReadOnlyList<InfluxTag> Tags, long TimeNanoseconds, IReadOnlyList<InfluxField> Fields)
{
    /// <summary>Takes a point of the fake.</summary>
    public static StoredPoint From(InfluxPoint point) => Create(point.Tags, point.TimeNanoseconds, point.Fields);

    public static StoredPoint Create(IEnumerable<InfluxTag> tags, long timeNanoseconds, IEnumerable<InfluxField> fields) => new(
        [.. tags.OrderBy(tag => tag.Key, StringComparer.Ordinal)], timeNanoseconds, [.. fields.OrderBy(field => field.Key, StringComparer.Ordinal)]);

    /// <summary>Returns all of its content as text, by which points are compared. Shortest text, so that two floats have the same only if they are equal.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(',', Tags.Select(tag => $"{tag.Key}={tag.Value}"))} {string.Join(',', Fields.Select(field => $"{field.Key}={field.Value}"))} {TimeNanoseconds}");
}
