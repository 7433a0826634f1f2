using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet.Metadata;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Creates the reader of a column according to its type, which schema validation has accepted.</summary>
internal static class ColumnReaders
{
    /// <summary>Creates the reader of the column of times.</summary>
    /// <param name="column">The column.</param>
    /// <param name="buffers">The buffers of the file.</param>
    /// <param name="clock">The clock of the zone of times without one.</param>
    /// <param name="int96IsUtc">Whether INT96 times are in UTC, and not in the zone.</param>
    /// <param name="formats">The formats of text, or <see langword="null"/> for ISO 8601.</param>
    /// <param name="ignoresUtcFlag">Whether times that the column declares to be in UTC are local.</param>
    /// <returns>The reader.</returns>
    public static TimeReader ForTimes(
        SchemaColumn column,
        ColumnBuffers buffers,
        LocalClock clock,
        bool int96IsUtc,
        TimeFormats? formats = null,
        bool ignoresUtcFlag = false) =>
        column.Element.Type switch
        {
            PhysicalType.Int64 =>
                new Int64TimeReader(column, buffers, column.Element.LogicalType.IsAdjustedToUtc && !ignoresUtcFlag ? null : clock),
            PhysicalType.Int96 => new Int96TimeReader(column, buffers, int96IsUtc ? null : clock),
            PhysicalType.Int32 => new DateReader(column, buffers, clock),
            _ when formats is not null => new FormattedTimeReader(column, buffers, clock, formats),
            _ => new IsoTimeReader(column, buffers, clock),
        };

    public static ValueReader ForValues(SchemaColumn column, ColumnBuffers buffers, NumberText? text = null)
    {
        if (text is not null && ColumnTypes.IsText(column.Element))
        {
            return new TextValueReader(column, buffers, new NumberTextParser(text));
        }

        LogicalType type = column.Element.LogicalType;
        bool isDecimal = type.Kind == LogicalTypeKind.Decimal;
        bool isUnsigned = type is { Kind: LogicalTypeKind.Integer, IsSigned: false };
        return column.Element.Type switch
        {
            PhysicalType.Double => new NumberValueReader<double>(column, buffers, ValueConversions.Doubles),
            PhysicalType.Float => new NumberValueReader<float>(column, buffers, ValueConversions.Floats),
            PhysicalType.Int32 => new NumberValueReader<int>(
                column,
                buffers,
                isDecimal ? ValueConversions.Int32Decimals(type.Scale) : isUnsigned ? ValueConversions.UInt32s : ValueConversions.Int32s),
            PhysicalType.Int64 => new NumberValueReader<long>(
                column,
                buffers,
                isDecimal ? ValueConversions.Int64Decimals(type.Scale) : isUnsigned ? ValueConversions.UInt64s : ValueConversions.Int64s),
            _ => new ByteArrayValueReader(
                column, buffers, isDecimal ? ValueConversions.ByteArrayDecimal(type.Scale) : ValueConversions.Half),
        };
    }

    public static DimensionReader ForDimension(SchemaColumn column, ColumnBuffers buffers) => column.Element.Type switch
    {
        PhysicalType.Int32 => new IntegerDimensionReader<int>(column, buffers),
        PhysicalType.Int64 => new IntegerDimensionReader<long>(column, buffers),
        _ => new TextDimensionReader(column, buffers),
    };
}
