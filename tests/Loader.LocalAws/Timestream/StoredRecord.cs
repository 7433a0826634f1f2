using System.Globalization;

namespace Loader.LocalAws.Timestream;

/// <summary>The record that a table stores for one identity (dimensions, measure name, time).</summary>
public sealed class StoredRecord
{
    internal StoredRecord(WriteRecord record, StoreKind store)
    {
        Dimensions = record.Dimensions;
        MeasureName = record.MeasureName;
        TimeNanoseconds = record.TimeNanoseconds;
        Type = record.Type;
        Value = record.Value;
        MeasureValues = record.MeasureValues;
        Version = record.Version;
        Store = store;
    }

    /// <summary>Gets the dimensions, ordered by name.</summary>
    public IReadOnlyList<Dimension> Dimensions { get; }

    /// <summary>Gets the measure name.</summary>
    public string MeasureName { get; }

    /// <summary>Gets the time in nanoseconds since the epoch, UTC.</summary>
    public long TimeNanoseconds { get; }

    /// <summary>Gets the time, truncated to 100 ns.</summary>
    public DateTimeOffset Time => DateTimeOffset.UnixEpoch.AddTicks(TimeNanoseconds / 100);

    /// <summary>Gets the type of the value.</summary>
    public MeasureValueType Type { get; }

    /// <summary>Gets the value as sent; empty for MULTI.</summary>
    public string Value { get; }

    /// <summary>Gets the value of a DOUBLE record.</summary>
    public double DoubleValue => double.Parse(Value, CultureInfo.InvariantCulture);

    /// <summary>Gets the measures of a MULTI record, ordered by name.</summary>
    public IReadOnlyList<MeasureValue> MeasureValues { get; }

    /// <summary>Gets the version.</summary>
    public long Version { get; }

    /// <summary>Gets the store that accepted the record.</summary>
    public StoreKind Store { get; }

    /// <summary>Gets the identity as one line of text, for messages and comparisons.</summary>
    public string Identity =>
        $"{string.Join(',', Dimensions.Select(dimension => $"{dimension.Name}={dimension.Value}"))}|{MeasureName}|{TimeNanoseconds.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Gets the value of a dimension, or null.</summary>
    public string? Dimension(string name) =>
        Dimensions.Where(dimension => string.Equals(dimension.Name, name, StringComparison.Ordinal)).Select(dimension => dimension.Value).FirstOrDefault();

    /// <inheritdoc/>
    public override string ToString() => $"{Identity} = {Value} (version {Version.ToString(CultureInfo.InvariantCulture)})";
}
