using Loader.Domain;
using Parquet;
using Parquet.Schema;

namespace Loader.Testing;

/// <summary>Rows of a dataset, from which tests make Parquet files and batches. Only what matters to a test has to be said.</summary>
/// <example>
/// <code>
/// byte[] file = await new EnergyRows(DatasetType.Generation)
///     .Add(time, 12.5)
///     .Add(time.AddHours(1), null)
///     .BeginRowGroup()
///     .Add(time.AddHours(2), 13, region: "NE")
///     .ToParquetAsync();
/// </code>
/// </example>
/// <param name="dataset">The dataset.</param>
public sealed class EnergyRows(DatasetType dataset)
{
    private readonly List<List<Row>> _rowGroups = [[]];

    /// <summary>Gets the dataset.</summary>
    public DatasetType Dataset => dataset;

    /// <summary>Gets the number of rows.</summary>
    public int Count => _rowGroups.Sum(static group => group.Count);

    /// <summary>Adds a row.</summary>
    /// <param name="time">The time, or <see langword="null"/> for a row without one, which is invalid. Microseconds are kept.</param>
    /// <param name="value">The value, or <see langword="null"/> for a row without one, which is invalid.</param>
    /// <param name="region">The region.</param>
    /// <param name="subject">The value of the dataset's <see cref="DatasetType.SubjectColumn"/>.</param>
    /// <param name="measurementType">What was measured.</param>
    /// <param name="qualityFlag">The quality flag, or <see langword="null"/>.</param>
    /// <param name="unit">The unit.</param>
    /// <returns>These rows.</returns>
    public EnergyRows Add(
        DateTimeOffset? time,
        double? value,
        string? region = "SE",
        string? subject = "subject-1",
        string? measurementType = "power",
        string? qualityFlag = null,
        string? unit = "MW")
    {
        _rowGroups[^1].Add(new Row(time, value, new SeriesKey(region, subject, measurementType, qualityFlag, unit)));
        return this;
    }

    /// <summary>Begins another row group. Nothing happens if the last one has no rows.</summary>
    /// <returns>These rows.</returns>
    public EnergyRows BeginRowGroup()
    {
        if (_rowGroups[^1].Count > 0)
        {
            _rowGroups.Add([]);
        }

        return this;
    }

    /// <summary>Writes the rows as a Parquet file with the columns of the dataset.</summary>
    /// <param name="cancellationToken">Cancels writing.</param>
    /// <returns>The file.</returns>
    public async Task<byte[]> ToParquetAsync(CancellationToken cancellationToken = default)
    {
        var time = new DateTimeDataField(
            ColumnNames.Timestamp, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros, isNullable: true);
        var value = new DataField<double>(ColumnNames.Value, true);
        (DataField<string> Field, Func<SeriesKey, string?> Read)[] texts =
        [
            (new(ColumnNames.Region, true), static key => key.Region),
            (new(ColumnNames.Unit, true), static key => key.Unit),
            (new(ColumnNames.MeasurementType, true), static key => key.MeasurementType),
            (new(dataset.SubjectColumn, true), static key => key.Subject),
            (new(ColumnNames.QualityFlag, true), static key => key.QualityFlag),
        ];
        using var content = new MemoryStream();
        ParquetWriter writer = await ParquetWriter.CreateAsync(
            new ParquetSchema([time, value, .. texts.Select(static text => text.Field)]), content, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            foreach (List<Row> rows in _rowGroups.Where(group => group.Count > 0 || Count == 0))
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                await group.WriteAsync<DateTime>(
                    time, rows.Select(static row => row.Time?.UtcDateTime).ToArray(), cancellationToken: cancellationToken)
                    .ConfigureAwait(false);
                await group.WriteAsync<double>(
                    value, rows.Select(static row => row.Value).ToArray(), cancellationToken: cancellationToken).ConfigureAwait(false);
                foreach ((DataField<string> field, Func<SeriesKey, string?> read) in texts)
                {
                    await group.WriteAsync(field, rows.Select(row => read(row.Key)).ToArray()).ConfigureAwait(false);
                }
            }
        }

        return content.ToArray();
    }

    /// <summary>Creates the batches that a sink would receive for such a file, one a row group, before they are judged.</summary>
    /// <param name="version">The version of the file.</param>
    /// <returns>The batches, which the caller disposes.</returns>
    public IReadOnlyList<MeasurementBatch> ToBatches(ObjectVersion version)
    {
        var catalog = new SeriesCatalog(dataset);
        var batches = new List<MeasurementBatch>();
        long firstRow = 0;
        foreach (List<Row> rows in _rowGroups.Where(static group => group.Count > 0))
        {
            int rowGroup = batches.Count;
            using var builder = new MeasurementBatchBuilder(
                catalog, rowGroup, firstRow, rows.Count, TimeUnit.Microseconds, version.ForRowGroup(rowGroup));
            for (int i = 0; i < rows.Count; i++)
            {
                builder.Times[i] = rows[i].Time is { } time ? TimeUnit.Microseconds.FromInstant(time) : MeasurementBatch.MissingTime;
                builder.Values[i] = rows[i].Value ?? double.NaN;
                builder.SeriesIds[i] = catalog.Intern(rows[i].Key);
            }

            batches.Add(builder.Build());
            firstRow += rows.Count;
        }

        return batches;
    }

    private readonly record struct Row(DateTimeOffset? Time, double? Value, SeriesKey Key);
}
