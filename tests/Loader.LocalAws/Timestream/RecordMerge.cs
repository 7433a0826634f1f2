using System.Globalization;

namespace Loader.LocalAws.Timestream;

/// <summary>Merges common attributes into a record, fills in defaults and rejects invalid records. A rejection here fails the whole request.</summary>
internal static class RecordMerge
{
    public static WriteRecord Merge(RecordFields? common, RecordFields own)
    {
        var type = own.Type ?? common?.Type ?? MeasureValueType.Double; // protocols 1.4: DOUBLE is the default type.
        var dimensions = MergeDimensions(common?.Dimensions ?? [], own.Dimensions);
        var measures = MergeMeasures(common?.MeasureValues ?? [], own.MeasureValues, dimensions);
        var value = own.MeasureValue ?? common?.MeasureValue;
        var measureName = own.MeasureName ?? common?.MeasureName ?? throw TimestreamError.Validation("A record must have a measure name.");
        NameRules.RequireMeasureName(measureName);
        RequireValues(type, value, measures);
        return new()
        {
            Dimensions = dimensions,
            MeasureName = measureName,
            Type = type,
            Value = value ?? string.Empty,
            MeasureValues = measures,
            TimeNanoseconds = Time(own.Time ?? common?.Time, own.Unit ?? common?.Unit ?? TimeUnit.Milliseconds), // protocols 1.4: default unit.
            Version = RequireVersion(own.Version ?? common?.Version ?? 1), // protocols 1.4: default version.
        };
    }

    private static Dimension[] MergeDimensions(IReadOnlyList<Dimension> common, IReadOnlyList<Dimension> own)
    {
        var merged = new Dimension[common.Count + own.Count];
        for (var i = 0; i < common.Count; i++)
        {
            merged[i] = common[i];
        }

        for (var i = 0; i < own.Count; i++)
        {
            merged[common.Count + i] = own[i];
        }

        if (merged.Length == 0)
        {
            throw TimestreamError.Validation("A record must have at least one dimension.");
        }

        Array.Sort(merged, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        for (var i = 0; i < merged.Length; i++)
        {
            NameRules.RequireColumnName(merged[i].Name, "dimension");
            if (merged[i].Value.Length == 0)
            {
                throw TimestreamError.Validation($"The value of dimension '{merged[i].Name}' must not be empty.");
            }

            // protocols 1.4: a dimension name may not appear in both, nor twice in one.
            if (i > 0 && string.Equals(merged[i].Name, merged[i - 1].Name, StringComparison.Ordinal))
            {
                throw TimestreamError.Validation($"Dimensions must have unique names: '{merged[i].Name}' appears more than once.");
            }
        }

        return merged;
    }

    private static MeasureValue[] MergeMeasures(IReadOnlyList<MeasureValue> common, IReadOnlyList<MeasureValue> own, Dimension[] dimensions)
    {
        if (common.Count + own.Count == 0)
        {
            return [];
        }

        MeasureValue[] merged = [.. common, .. own];
        Array.Sort(merged, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        for (var i = 0; i < merged.Length; i++)
        {
            NameRules.RequireColumnName(merged[i].Name, "measure");
            // protocols 1.6: dimension and measure names share one column space.
            if ((i > 0 && string.Equals(merged[i].Name, merged[i - 1].Name, StringComparison.Ordinal))
                || Array.Exists(dimensions, dimension => string.Equals(dimension.Name, merged[i].Name, StringComparison.Ordinal)))
            {
                throw TimestreamError.Validation($"Column names must be unique: '{merged[i].Name}' appears more than once.");
            }

            if (merged[i].Type == MeasureValueType.Multi)
            {
                throw TimestreamError.Validation("A measure inside MULTI must not be MULTI.");
            }

            ValueRules.Require(merged[i].Type, merged[i].Value);
        }

        return merged;
    }

    private static void RequireValues(MeasureValueType type, string? value, MeasureValue[] measures)
    {
        // protocols 1.4: MeasureValues only with MULTI.
        if (type == MeasureValueType.Multi)
        {
            if (measures.Length == 0 || value is not null)
            {
                throw TimestreamError.Validation("A MULTI record must have MeasureValues and no MeasureValue.");
            }

            return;
        }

        // field 2.7: TIMESTAMP only inside MULTI.
        if (measures.Length > 0 || value is null || type == MeasureValueType.Timestamp)
        {
            throw TimestreamError.Validation("A record that is not MULTI must have one MeasureValue, not of type TIMESTAMP, and no MeasureValues.");
        }

        ValueRules.Require(type, value);
    }

    // protocols 1.4: a string of integer digits in the record's unit.
    private static long Time(string? text, TimeUnit unit)
    {
        if (text is null || text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            throw TimestreamError.Validation("Invalid time for record.");
        }

        // Times beyond 64 bits of nanoseconds lie in the year 2262 or later; the retention window rejects them as future.
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var time) && time <= long.MaxValue / (long)unit
            ? time * (long)unit
            : long.MaxValue;
    }

    // protocols 1.4, field 2.1: at least 1, else ValidationException.
    private static long RequireVersion(long version) => version >= 1
        ? version
        : throw TimestreamError.Validation("Record version must be greater than or equal to 1.");
}
