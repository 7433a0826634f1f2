using System.Diagnostics;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.DuckDb;

namespace Loader.Tests.DuckDb;

/// <summary>Measures how fast the sink writes rows from memory. It asserts no speed.</summary>
[Explicit("A measurement: run it alone, on an idle machine.")]
internal sealed class DuckDbRateTests
{
    private const int Rows = 2_000_000;
    private const int RowsPerBatch = 122_880;
    private const int SeriesCount = 20;

    [TestCase(false)]
    [TestCase(true)]
    public async Task Rows_per_second(bool sortedBySeries)
    {
        using var file = new DuckDbFile();
        foreach ((string run, int version) in new[] { ("first", 1), ("same again", 1), ("newer version", 2), ("newer values", 3) })
        {
            using DuckDbSink sink = file.OpenSink();
            var catalog = new SeriesCatalog(DatasetType.Generation);
            for (int series = 0; series < SeriesCount; series++)
            {
                catalog.Intern(new SeriesKey($"R{series % 5}", $"source{series / 5}", "power", series % 3 == 0 ? null : "good", "MW"));
            }

            TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var watch = Stopwatch.StartNew();
            await using (IRecordWriter writer = await sink.OpenAsync(DatasetType.Generation, CancellationToken.None))
            {
                for (int rowGroup = 0; rowGroup * RowsPerBatch < Rows; rowGroup++)
                {
                    using MeasurementBatch batch = Batch(catalog, rowGroup, new ObjectVersion(version), sortedBySeries, run == "newer values" ? 1 : 0);
                    WriteOutcome outcome = await writer.WriteAsync(batch, CancellationToken.None);
                    Assert.That(outcome.Written, Is.EqualTo(batch.Count));
                }
            }

            TimeSpan elapsed = watch.Elapsed;
            cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
            await TestContext.Out.WriteLineAsync(
                FormattableString.Invariant($"{run}: {Rows / elapsed.TotalSeconds / 1000:N0} k rows/s, {cpu.TotalMicroseconds / Rows:N2} us CPU a row; ")
                + (await sink.SummarizeAsync(CancellationToken.None))[0].Changes);
        }
    }

    private static MeasurementBatch Batch(SeriesCatalog catalog, int rowGroup, ObjectVersion version, bool sortedBySeries, double more)
    {
        int first = rowGroup * RowsPerBatch;
        using var builder = new MeasurementBatchBuilder(
            catalog, rowGroup, first, Math.Min(RowsPerBatch, Rows - first), TimeUnit.Milliseconds, version.ForRowGroup(rowGroup));
        int perSeries = Rows / SeriesCount;
        Span<long> times = builder.Times;
        Span<double> values = builder.Values;
        Span<int> ids = builder.SeriesIds;
        for (int row = 0; row < builder.Count; row++)
        {
            int at = first + row;
            int series = sortedBySeries ? at / perSeries : at % SeriesCount;
            int step = sortedBySeries ? at % perSeries : at / SeriesCount;
            times[row] = 1_700_000_000_000 + (step * 60_000L);
            values[row] = (at * 0.37) + more;
            ids[row] = series;
        }

        return builder.Build();
    }
}
