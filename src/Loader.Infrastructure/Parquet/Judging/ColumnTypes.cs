using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Judging;

/// <summary>Says which types a column may have for its use.</summary>
internal static class ColumnTypes
{
    /// <summary>The widest fixed-length decimal that is read, in bytes: 154 digits.</summary>
    private const int MaxDecimalBytes = 64;

    /// <summary>Names the types that a use takes, for messages.</summary>
    public static string Expected(ColumnUse use) => use switch
    {
        ColumnUse.Time => "a time (TIMESTAMP in ms, us or ns, INT96, DATE, or ISO 8601 text)",
        ColumnUse.Value => "a number (floating point, integer or decimal)",
        ColumnUse.Unit => "text",
        ColumnUse.Dimension => "text or an integer",
        _ => "INT64",
    };

    /// <summary>Says whether a column can be used.</summary>
    public static bool IsUsable(SchemaElement column, ColumnUse use) =>
        column.Type is { } type && column.Repetition is Repetition.Required or Repetition.Optional && use switch
        {
            ColumnUse.Time => IsTime(type, column.Annotation) || IsText(type, column.Annotation),
            ColumnUse.Value => IsNumber(column, type),
            ColumnUse.Unit => IsText(type, column.Annotation),
            ColumnUse.Dimension => IsText(type, column.Annotation) || IsInteger(type, column.Annotation),
            _ => type == PhysicalType.Int64 && IsInteger(type, column.Annotation),
        };

    private static bool IsTime(PhysicalType type, in Annotation annotation) => type switch
    {
        PhysicalType.Int64 => annotation.Kind == AnnotationKind.Timestamp,
        PhysicalType.Int32 => annotation.Kind == AnnotationKind.Date,
        PhysicalType.Int96 => annotation.Kind is AnnotationKind.None or AnnotationKind.Timestamp,
        _ => false,
    };

    /// <summary>Bytes of any meaning but that of a number are text, for many writers annotate nothing.</summary>
    private static bool IsText(PhysicalType type, in Annotation annotation) =>
        type == PhysicalType.ByteArray
        && annotation.Kind is AnnotationKind.None or AnnotationKind.String or AnnotationKind.Enum or AnnotationKind.Json or AnnotationKind.Unknown;

    private static bool IsInteger(PhysicalType type, in Annotation annotation) =>
        type is PhysicalType.Int32 or PhysicalType.Int64 && annotation.Kind is AnnotationKind.None or AnnotationKind.Integer;

    private static bool IsNumber(SchemaElement column, PhysicalType type) => type switch
    {
        PhysicalType.Double or PhysicalType.Float => true,
        PhysicalType.Int32 or PhysicalType.Int64 => IsInteger(type, column.Annotation) || IsDecimal(column),
        PhysicalType.ByteArray => IsDecimal(column),
        PhysicalType.FixedLenByteArray =>
            (IsDecimal(column) && column.TypeLength is > 0 and <= MaxDecimalBytes)
            || (column.Annotation.Kind == AnnotationKind.Float16 && column.TypeLength == 2),
        _ => false,
    };

    private static bool IsDecimal(SchemaElement column) =>
        column.Annotation is { Kind: AnnotationKind.Decimal, Scale: >= 0 } annotation && annotation.Scale <= annotation.Precision;
}
