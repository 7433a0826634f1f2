using System.Globalization;
using System.Text.Json;
using Parquet;
using Parquet.Serialization;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>The naive .NET peer, as one writes it on the first day: row objects, System.Text.Json, one request after the other, everything in every record.</summary>
/// <param name="path">The file.</param>
/// <param name="endpoint">Where records go.</param>
internal sealed class NaiveWriter(string path, Uri endpoint) : IDisposable
{
    private const int RecordsPerRequest = 100;

    private readonly HttpClient _client = SignedClient.Create(connections: 1);

    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        long written = 0;
        await using FileStream stream = File.OpenRead(path);
        int rowGroups;
        await using (ParquetReader reader = await ParquetReader.CreateAsync(stream, leaveStreamOpen: true, cancellationToken: cancellationToken))
        {
            rowGroups = reader.RowGroupCount;
        }

        for (int rowGroup = 0; rowGroup < rowGroups; rowGroup++)
        {
            stream.Position = 0;
            var rows = await ParquetSerializer.DeserializeAsync<NaiveRow>(stream, rowGroupIndex: rowGroup, cancellationToken: cancellationToken);
            foreach (NaiveRow[] chunk in rows.Data.Chunk(RecordsPerRequest))
            {
                var request = new { DatabaseName = "energy", TableName = "generation", Records = chunk.Select(RecordOf).ToList() };
                await _client.WriteRecordsAsync(endpoint, JsonSerializer.SerializeToUtf8Bytes(request), cancellationToken);
                written += chunk.Length;
            }
        }

        return written;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static object RecordOf(NaiveRow row)
    {
        var dimensions = new List<object>
        {
            new { Name = "region", Value = row.Region },
            new { Name = "dataset_type", Value = "generation" },
            new { Name = "energy_source", Value = row.EnergySource },
            new { Name = "measurement_type", Value = row.MeasurementType },
        };
        if (row.QualityFlag is not null)
        {
            dimensions.Add(new { Name = "quality_flag", Value = row.QualityFlag });
        }

        return new
        {
            Dimensions = dimensions,
            MeasureName = "value",
            MeasureValue = row.Value!.Value.ToString("R", CultureInfo.InvariantCulture),
            MeasureValueType = "DOUBLE",
            Time = new DateTimeOffset(row.Timestamp!.Value, TimeSpan.Zero).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            TimeUnit = "MILLISECONDS",
            Version = 1L,
        };
    }
}
