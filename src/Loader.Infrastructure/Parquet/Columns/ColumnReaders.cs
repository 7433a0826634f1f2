using Loader.Infrastructure.Parquet.Format;
using Loader.Infrastructure.Parquet.Judging;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Makes the reader of each column from its type, which <see cref="SchemaJudge"/> has found usable.</summary>
internal static class ColumnReaders
{
    public static TimeReader ForTimes(SourceColumn column, PageBuffers buffers, LocalClock clock) => column.Element.Type switch
    {
        PhysicalType.Int64 => new Int64TimeReader(column, buffers, clock),
        PhysicalType.Int96 => new Int96TimeReader(column, buffers, clock),
        PhysicalType.Int32 => new DateReader(column, buffers, clock),
        _ => new TextTimeReader(column, buffers, clock),
    };

    public static ValueReader ForValues(SourceColumn column, PageBuffers buffers)
    {
        Annotation annotation = column.Element.Annotation;
        bool isDecimal = annotation.Kind == AnnotationKind.Decimal;
        bool isUnsigned = annotation is { Kind: AnnotationKind.Integer, IsSigned: false };
        return column.Element.Type switch
        {
            PhysicalType.Double => new NumberValueReader<double>(column, buffers, ValueConversions.Doubles),
            PhysicalType.Float => new NumberValueReader<float>(column, buffers, ValueConversions.Floats),
            PhysicalType.Int32 => new NumberValueReader<int>(
                column,
                buffers,
                isDecimal ? ValueConversions.IntegerDecimals(annotation.Scale) : isUnsigned ? ValueConversions.UnsignedIntegers : ValueConversions.Integers),
            PhysicalType.Int64 => new NumberValueReader<long>(
                column,
                buffers,
                isDecimal ? ValueConversions.LongDecimals(annotation.Scale) : isUnsigned ? ValueConversions.UnsignedLongs : ValueConversions.Longs),
            _ => new BytesValueReader(column, buffers, isDecimal ? ValueConversions.BytesDecimal(annotation.Scale) : ValueConversions.Half),
        };
    }

    public static DimensionReader ForDimension(SourceColumn column, PageBuffers buffers) => column.Element.Type switch
    {
        PhysicalType.Int32 => new IntegerDimensionReader<int>(column, buffers),
        PhysicalType.Int64 => new IntegerDimensionReader<long>(column, buffers),
        _ => new TextDimensionReader(column, buffers),
    };
}
