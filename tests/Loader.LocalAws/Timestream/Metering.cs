using System.Text;

namespace Loader.LocalAws.Timestream;

/// <summary>Sizes as the service meters them (field 2.8): 8 bytes of time, UTF-8 bytes of names and dimension values, and the value.</summary>
internal static class Metering
{
    private const int TimeBytes = 8;
    private const int WriteUnitBytes = 1024;

    /// <summary>The bytes of a merged record.</summary>
    public static int RecordBytes(WriteRecord record) =>
        TimeBytes + DimensionBytes(record.Dimensions) + Utf8(record.MeasureName) + ValueBytes(record.Type, record.Value) + MeasureBytes(record.MeasureValues);

    /// <summary>The bytes of a Record shape as sent: either a record without the common attributes, or the common attributes.</summary>
    public static int SentBytes(RecordFields fields, MeasureValueType type) =>
        (fields.Time is null ? 0 : TimeBytes)
        + DimensionBytes(fields.Dimensions)
        + (fields.MeasureName is null ? 0 : Utf8(fields.MeasureName))
        + (fields.MeasureValue is null ? 0 : ValueBytes(type, fields.MeasureValue))
        + MeasureBytes(fields.MeasureValues);

    public static long WriteUnits(long bytes) => (bytes + WriteUnitBytes - 1) / WriteUnitBytes;

    public static int DimensionBytes(IReadOnlyList<Dimension> dimensions)
    {
        var bytes = 0;
        foreach (var (name, value) in dimensions)
        {
            bytes += Utf8(name) + Utf8(value);
        }

        return bytes;
    }

    private static int MeasureBytes(IReadOnlyList<MeasureValue> measures)
    {
        var bytes = 0;
        foreach (var (name, value, type) in measures)
        {
            bytes += Utf8(name) + ValueBytes(type, value);
        }

        return bytes;
    }

    private static int ValueBytes(MeasureValueType type, string value) => type switch
    {
        MeasureValueType.Boolean => 1,
        MeasureValueType.Varchar => Utf8(value),
        MeasureValueType.Multi => 0,
        _ => 8,
    };

    private static int Utf8(string text) => Encoding.UTF8.GetByteCount(text);
}
