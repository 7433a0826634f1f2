using Loader.Application;
using Loader.Application.Ports;
using Loader.Benchmarks.EndToEnd;
using Loader.Benchmarks.Input;
using Loader.Domain;

namespace Loader.Benchmarks.Influx;

/// <summary>The rows of a file in memory, for writers that have no reader of their own.</summary>
/// <param name="Seconds">The times, since 1970, UTC.</param>
/// <param name="Values">The values.</param>
/// <param name="SeriesIds">The index of each row's series.</param>
/// <param name="Series">The series.</param>
internal sealed record InfluxRows(long[] Seconds, double[] Values, int[] SeriesIds, Series[] Series)
{
    /// <summary>Gets 36 series by the minute: four regions with nine sources each.</summary>
    public static InputShape Shape { get; } = new(
        "generation",
        "energy_source",
        "power",
        [
            .. new[] { "SE", "S", "NE", "N" }.SelectMany(
                _ => new[] { "hydro", "wind", "solar", "thermal", "nuclear", "biomass", "gas", "coal", "oil" }, (region, source) => (region, source)),
        ],
        TimeSpan.FromMinutes(1));

    public int Count => Seconds.Length;

    /// <summary>Reads a file, whose rows must all be valid.</summary>
    public static async Task<InfluxRows> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var sink = new Collector();
        await Loads.LoadAsync(path, sink, new LoadOptions { RowGroupsInFlight = 1 }, cancellationToken);
        return new InfluxRows([.. sink.Seconds], [.. sink.Values], [.. sink.SeriesIds], sink.Series);
    }

    /// <summary>Makes batches as large as the row groups of the file; the caller disposes them.</summary>
    public IReadOnlyList<MeasurementBatch> ToBatches()
    {
        var catalog = new SeriesCatalog(DatasetType.Generation);
        int[] ids = [.. Series.Select(series => catalog.Intern(series.Key))];
        var batches = new List<MeasurementBatch>();
        for (int first = 0; first < Count; first += InputFolder.SmallRowGroup)
        {
            int count = Math.Min(InputFolder.SmallRowGroup, Count - first);
            long version = new ObjectVersion(1_000).ForRowGroup(batches.Count);
            using var builder = new MeasurementBatchBuilder(catalog, batches.Count, first, count, TimeUnit.Nanoseconds, version);
            for (int row = 0; row < count; row++)
            {
                builder.Times[row] = Seconds[first + row] * TimeUnit.Nanoseconds.PerSecond();
                builder.Values[row] = Values[first + row];
                builder.SeriesIds[row] = ids[SeriesIds[first + row]];
            }

            batches.Add(builder.Build());
        }

        return batches;
    }

    /// <summary>A sink that keeps rows in memory.</summary>
    private sealed class Collector : IRecordSink, IRecordWriter
    {
        public List<long> Seconds { get; } = [];

        public List<double> Values { get; } = [];

        public List<int> SeriesIds { get; } = [];

        public Series[] Series { get; private set; } = [];

        public Destination Destination { get; } = new("memory", "memory", Identity: null, DestinationLimits.None);

        public Task<Destination> InspectAsync(DatasetType dataset, CancellationToken cancellationToken) => Task.FromResult(Destination);

        public Task<IRecordWriter> OpenAsync(DatasetType dataset, CancellationToken cancellationToken) => Task.FromResult<IRecordWriter>(this);

        public Task<WriteOutcome> WriteAsync(MeasurementBatch batch, CancellationToken cancellationToken)
        {
            long perSecond = batch.TimeUnit.PerSecond();
            foreach (long time in batch.Times)
            {
                Seconds.Add(time / perSecond);
            }

            Values.AddRange(batch.Values);
            SeriesIds.AddRange(batch.SeriesIds);
            Series = [.. batch.SeriesById];
            return Task.FromResult(new WriteOutcome { Written = batch.Count });
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
