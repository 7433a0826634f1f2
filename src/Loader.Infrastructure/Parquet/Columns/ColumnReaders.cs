using Loader.Infrastructure.Parquet.Format;
using Loader.Infrastructure.Parquet.Judging;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Makes the reader of each column from its type, which <see cref="SchemaJudge"/> has found usable.</summary>
internal static class ColumnReaders
{
    private static readonly int[] IntCanaries = [unchecked((int)0x8A5C_3E71), 0x7C31_E58A];
    private static readonly long[] LongCanaries = [0x5D39_A1C6_0B7E_F284, 0x2C84_17E9_D5A3_6B0F];
    private static readonly float[] FloatCanaries = [1.7014117e-38f, -2.3509886e-38f];
    private static readonly double[] DoubleCanaries = [3.1415926535897e-301, -2.7182818284590e-302];

    public static TimeReader ForTimes(SourceColumn column, LocalClock clock) => column.Element.Type switch
    {
        PhysicalType.Int64 => new Int64TimeReader(column, clock),
        PhysicalType.Int96 => new Int96TimeReader(column, clock),
        PhysicalType.Int32 => new DateReader(column, clock),
        _ => new TextTimeReader(column, clock),
    };

    public static ValueReader ForValues(SourceColumn column)
    {
        Annotation annotation = column.Element.Annotation;
        bool isDecimal = annotation.Kind == AnnotationKind.Decimal;
        bool isUnsigned = annotation is { Kind: AnnotationKind.Integer, IsSigned: false };
        return column.Element.Type switch
        {
            PhysicalType.Double => new ConvertingValueReader<double>(column, ValueConversions.Doubles, DoubleCanaries),
            PhysicalType.Float => new ConvertingValueReader<float>(column, ValueConversions.Floats, FloatCanaries),
            PhysicalType.Int32 => new ConvertingValueReader<int>(
                column,
                isDecimal ? ValueConversions.IntegerDecimals(annotation.Scale) : isUnsigned ? ValueConversions.UnsignedIntegers : ValueConversions.Integers,
                IntCanaries),
            PhysicalType.Int64 => new ConvertingValueReader<long>(
                column,
                isDecimal ? ValueConversions.LongDecimals(annotation.Scale) : isUnsigned ? ValueConversions.UnsignedLongs : ValueConversions.Longs,
                LongCanaries),
            _ => new ConvertingValueReader<ReadOnlyMemory<byte>>(
                column, isDecimal ? ValueConversions.BinaryDecimals(annotation.Scale) : ValueConversions.Halves, [new byte[1], new byte[1]]),
        };
    }

    public static DimensionReader ForDimension(SourceColumn column) => column.Element.Type switch
    {
        PhysicalType.Int32 => new IntegerDimensionReader<int>(column, IntCanaries),
        PhysicalType.Int64 => new IntegerDimensionReader<long>(column, LongCanaries),
        _ => new TextDimensionReader(column),
    };
}
