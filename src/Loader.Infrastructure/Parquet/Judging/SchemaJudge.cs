using Loader.Domain;
using Loader.Infrastructure.Parquet.Columns;

namespace Loader.Infrastructure.Parquet.Judging;

/// <summary>Judges whether a file's columns are those of its dataset, and says for every one that is not what was expected and what was found.</summary>
internal static class SchemaJudge
{
    /// <summary>Judges a schema.</summary>
    /// <param name="schema">The file's schema.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="key">The file's key, whose segments stand in for columns that the file lacks.</param>
    /// <returns>The plan, or the faults where there are any.</returns>
    public static (ColumnPlan? Plan, IReadOnlyList<ColumnFault> Faults) Judge(FileSchema schema, DatasetType dataset, string key)
    {
        var faults = new List<ColumnFault>();
        SourceColumn? time = Find(schema, ColumnNames.Timestamp, ColumnUse.Time, faults, isRequired: true);
        SourceColumn? value = Find(schema, ColumnNames.Value, ColumnUse.Value, faults, isRequired: true);
        var dimensions = new List<(SeriesPart, SourceColumn)>();
        var constants = new List<(SeriesPart, string)>();
        AddPart(SeriesPart.Unit, ColumnNames.Unit, ColumnUse.Unit);
        AddPart(SeriesPart.MeasurementType, ColumnNames.MeasurementType, ColumnUse.Dimension);
        AddPart(SeriesPart.QualityFlag, ColumnNames.QualityFlag, ColumnUse.Dimension);
        AddPart(SeriesPart.Region, ColumnNames.Region, ColumnUse.Dimension);
        AddPart(SeriesPart.Subject, dataset.SubjectColumn, ColumnUse.Dimension);
        SourceColumn? version = schema.Columns.FirstOrDefault(column =>
            string.Equals(column.Name, RejectedRowColumns.Version, StringComparison.Ordinal) && ColumnTypes.IsUsable(column.Element, ColumnUse.Version));
        return faults.Count > 0
            ? (null, faults)
            : (new ColumnPlan(dataset, time!, value!, dimensions, constants, version), faults);

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

    private static SourceColumn? Find(FileSchema schema, string name, ColumnUse use, List<ColumnFault> faults, bool isRequired)
    {
        SourceColumn? found = null;
        int count = 0;
        foreach (SourceColumn column in schema.Columns)
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
                faults.Add(new ColumnFault(name, ColumnTypes.Expected(use), "nothing", NearMiss.Find(schema, name)));
            }
        }
        else if (count > 1)
        {
            faults.Add(new ColumnFault(name, "one column of this name", count.ToString(System.Globalization.CultureInfo.InvariantCulture), Hint: null));
        }
        else if (!ColumnTypes.IsUsable(found.Element, use))
        {
            faults.Add(new ColumnFault(name, ColumnTypes.Expected(use), found.Element.Describe(), Hint: null));
        }

        return found;
    }
}
