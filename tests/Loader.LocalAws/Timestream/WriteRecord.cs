using System.Globalization;
using System.Text;

namespace Loader.LocalAws.Timestream;

/// <summary>One record of a WriteRecords request, after the common attributes and defaults were merged.</summary>
public sealed class WriteRecord
{
    private string? _series;

    /// <summary>Gets the dimensions, ordered by name.</summary>
    public required IReadOnlyList<Dimension> Dimensions { get; init; }

    /// <summary>Gets the measure name.</summary>
    public required string MeasureName { get; init; }

    /// <summary>Gets the type of the value.</summary>
    public required MeasureValueType Type { get; init; }

    /// <summary>Gets the value as text; empty for MULTI.</summary>
    public required string Value { get; init; }

    /// <summary>Gets the measures of a MULTI record, ordered by name; otherwise empty.</summary>
    public required IReadOnlyList<MeasureValue> MeasureValues { get; init; }

    /// <summary>Gets the time in nanoseconds since the epoch, UTC.</summary>
    public required long TimeNanoseconds { get; init; }

    /// <summary>Gets the version, at least 1.</summary>
    public required long Version { get; init; }

    /// <summary>Gets the time, truncated to 100 ns.</summary>
    public DateTimeOffset Time => DateTimeOffset.UnixEpoch.AddTicks(TimeNanoseconds / 100);

    /// <summary>Gets the value of a DOUBLE record.</summary>
    public double DoubleValue => double.Parse(Value, CultureInfo.InvariantCulture);

    /// <summary>Gets the key of the record's series: all dimensions and the measure name.</summary>
    internal string Series => _series ??= SeriesKey(Dimensions, MeasureName);

    /// <summary>Gets the value of a dimension, or null.</summary>
    public string? Dimension(string name)
    {
        foreach (var dimension in Dimensions)
        {
            if (string.Equals(dimension.Name, name, StringComparison.Ordinal))
            {
                return dimension.Value;
            }
        }

        return null;
    }

    internal static string SeriesKey(IEnumerable<Dimension> orderedByName, string measureName)
    {
        var key = new StringBuilder();
        foreach (var (name, value) in orderedByName)
        {
            key.Append(name).Append('\u0001').Append(value).Append('\u0002');
        }

        return key.Append(measureName).ToString();
    }
}
