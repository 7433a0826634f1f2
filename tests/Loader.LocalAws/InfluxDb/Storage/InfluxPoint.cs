using System.Globalization;
using Loader.LocalAws.InfluxDb.Lines;

namespace Loader.LocalAws.InfluxDb.Storage;

/// <summary>A point as a reader sees it.</summary>
public sealed class InfluxPoint
{
    internal InfluxPoint(string table, IReadOnlyList<InfluxTag> tags, long time, IReadOnlyList<InfluxField> fields)
    {
        Table = table;
        Tags = tags;
        TimeNanoseconds = time;
        Fields = fields;
    }

    /// <summary>Gets the table (measurement).</summary>
    public string Table { get; }

    /// <summary>Gets the tags, ordered by key.</summary>
    public IReadOnlyList<InfluxTag> Tags { get; }

    /// <summary>Gets the time in nanoseconds since the epoch, UTC.</summary>
    public long TimeNanoseconds { get; }

    /// <summary>Gets the time, truncated to 100 ns.</summary>
    public DateTimeOffset Time => DateTimeOffset.UnixEpoch.AddTicks(TimeNanoseconds / 100);

    /// <summary>Gets the fields.</summary>
    public IReadOnlyList<InfluxField> Fields { get; }

    /// <summary>Gets the tag set and time as one line of text, for messages and comparisons.</summary>
    public string Identity => Name(Tags);

    /// <summary>Gets the tag set without the tag <c>version</c>, and the time, as one line of text.</summary>
    public string IdentityWithoutVersion => Name(Tags.Where(tag => !string.Equals(tag.Key, InfluxTable.VersionTag, StringComparison.Ordinal)));

    /// <summary>Gets the value of a tag, or null.</summary>
    public string? Tag(string key) => Tags.Where(tag => string.Equals(tag.Key, key, StringComparison.Ordinal)).Select(tag => tag.Value).FirstOrDefault();

    /// <summary>Gets the value of a field, or null.</summary>
    public InfluxValue? Field(string key)
    {
        foreach (var field in Fields)
        {
            if (string.Equals(field.Key, key, StringComparison.Ordinal))
            {
                return field.Value;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Identity} {string.Join(',', Fields.Select(field => $"{field.Key}={field.Value}"))}";

    private string Name(IEnumerable<InfluxTag> tags) =>
        $"{string.Join(',', tags.Select(tag => $"{tag.Key}={tag.Value}").Prepend(Table))}|{TimeNanoseconds.ToString(CultureInfo.InvariantCulture)}";
}
