using Amazon.S3;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Parquet;

namespace Loader.Tests.Parquet;

/// <summary>Reads whole files from disk the way a load does.</summary>
internal static class Reading
{
    public static ObjectVersion Version { get; } = new(1_700_000_000_000);

    public static ParquetSource Source(string timeZone = "UTC") =>
        new(new SourceOptions { TimeZone = timeZone }, new Lazy<IAmazonS3>(() => throw new InvalidOperationException("S3 is not used here.")));

    public static Task<IParquetFile> OpenAsync(string path, DatasetType? dataset = null, string timeZone = "UTC") =>
        Source(timeZone).OpenAsync(SourceFile.OnDisk(path), dataset ?? DatasetType.Consumption, CancellationToken.None);

    public static async Task<List<Row>> RowsAsync(string path, DatasetType? dataset = null, string timeZone = "UTC", int fromRowGroup = 0)
    {
        await using IParquetFile file = await OpenAsync(path, dataset, timeZone);
        var rows = new List<Row>();
        await foreach (MeasurementBatch batch in file.ReadAsync(fromRowGroup, Version, CancellationToken.None))
        {
            using (batch)
            {
                for (int i = 0; i < batch.Count; i++)
                {
                    EnergyMeasurement m = batch[i];
                    rows.Add(new Row(
                        batch.RowGroup, batch.FirstRow + i, m.Time, m.TimeUnit, m.Value, m.Series.Key, m.Series.Fault, m.Version, m.Verdict, batch.OriginalTimeOf(i)));
                }
            }
        }

        return rows;
    }
}
