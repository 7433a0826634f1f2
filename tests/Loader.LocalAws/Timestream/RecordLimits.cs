using System.Text;

namespace Loader.LocalAws.Timestream;

/// <summary>Quotas of one record. A record beyond them is rejected alone (protocols 1.5: "sizes/limits exceeded").</summary>
internal static class RecordLimits
{
    private const int MaxDimensions = 128;
    private const int MaxDimensionNameBytes = 60;
    private const int MaxMeasureNameBytes = 256;
    private const int MaxMeasures = 256;
    private const int MaxRecordBytes = 2048;

    /// <summary>The reason to reject the record, or null.</summary>
    public static string? Refusal(WriteRecord record, int size)
    {
        // field 2.1: record and common dimensions together must fit.
        if (record.Dimensions.Count > MaxDimensions)
        {
            return "The record has more than 128 dimensions.";
        }

        foreach (var (name, _) in record.Dimensions)
        {
            // protocols 1.6: dimension name 60 bytes, UTF-8 (field 2.1).
            if (Encoding.UTF8.GetByteCount(name) > MaxDimensionNameBytes)
            {
                return $"The dimension name '{name}' is longer than 60 bytes.";
            }
        }

        // protocols 1.6: dimension name and value pairs 2 KB; field 2.1: of the whole series.
        if (Metering.DimensionBytes(record.Dimensions) > MaxRecordBytes)
        {
            return "The dimensions of the record are larger than 2 KB.";
        }

        // protocols 1.6: measure name 256 bytes.
        if (Encoding.UTF8.GetByteCount(record.MeasureName) > MaxMeasureNameBytes
            || record.MeasureValues.Any(measure => Encoding.UTF8.GetByteCount(measure.Name) > MaxMeasureNameBytes))
        {
            return "A measure name of the record is longer than 256 bytes.";
        }

        // protocols 1.6: 256 measures in a multi-measure record.
        if (record.MeasureValues.Count > MaxMeasures)
        {
            return "The record has more than 256 measures.";
        }

        // protocols 1.6: record at most 2 KB.
        return size > MaxRecordBytes ? "The record is larger than 2 KB." : null;
    }
}
