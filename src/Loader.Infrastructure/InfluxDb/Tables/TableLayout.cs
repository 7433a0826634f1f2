using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Encoding;
using Loader.Infrastructure.InfluxDb.Settings;

namespace Loader.Infrastructure.InfluxDb.Tables;

/// <summary>Holds the columns of an existing table against those that a load writes.</summary>
/// <remarks>
/// A table keeps the layout that it began with: points with and without a version would be read as two records of one time. A column of
/// another kind would make the server refuse every line, so it is named before anything is sent.
/// </remarks>
internal static class TableLayout
{
    /// <summary>Returns the tags of a dataset's points, in the order in which lines have them.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="layout">The layout.</param>
    /// <returns>The names.</returns>
    public static string[] TagsOf(DatasetType dataset, InfluxDbLayout layout)
    {
        string[] tags = [ColumnNames.Region, dataset.SubjectColumn, ColumnNames.MeasurementType, ColumnNames.QualityFlag];
        return layout == InfluxDbLayout.Versions ? [.. tags, LineFormat.VersionName] : tags;
    }

    /// <summary>Returns the fields of a dataset's points.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="layout">The layout.</param>
    /// <returns>The names and kinds.</returns>
    public static IEnumerable<(string Name, InfluxDbColumnKind Kind)> FieldsOf(InfluxDbEngine engine, InfluxDbLayout layout)
    {
        yield return (LineFormat.ValueName, InfluxDbColumnKind.Float);
        if (engine == InfluxDbEngine.Version3)
        {
            yield return (LineFormat.UnitName, InfluxDbColumnKind.Text);
        }

        if (layout == InfluxDbLayout.Overwrite)
        {
            yield return (LineFormat.VersionName, InfluxDbColumnKind.Integer);
        }
    }

    /// <summary>Checks an existing table.</summary>
    /// <param name="place">The table in messages.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="layout">The layout of the settings.</param>
    /// <param name="columns">The columns of the table; none if it does not exist.</param>
    /// <returns>Why the table cannot be used, or <see langword="null"/> if it can.</returns>
    public static LoadException? FindFault(
        string place, DatasetType dataset, InfluxDbEngine engine, InfluxDbLayout layout, IReadOnlyCollection<InfluxDbColumn> columns)
    {
        if (columns.Count == 0)
        {
            return null;
        }

        InfluxDbLayout found = LayoutOf(columns);
        if (found != layout)
        {
            return new DestinationRefusedException(
                $"The points in {place} have {Describe(found)}, but INFLUXDB_LAYOUT is {NameOf(layout)}. A table keeps the layout that it "
                + $"began with: set INFLUXDB_LAYOUT={NameOf(found)}, or name another table.");
        }

        string[] conflicts = [.. FindConflicts(dataset, engine, layout, columns)];
        return conflicts.Length == 0
            ? null
            : new DestinationRefusedException(
                $"The server would refuse every line for {place}: {string.Join("; ", conflicts)}. Name another table.");
    }

    private static InfluxDbLayout LayoutOf(IReadOnlyCollection<InfluxDbColumn> columns)
    {
        foreach (InfluxDbColumn column in columns)
        {
            if (column.Name == LineFormat.VersionName)
            {
                return column.Kind == InfluxDbColumnKind.Tag ? InfluxDbLayout.Versions : InfluxDbLayout.Overwrite;
            }
        }

        return InfluxDbLayout.Plain;
    }

    private static IEnumerable<string> FindConflicts(
        DatasetType dataset, InfluxDbEngine engine, InfluxDbLayout layout, IReadOnlyCollection<InfluxDbColumn> columns)
    {
        foreach (string tag in TagsOf(dataset, layout))
        {
            if (Find(columns, tag) is { Kind: not InfluxDbColumnKind.Tag } column)
            {
                yield return $"'{tag}' is a field ({column.Type}) and must be a tag";
            }
        }

        foreach ((string name, InfluxDbColumnKind kind) in FieldsOf(engine, layout))
        {
            if (Find(columns, name) is { } column && column.Kind != kind)
            {
                yield return column.Kind == InfluxDbColumnKind.Tag
                    ? $"'{name}' is a tag and must be a field"
                    : $"'{name}' is a field of type {column.Type} and must be {Describe(kind)}";
            }
        }
    }

    private static InfluxDbColumn? Find(IReadOnlyCollection<InfluxDbColumn> columns, string name)
    {
        InfluxDbColumn? found = null;
        foreach (InfluxDbColumn column in columns)
        {
            // Engine 2 fixes the type of a field for a range of time, so that a field may have several types.
            if (column.Name == name && (found is null || column.Kind == InfluxDbColumnKind.Float))
            {
                found = column;
            }
        }

        return found;
    }

    private static string Describe(InfluxDbColumnKind kind) => kind switch
    {
        InfluxDbColumnKind.Float => "a float",
        InfluxDbColumnKind.Integer => "an integer",
        _ => "a string",
    };

    private static string Describe(InfluxDbLayout layout) => layout switch
    {
        InfluxDbLayout.Versions => "their version as a tag (layout versions)",
        InfluxDbLayout.Overwrite => "their version as a field (layout overwrite)",
        _ => "no version (layout plain, or another writer)",
    };

    private static string NameOf(InfluxDbLayout layout) => layout switch
    {
        InfluxDbLayout.Versions => "versions",
        InfluxDbLayout.Overwrite => "overwrite",
        _ => "plain",
    };
}
