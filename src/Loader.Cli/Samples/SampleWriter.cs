using System.Globalization;
using Loader.Domain;
using Parquet;
using Parquet.Schema;

namespace Loader.Cli.Samples;

/// <summary>Writes one sample file per month, with a Hive-style key: <c>dataset=generation/year=2024/month=01/….parquet</c>.</summary>
internal static class SampleWriter
{
    /// <summary>DuckDB's default. It limits the memory that writing takes.</summary>
    private const int RowsPerRowGroup = 122_880;

    /// <summary>Writes the files of one dataset.</summary>
    /// <returns>The files with their row counts, in the order of time.</returns>
    public static async Task<IReadOnlyList<(string Path, long RowCount)>> WriteAsync(
        SampleDataset sample, SampleSettings settings, CancellationToken cancellationToken)
    {
        var files = new List<(string, long)>();
        TimeSpan step = settings.ComputeStep(sample.Series.Count);
        long left = settings.CountRows(sample.Series.Count);
        long steps = 0;
        while (left > 0)
        {
            DateTime first = SampleSettings.FirstTime + (step * steps);
            DateTime nextMonth = new DateTime(first.Year, first.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(1);
            long stepsOfMonth = ((nextMonth - first).Ticks + step.Ticks - 1) / step.Ticks;
            long rowCount = Math.Min(left, stepsOfMonth * sample.Series.Count);
            string path = CreatePath(sample.Dataset, settings.Folder, first);
            await WriteAsync(path, sample, settings.Seed, first, step, rowCount, cancellationToken).ConfigureAwait(false);
            files.Add((path, rowCount));
            left -= rowCount;
            steps += stepsOfMonth;
        }

        return files;
    }

    private static string CreatePath(DatasetType dataset, string folder, DateTime month) => Path.Combine(
        folder,
        $"dataset={dataset.Name}",
        string.Create(CultureInfo.InvariantCulture, $"year={month:yyyy}"),
        string.Create(CultureInfo.InvariantCulture, $"month={month:MM}"),
        string.Create(CultureInfo.InvariantCulture, $"{dataset.Name}-{month:yyyy-MM}.parquet"));

    private static async Task WriteAsync(
        string path, SampleDataset sample, long seed, DateTime first, TimeSpan step, long rowCount, CancellationToken cancellationToken)
    {
        var time = new DateTimeDataField(
            ColumnNames.Timestamp, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Millis, isNullable: false);
        var region = new DataField<string>(ColumnNames.Region, false);
        var subject = new DataField<string>(sample.Dataset.SubjectColumn, false);
        var measurementType = new DataField<string>(ColumnNames.MeasurementType, false);
        var value = new DataField<double>(ColumnNames.Value, false);
        var unit = new DataField<string>(ColumnNames.Unit, false);
        var qualityFlag = new DataField<string>(ColumnNames.QualityFlag, true);
        SampleNoise[] noises = [.. sample.Series.Select((_, index) => new SampleNoise(seed, (sample.Dataset.Name.Length * 1_000) + index))];

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        FileStream stream = File.Create(path);
        await using (stream.ConfigureAwait(false))
        {
            ParquetWriter writer = await ParquetWriter.CreateAsync(
                new ParquetSchema(time, region, subject, measurementType, value, unit, qualityFlag),
                stream,
                new ParquetOptions { CompressionMethod = CompressionMethod.Snappy },
                cancellationToken: cancellationToken).ConfigureAwait(false);
            await using (writer.ConfigureAwait(false))
            {
                for (long begin = 0; begin < rowCount; begin += RowsPerRowGroup)
                {
                    long firstRow = begin;
                    int count = (int)Math.Min(RowsPerRowGroup, rowCount - begin);
                    using ParquetRowGroupWriter group = writer.CreateRowGroup();
                    await group.WriteAsync<DateTime>(
                        time, Column(row => TimeOf(row)), cancellationToken: cancellationToken).ConfigureAwait(false);
                    await group.WriteAsync(region, Column(row => SeriesOf(row).Region)).ConfigureAwait(false);
                    await group.WriteAsync(subject, Column(row => SeriesOf(row).Subject)).ConfigureAwait(false);
                    await group.WriteAsync(measurementType, Column(_ => sample.MeasurementType)).ConfigureAwait(false);
                    await group.WriteAsync<double>(
                        value,
                        Column(row => SeriesOf(row).ValueAt(TimeOf(row), NoiseOf(row))),
                        cancellationToken: cancellationToken).ConfigureAwait(false);
                    await group.WriteAsync(unit, Column(_ => SampleDataset.Unit)).ConfigureAwait(false);
                    await group.WriteAsync(
                        qualityFlag, Column(row => SampleSeries.FlagAt(TimeOf(row), NoiseOf(row))!)).ConfigureAwait(false);

                    T[] Column<T>(Func<long, T> cell)
                    {
                        var column = new T[count];
                        for (int i = 0; i < count; i++)
                        {
                            column[i] = cell(firstRow + i);
                        }

                        return column;
                    }
                }
            }
        }

        SampleSeries SeriesOf(long row) => sample.Series[(int)(row % sample.Series.Count)];
        SampleNoise NoiseOf(long row) => noises[row % sample.Series.Count];
        DateTime TimeOf(long row) => first + (step * (row / sample.Series.Count));
    }
}
