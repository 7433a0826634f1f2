using System.Globalization;
using Loader.Domain;
using Loader.Parquet.Metadata;

namespace Loader.Infrastructure.Parquet.Schema;

/// <summary>A column that is missing or has an invalid type.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Expected">What the dataset requires.</param>
/// <param name="Found">What the file has.</param>
/// <param name="Suggestion">The column of the file that is probably meant, or <see langword="null"/>.</param>
internal sealed record ColumnFault(string Column, string Expected, string Found, string? Suggestion)
{
    /// <summary>Describes the fault.</summary>
    /// <returns>For example <c>'timestamp': expected a time (…), found nothing; is 'Timestamp' meant?</c>.</returns>
    public override string ToString() =>
        $"'{Column}': expected {Expected}, found {Found}{(Suggestion is null ? "" : $"; is '{Suggestion}' meant?")}";
}

/// <summary>Validates a file's columns against its dataset.</summary>
internal static class SchemaValidator
{
    /// <summary>Validates a schema.</summary>
    /// <param name="schema">The file's schema.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="key">The file's key, whose Hive segments can replace missing columns.</param>
    /// <returns>The plan, or <see langword="null"/> and all faults.</returns>
    public static (ColumnPlan? Plan, IReadOnlyList<ColumnFault> Faults) Validate(FileSchema schema, DatasetType dataset, string key)
    {
        var faults = new List<ColumnFault>();
        SchemaColumn? time = Find(schema, ColumnNames.Timestamp, ColumnUse.Time, faults, isRequired: true);
        SchemaColumn? value = Find(schema, ColumnNames.Value, ColumnUse.Value, faults, isRequired: true);
        var dimensions = new List<(SeriesPart, SchemaColumn)>();
        var constants = new List<(SeriesPart, string)>();
        AddPart(SeriesPart.Unit, ColumnNames.Unit, ColumnUse.Unit);
        AddPart(SeriesPart.MeasurementType, ColumnNames.MeasurementType, ColumnUse.Dimension);
        AddPart(SeriesPart.QualityFlag, ColumnNames.QualityFlag, ColumnUse.Dimension);
        AddPart(SeriesPart.Region, ColumnNames.Region, ColumnUse.Dimension);
        AddPart(SeriesPart.Subject, dataset.SubjectColumn, ColumnUse.Dimension);
        SchemaColumn? version = FindOfRejectedRows(RejectedRowColumns.Version, ColumnUse.Version);
        SchemaColumn? reason = FindOfRejectedRows(RejectedRowColumns.Reason, ColumnUse.Reason);
        return faults.Count > 0
            ? (null, faults)
            : (CreatePlan(), faults);

        ColumnPlan CreatePlan() => new(dataset, time!, value!, dimensions, constants, version, reason)
        {
            HoldsKeptRows = HoldsKeptRows(schema),
            Origin = FindOrigin(schema),
        };

        SchemaColumn? FindOfRejectedRows(string name, ColumnUse use) => schema.Columns.FirstOrDefault(
            column => string.Equals(column.Name, name, StringComparison.Ordinal) && ColumnTypes.IsValid(column.Element, use));

        void AddPart(SeriesPart part, string name, ColumnUse use)
        {
            string? fromKey = HiveKey.Find(key, name);
            if (Find(schema, name, use, faults, isRequired: fromKey is null && part != SeriesPart.QualityFlag) is { } column)
            {
                dimensions.Add((part, column));
            }
            else if (fromKey is not null)
            {
                constants.Add((part, fromKey));
            }
        }
    }

    /// <summary>Returns whether a file holds rows that the loader kept: it has all columns that say where a row comes from.</summary>
    public static bool HoldsKeptRows(FileSchema schema)
    {
        string[] marks =
        [
            RejectedRowColumns.Reason, RejectedRowColumns.Version, RejectedRowColumns.Source, RejectedRowColumns.RowGroup,
            RejectedRowColumns.Row,
        ];
        return marks.All(mark => schema.Columns.Any(column => string.Equals(column.Name, mark, StringComparison.Ordinal)));
    }

    /// <summary>Finds the columns of the rows' first place. If somebody changed their types, the place is that in this file.</summary>
    private static OriginColumns? FindOrigin(FileSchema schema)
    {
        SchemaColumn? source = Find(RejectedRowColumns.Source, ColumnUse.Unit);
        SchemaColumn? rowGroup = Find(RejectedRowColumns.RowGroup, ColumnUse.Dimension);
        SchemaColumn? row = Find(RejectedRowColumns.Row, ColumnUse.Dimension);
        return source is null || rowGroup is not { Element.Type: PhysicalType.Int32 or PhysicalType.Int64 }
            || row is not { Element.Type: PhysicalType.Int32 or PhysicalType.Int64 }
                ? null
                : new OriginColumns(source, rowGroup, row);

        SchemaColumn? Find(string name, ColumnUse use) => schema.Columns.FirstOrDefault(
            column => string.Equals(column.Name, name, StringComparison.Ordinal) && ColumnTypes.IsValid(column.Element, use));
    }

    private static SchemaColumn? Find(FileSchema schema, string name, ColumnUse use, List<ColumnFault> faults, bool isRequired)
    {
        SchemaColumn? found = null;
        int count = 0;
        foreach (SchemaColumn column in schema.Columns)
        {
            if (string.Equals(column.Name, name, StringComparison.Ordinal))
            {
                found = column;
                count++;
            }
        }

        if (found is null)
        {
            if (isRequired)
            {
                faults.Add(new ColumnFault(name, ColumnTypes.Describe(use), "nothing", ColumnSuggestion.Find(schema, name)));
            }
        }
        else if (count > 1)
        {
            faults.Add(new ColumnFault(name, "one column of this name", count.ToString(CultureInfo.InvariantCulture), Suggestion: null));
        }
        else if (!ColumnTypes.IsValid(found.Element, use))
        {
            faults.Add(new ColumnFault(name, ColumnTypes.Describe(use), found.Element.Describe(), Suggestion: null));
        }

        return found;
    }
}
