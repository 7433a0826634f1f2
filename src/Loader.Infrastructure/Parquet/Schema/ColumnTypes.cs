using Loader.Parquet.Metadata;

namespace Loader.Infrastructure.Parquet.Schema;

/// <summary>The uses of a file's columns.</summary>
internal enum ColumnUse
{
    /// <summary>The time of a row.</summary>
    Time,

    /// <summary>The value of a row.</summary>
    Value,

    /// <summary>The unit of the value.</summary>
    Unit,

    /// <summary>A dimension of the row's series.</summary>
    Dimension,

    /// <summary>The record version, in a file of rejected rows.</summary>
    Version,

    /// <summary>The reason of a row, in a file of rejected rows.</summary>
    Reason,
}

/// <summary>The types that a column may have for its use.</summary>
internal static class ColumnTypes
{
    /// <summary>The maximum length of a fixed-length decimal in bytes: 154 digits.</summary>
    private const int MaxDecimalBytes = 64;

    /// <summary>Describes the types that are valid for a use.</summary>
    public static string Describe(ColumnUse use) => use switch
    {
        ColumnUse.Time => "a time (TIMESTAMP in ms, us or ns, INT96, DATE, or ISO 8601 text)",
        ColumnUse.Value => "a number (floating point, integer or decimal)",
        ColumnUse.Unit or ColumnUse.Reason => "text",
        ColumnUse.Dimension => "text or an integer",
        _ => "INT64",
    };

    /// <summary>Checks whether a column's type is valid for a use.</summary>
    public static bool IsValid(SchemaElement column, ColumnUse use) =>
        column.Type is { } type && column.Repetition is Repetition.Required or Repetition.Optional && use switch
        {
            ColumnUse.Time => IsTime(type, column.LogicalType) || IsText(type, column.LogicalType),
            ColumnUse.Value => IsNumber(column, type),
            ColumnUse.Unit or ColumnUse.Reason => IsText(type, column.LogicalType),
            ColumnUse.Dimension => IsText(type, column.LogicalType) || IsInteger(type, column.LogicalType),
            _ => type == PhysicalType.Int64 && IsInteger(type, column.LogicalType),
        };

    /// <summary>Checks whether a column holds text.</summary>
    public static bool IsText(SchemaElement column) =>
        column is { Type: { } type, Repetition: Repetition.Required or Repetition.Optional } && IsText(type, column.LogicalType);

    private static bool IsTime(PhysicalType type, in LogicalType logicalType) => type switch
    {
        PhysicalType.Int64 => logicalType.Kind == LogicalTypeKind.Timestamp,
        PhysicalType.Int32 => logicalType.Kind == LogicalTypeKind.Date,
        PhysicalType.Int96 => logicalType.Kind is LogicalTypeKind.None or LogicalTypeKind.Timestamp,
        _ => false,
    };

    /// <summary>Byte arrays are text unless they are numbers, because many writers give no logical type.</summary>
    private static bool IsText(PhysicalType type, in LogicalType logicalType) =>
        type == PhysicalType.ByteArray
        && logicalType.Kind is LogicalTypeKind.None or LogicalTypeKind.String or LogicalTypeKind.Enum or LogicalTypeKind.Json
            or LogicalTypeKind.Unknown;

    private static bool IsInteger(PhysicalType type, in LogicalType logicalType) =>
        type is PhysicalType.Int32 or PhysicalType.Int64 && logicalType.Kind is LogicalTypeKind.None or LogicalTypeKind.Integer;

    private static bool IsNumber(SchemaElement column, PhysicalType type) => type switch
    {
        PhysicalType.Double or PhysicalType.Float => true,
        PhysicalType.Int32 or PhysicalType.Int64 => IsInteger(type, column.LogicalType) || IsDecimal(column),
        PhysicalType.ByteArray => IsDecimal(column),
        PhysicalType.FixedLenByteArray =>
            (IsDecimal(column) && column.TypeLength is > 0 and <= MaxDecimalBytes)
            || (column.LogicalType.Kind == LogicalTypeKind.Float16 && column.TypeLength == 2),
        _ => false,
    };

    private static bool IsDecimal(SchemaElement column) =>
        column.LogicalType is { Kind: LogicalTypeKind.Decimal, Scale: >= 0 } type && type.Scale <= type.Precision;
}
