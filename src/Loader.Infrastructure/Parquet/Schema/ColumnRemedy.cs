using Loader.Domain;
using Loader.Parquet.Metadata;

namespace Loader.Infrastructure.Parquet.Schema;

/// <summary>Tells what to do about a column that is missing or has an invalid type, where the cause is known.</summary>
internal static class ColumnRemedy
{
    private const char ByteOrderMark = '\uFEFF';

    /// <summary>The beginning of the names that pandas gives to the levels of an index without a name.</summary>
    private const string PandasIndex = "__index_level_";

    /// <summary>Advises on a column that the file has under another name.</summary>
    /// <param name="found">That name.</param>
    public static string ForOtherName(string found) =>
        found[0] == ByteOrderMark
            ? "The name begins with a byte order mark (\\ufeff), which comes from a CSV file: read that with the encoding utf-8-sig, and "
                + "write the Parquet file again."
        : !string.Equals(found, PlainText.Escape(found), StringComparison.Ordinal) || found.AsSpan().Trim().Length < found.Length
            ? "The name contains blanks or invisible characters: rename the column."
        : "Names must match exactly: rename the columns that are meant.";

    /// <summary>Advises on a column that the file does not have.</summary>
    /// <param name="schema">The file's schema.</param>
    /// <param name="use">The column's use.</param>
    public static string? ForMissing(FileSchema schema, ColumnUse use) => use switch
    {
        ColumnUse.Time => FindTimesOfIndex(schema) is { } index
            ? $"'{index}' is the index of a pandas DataFrame, which has no name: write df.reset_index(names='{ColumnNames.Timestamp}') "
                + "if it holds the times (preserve_index=False leaves an index out)."
            : null,
        ColumnUse.Unit or ColumnUse.Dimension when Has(schema, ColumnNames.Timestamp) || Has(schema, ColumnNames.Value) =>
            "A text or integer column with the same value in all rows can also be a segment of the key, such as 'region=SE/'.",
        _ => null,
    };

    /// <summary>Advises on a column of an invalid type.</summary>
    /// <param name="column">The column.</param>
    /// <param name="use">Its use.</param>
    public static string? ForType(SchemaColumn column, ColumnUse use) => (use, column.Element.Type) switch
    {
        (ColumnUse.Time, PhysicalType.Int32 or PhysicalType.Int64 or PhysicalType.Double or PhysicalType.Float)
            when column.Element.LogicalType.Kind is LogicalTypeKind.None or LogicalTypeKind.Integer =>
            "A number does not say which unit it counts: write times as TIMESTAMP (pandas: "
            + $"df['{column.Name}'] = pd.to_datetime(df['{column.Name}'], unit='s'), or 'ms').",
        (ColumnUse.Value, PhysicalType.ByteArray) =>
            $"Write numbers as DOUBLE, not as text (pandas: df['{column.Name}'] = pd.to_numeric(df['{column.Name}'])).",
        _ => null,
    };

    private static string? FindTimesOfIndex(FileSchema schema) => schema.Columns
        .FirstOrDefault(column => column.Name.StartsWith(PandasIndex, StringComparison.Ordinal)
            && ColumnTypes.IsValid(column.Element, ColumnUse.Time))?.Name;

    private static bool Has(FileSchema schema, string name) =>
        schema.Columns.Any(column => string.Equals(column.Name, name, StringComparison.Ordinal))
        || ColumnSuggestion.Find(schema, name) is not null;
}
