using System.Globalization;
using System.Text.Json;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.Timestream;

/// <summary>A Record shape as sent. The constraints of the API model are checked; no defaults are filled in.</summary>
internal sealed class RecordFields
{
    private const int MaxDimensions = 128;

    public IReadOnlyList<Dimension> Dimensions { get; private init; } = [];

    public string? MeasureName { get; private init; }

    public string? MeasureValue { get; private init; }

    public MeasureValueType? Type { get; private init; }

    public string? Time { get; private init; }

    public TimeUnit? Unit { get; private init; }

    public long? Version { get; private init; }

    public IReadOnlyList<MeasureValue> MeasureValues { get; private init; } = [];

    // protocols 1.4: members of Record and their lengths.
    public static RecordFields Read(JsonElement record, RecordPath path) => new()
    {
        Dimensions = ReadDimensions(record, path),
        MeasureName = Text(record, "MeasureName"u8, path, "measureName", 1, int.MaxValue),
        MeasureValue = Text(record, "MeasureValue"u8, path, "measureValue", 1, 2048),
        Type = ReadType(JsonMembers.Text(record, "MeasureValueType"u8), path, "measureValueType"),
        Time = Text(record, "Time"u8, path, "time", 1, 256),
        Unit = ReadUnit(JsonMembers.Text(record, "TimeUnit"u8), path, "timeUnit"),
        Version = JsonMembers.Number(record, "Version"u8),
        MeasureValues = ReadMeasureValues(record, path),
    };

    private static Dimension[] ReadDimensions(JsonElement record, RecordPath path)
    {
        if (JsonMembers.List(record, "Dimensions"u8) is not { } list)
        {
            return [];
        }

        // protocols 1.4: at most 128, Name and Value required, DimensionValueType only VARCHAR.
        var count = list.GetArrayLength();
        if (count > MaxDimensions)
        {
            throw path.Broken("dimensions", "Member must have length less than or equal to 128");
        }

        var dimensions = new Dimension[count];
        var next = 0;
        foreach (var dimension in list.EnumerateArray())
        {
            var name = Text(dimension, "Name"u8, path, "dimensions.name", 1, int.MaxValue) ??
                throw path.Broken("dimensions.name", "Member must not be null");
            var value = JsonMembers.Text(dimension, "Value"u8) ??
                throw path.Broken("dimensions.value", "Member must not be null");
            if (JsonMembers.Text(dimension, "DimensionValueType"u8) is { } type && type is not "VARCHAR")
            {
                throw path.Broken("dimensions.dimensionValueType", "Member must satisfy enum value set: [VARCHAR]");
            }

            dimensions[next++] = new(name, value);
        }

        return dimensions;
    }

    private static MeasureValue[] ReadMeasureValues(JsonElement record, RecordPath path)
    {
        if (JsonMembers.List(record, "MeasureValues"u8) is not { } list)
        {
            return [];
        }

        // protocols 1.4: Name, Value (1..2048) and Type are required.
        var values = new MeasureValue[list.GetArrayLength()];
        var next = 0;
        foreach (var measure in list.EnumerateArray())
        {
            var name = Text(measure, "Name"u8, path, "measureValues.name", 1, int.MaxValue) ??
                throw path.Broken("measureValues.name", "Member must not be null");
            var value = Text(measure, "Value"u8, path, "measureValues.value", 1, 2048) ??
                throw path.Broken("measureValues.value", "Member must not be null");
            var type = ReadType(JsonMembers.Text(measure, "Type"u8), path, "measureValues.type") ??
                throw path.Broken("measureValues.type", "Member must not be null");
            values[next++] = new(name, value, type);
        }

        return values;
    }

    private static string? Text(JsonElement parent, ReadOnlySpan<byte> name, RecordPath path, string member, int min, int max)
    {
        var text = JsonMembers.Text(parent, name);
        if (text is not null && text.Length < min)
        {
            throw path.Broken(member, string.Create(CultureInfo.InvariantCulture, $"Member must have length greater than or equal to {min}"));
        }

        if (text is not null && text.Length > max)
        {
            throw path.Broken(member, string.Create(CultureInfo.InvariantCulture, $"Member must have length less than or equal to {max}"));
        }

        return text;
    }

    private static MeasureValueType? ReadType(string? text, RecordPath path, string member) => text switch
    {
        null => null,
        "DOUBLE" => MeasureValueType.Double,
        "BIGINT" => MeasureValueType.BigInt,
        "VARCHAR" => MeasureValueType.Varchar,
        "BOOLEAN" => MeasureValueType.Boolean,
        "TIMESTAMP" => MeasureValueType.Timestamp,
        "MULTI" => MeasureValueType.Multi,
        _ => throw path.Broken(member, "Member must satisfy enum value set: [BIGINT, VARCHAR, TIMESTAMP, DOUBLE, BOOLEAN, MULTI]"),
    };

    private static TimeUnit? ReadUnit(string? text, RecordPath path, string member) => text switch
    {
        null => null,
        "SECONDS" => TimeUnit.Seconds,
        "MILLISECONDS" => TimeUnit.Milliseconds,
        "MICROSECONDS" => TimeUnit.Microseconds,
        "NANOSECONDS" => TimeUnit.Nanoseconds,
        _ => throw path.Broken(member, "Member must satisfy enum value set: [MILLISECONDS, SECONDS, MICROSECONDS, NANOSECONDS]"),
    };
}
