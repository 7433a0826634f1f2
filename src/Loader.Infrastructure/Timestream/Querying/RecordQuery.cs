using System.Globalization;
using System.Text;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Timestream.Tables;

namespace Loader.Infrastructure.Timestream.Querying;

/// <summary>The query for the records of some series in a range of time, and how its rows are read.</summary>
/// <remarks>
/// The conditions name the values of each dimension on its own, so that records of other series may come too: they are left out when rows
/// are read. A table has the columns of the records that were written to it and no others, so <see cref="ColumnNames.QualityFlag"/> can be
/// missing.
/// </remarks>
/// <param name="table">The table.</param>
/// <param name="dataset">The dataset.</param>
/// <param name="series">The series.</param>
/// <param name="from">The first time, in nanoseconds since 1970.</param>
/// <param name="to">The last time, inclusive.</param>
/// <param name="hasFlags">Whether the table has a column for quality flags.</param>
internal sealed class RecordQuery(TableName table, DatasetType dataset, IReadOnlyList<Series> series, long from, long to, bool hasFlags)
{
    /// <summary>The maximum length of a query is 262,144 characters (service model timestream-query-2018-11-01).</summary>
    public const int MaxLength = 250_000;

    private const string ValueColumn = "measure_value::double";

    private readonly Dictionary<SeriesKey, int> _ids = series.ToDictionary(one => one.Key with { Unit = null }, one => one.Id);

    /// <summary>Gets the query.</summary>
    public string Text { get; } = Write(table, dataset, series, from, to, hasFlags);

    /// <summary>Gets the columns of the query that a table without such records does not have.</summary>
    public static IEnumerable<string> ColumnsOf(DatasetType dataset) =>
        [ColumnNames.Region, dataset.SubjectColumn, ColumnNames.MeasurementType, ColumnNames.DatasetType, ValueColumn];

    /// <summary>Reads a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="record">Receives the record.</param>
    /// <returns>Whether it belongs to one of the series.</returns>
    /// <exception cref="FormatException">The row is none of this query.</exception>
    public bool TryRead(string?[] row, out FoundRecord record)
    {
        record = default;
        if (row.Length != (hasFlags ? 6 : 5) || row[0] is not { } time)
        {
            throw new FormatException("A row has other columns than the query.");
        }

        // An empty flag is never written.
        var key = new SeriesKey(row[2], row[3], row[4], hasFlags && row[5] is { Length: > 0 } flag ? flag : null, Unit: null);
        if (!_ids.TryGetValue(key, out int id))
        {
            return false;
        }

        double value = row[1] is { } text ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : double.NaN;
        record = new FoundRecord(id, ReadTime(time), value);
        return true;
    }

    private static string Write(
        in TableName table, DatasetType dataset, IReadOnlyList<Series> series, long from, long to, bool hasFlags)
    {
        var query = new StringBuilder();
        query.Append(CultureInfo.InvariantCulture, $"SELECT time, {ValueColumn}, {Name(ColumnNames.Region)}, ");
        query.Append(CultureInfo.InvariantCulture, $"{Name(dataset.SubjectColumn)}, {Name(ColumnNames.MeasurementType)}");
        query.Append(hasFlags ? $", {Name(ColumnNames.QualityFlag)}" : "");
        query.Append(CultureInfo.InvariantCulture, $" FROM {Name(table.Database)}.{Name(table.Table)}");
        query.Append(CultureInfo.InvariantCulture, $" WHERE time BETWEEN from_nanoseconds({from}) AND from_nanoseconds({to})");
        query.Append(
            CultureInfo.InvariantCulture, $" AND measure_name = 'value' AND {Name(ColumnNames.DatasetType)} = {Literal(dataset.Name)}");
        AppendValues(ColumnNames.Region, series.Select(static one => one.Key.Region));
        AppendValues(dataset.SubjectColumn, series.Select(static one => one.Key.Subject));
        AppendValues(ColumnNames.MeasurementType, series.Select(static one => one.Key.MeasurementType));
        return query.ToString();

        void AppendValues(string column, IEnumerable<string?> values) => query.Append(
            CultureInfo.InvariantCulture,
            $" AND {Name(column)} IN ({string.Join(", ", values.OfType<string>().Distinct(StringComparer.Ordinal).Select(Literal))})");
    }

    private static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Reads a time such as <c>2024-01-01 00:00:00.000000000</c>, in UTC.</summary>
    private static long ReadTime(string text) => IsoTime.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out IsoTime time)
        ? checked((time.Seconds * 1_000_000_000) + time.Nanoseconds)
        : throw new FormatException("A time is expected.");
}
