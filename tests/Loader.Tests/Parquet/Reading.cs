using Amazon.S3;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Parquet;

namespace Loader.Tests.Parquet;

/// <summary>Reads whole files from disk the way a load does.</summary>
internal static class Reading
{
    public static ObjectVersion Version { get; } = new(1_700_000_000_000);

    public static Lazy<IAmazonS3> NoS3 { get; } = new(() => throw new InvalidOperationException("S3 is not used here."));

    public static Task<IParquetFile> OpenAsync(string path, DatasetType? dataset = null, string timeZone = "UTC", Int96Time? int96Time = null) =>
        new ParquetSource(new SourceOptions { TimeZone = timeZone, Int96Time = int96Time }, NoS3)
            .OpenAsync(SourceFile.OnDisk(path), dataset ?? DatasetType.Consumption, CancellationToken.None);

    public static async Task<List<Row>> RowsAsync(
        string path, DatasetType? dataset = null, string timeZone = "UTC", int fromRowGroup = 0, Int96Time? int96Time = null)
    {
        await using IParquetFile file = await OpenAsync(path, dataset, timeZone, int96Time);
        return await RowsAsync(file, fromRowGroup, CancellationToken.None);
    }

    /// <summary>Reads a file of consumption that is in memory, on the thread of the test.</summary>
    public static async Task<List<Row>> RowsAsync(string name, byte[] bytes, CancellationToken cancellationToken = default)
    {
        var source = new ParquetSource(new SourceOptions(), NoS3);
        await using IParquetFile file = await source.OpenAsync(SourceFile.OnDisk(name), DatasetType.Consumption, new MemoryFile(bytes), cancellationToken);
        return await RowsAsync(file, 0, cancellationToken);
    }

    public static Row RowOf(MeasurementBatch batch, int row)
    {
        EnergyMeasurement m = batch[row];
        return new Row(
            batch.RowGroup, batch.FirstRow + row, m.Time, m.TimeUnit, m.Value, m.Series.Key, m.Series.Fault, m.Version, m.Verdict, batch.OriginalTimeOf(row));
    }

    private static async Task<List<Row>> RowsAsync(IParquetFile file, int fromRowGroup, CancellationToken cancellationToken)
    {
        var rows = new List<Row>();
        await foreach (MeasurementBatch batch in file.ReadAsync(fromRowGroup, Version, cancellationToken))
        {
            using (batch)
            {
                rows.AddRange(Enumerable.Range(0, batch.Count).Select(i => RowOf(batch, i)));
            }
        }

        return rows;
    }
}
