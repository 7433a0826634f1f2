using System.Globalization;
using Loader.Domain;
using Loader.Parquet.Metadata;

namespace Loader.Infrastructure.Parquet.Schema;

/// <summary>Validates a file's columns against its dataset.</summary>
internal static class SchemaValidator
{
    /// <summary>Validates a schema.</summary>
    /// <param name="schema">The file's schema.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="key">The file's key, whose Hive segments can replace missing columns.</param>
    /// <param name="allNull">
    /// The columns that hold nothing but nulls although their type is not valid for their use. Their type does not matter.
    /// </param>
    /// <returns>The plan, or <see langword="null"/> and all faults.</returns>
    public static (ColumnPlan? Plan, IReadOnlyList<ColumnFault> Faults) Validate(
        FileSchema schema, DatasetType dataset, string key, IReadOnlySet<SchemaColumn>? allNull = null)
    {
        allNull ??= new HashSet<SchemaColumn>();
        var faults = new List<ColumnFault>();
        SchemaColumn? time = Find(schema, ColumnNames.Timestamp, ColumnUse.Time, allNull, faults, isRequired: true);
        SchemaColumn? value = Find(schema, ColumnNames.Value, ColumnUse.Value, allNull, faults, isRequired: true);
        var dimensions = new List<(SeriesPart, SchemaColumn)>();
        var constants = new List<(SeriesPart, string?)>();
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

        ColumnPlan CreatePlan() => new(
            dataset, WithValues(time), WithValues(value), dimensions, constants, version, reason, [.. allNull])
        {
            HoldsKeptRows = HoldsKeptRows(schema),
            Origin = FindOrigin(schema),
        };

        SchemaColumn? FindOfRejectedRows(string name, ColumnUse use) => schema.Columns.FirstOrDefault(
            column => string.Equals(column.Name, name, StringComparison.Ordinal) && ColumnTypes.IsValid(column.Element, use));

        SchemaColumn? WithValues(SchemaColumn? column) => column is null || allNull.Contains(column) ? null : column;

        void AddPart(SeriesPart part, string name, ColumnUse use)
        {
            bool isInKey = HiveKey.TryFind(key, name, out string? fromKey);
            bool isRequired = !isInKey && part != SeriesPart.QualityFlag;
            SchemaColumn? column = Find(schema, name, use, allNull, faults, isRequired);
            if (WithValues(column) is { } read)
            {
                dimensions.Add((part, read));
            }
            else if (column is not null && part != SeriesPart.QualityFlag)
            {
                constants.Add((part, null));
            }
            else if (isInKey)
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

    /// <summary>Finds the columns that have the name of one of the dataset's columns, but not a type that is valid for its use.</summary>
    /// <param name="schema">The file's schema.</param>
    /// <param name="dataset">The dataset.</param>
    /// <returns>The columns, without groups of columns.</returns>
    public static IEnumerable<SchemaColumn> FindInvalidTypes(FileSchema schema, DatasetType dataset) =>
        schema.Columns.Where(column => column.Element.Type is not null
            && GetUse(column.Name, dataset) is { } use && !ColumnTypes.IsValid(column.Element, use));

    private static ColumnUse? GetUse(string name, DatasetType dataset) => name switch
    {
        ColumnNames.Timestamp => ColumnUse.Time,
        ColumnNames.Value => ColumnUse.Value,
        ColumnNames.Unit => ColumnUse.Unit,
        ColumnNames.MeasurementType or ColumnNames.QualityFlag or ColumnNames.Region => ColumnUse.Dimension,
        _ => string.Equals(name, dataset.SubjectColumn, StringComparison.Ordinal) ? ColumnUse.Dimension : null,
    };

    private static SchemaColumn? Find(
        FileSchema schema, string name, ColumnUse use, IReadOnlySet<SchemaColumn> allNull, List<ColumnFault> faults, bool isRequired)
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
                faults.Add(ColumnFault.Missing(schema, name, use));
            }
        }
        else if (count > 1)
        {
            faults.Add(new ColumnFault(name, "one column of this name", count.ToString(CultureInfo.InvariantCulture)));
        }
        else if (!ColumnTypes.IsValid(found.Element, use) && !allNull.Contains(found))
        {
            faults.Add(ColumnFault.OfType(found, use));
        }

        return found;
    }
}
