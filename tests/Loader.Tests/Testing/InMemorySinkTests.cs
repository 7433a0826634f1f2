using CsCheck;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.DuckDb;
using Loader.Parquet.Storage;
using Loader.Testing;
using Loader.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Loader.Tests.Testing;

/// <summary>What the package for tests of hosts promises.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class InMemorySinkTests
{
    private static readonly DateTimeOffset Time = new(2024, 5, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task A_file_of_rows_is_loaded_and_accounted_for()
    {
        var rows = new EnergyRows(DatasetType.Generation)
            .Add(Time, 1).Add(Time.AddHours(1), null).Add(null, 2).Add(Time, 3)
            .BeginRowGroup().BeginRowGroup()
            .Add(Time.AddHours(2), 4, region: "NE", qualityFlag: "good");

        (LoadReport report, InMemorySink sink, RecordingMetrics metrics) = await LoadAsync(rows);

        Assert.That(report.Ledger, Is.EqualTo(new Ledger { Read = 5, Written = 2, Duplicate = 1, Invalid = 2 }));
        Assert.That(sink.Records.Select(record => (record.Region, record.QualityFlag, record.Value)), Is.EqualTo(new[] { ("NE", "good", 4d), ("SE", (string?)null, 3d) }));
        Assert.That(metrics.Reports, Is.EqualTo(new[] { report }));
    }

    [Test]
    public async Task A_file_without_rows_is_loaded()
    {
        (LoadReport report, InMemorySink sink, _) = await LoadAsync(new EnergyRows(DatasetType.Consumption), "dataset=consumption/a.parquet");

        Assert.That(report.Ledger, Is.EqualTo(default(Ledger)));
        Assert.That(sink.Count, Is.Zero);
    }

    [Test]
    public async Task Every_dataset_can_be_built([Values("generation", "consumption", "transmission")] string name)
    {
        DatasetType dataset = DatasetType.All.Single(one => one.Name == name);

        (LoadReport report, InMemorySink sink, _) = await LoadAsync(new EnergyRows(dataset).Add(Time.AddTicks(10), 1), $"dataset={name}/a.parquet");

        Assert.That(report.Ledger.Written, Is.EqualTo(1));
        Assert.That(sink.Records.Single().Nanoseconds, Is.EqualTo(((Int128)Time.ToUnixTimeMilliseconds() * 1_000_000) + 1_000));
        Assert.That(sink.Records.Single().Dataset, Is.EqualTo(dataset));
    }

    [Test]
    public async Task A_write_that_fails_leaves_its_rows_unsettled_and_the_next_load_stores_them()
    {
        var sink = new InMemorySink();
        sink.FailNextWrite(new UnavailableException("No answer."));
        var rows = new EnergyRows(DatasetType.Generation).Add(Time, 1).Add(Time.AddHours(1), 2);

        UnavailableException failure = Assert.ThrowsAsync<UnavailableException>(async () => await LoadAsync(rows, sink: sink))!;
        (LoadReport again, _, _) = await LoadAsync(rows, sink: sink);

        Assert.That(failure.Report!.Ledger, Is.EqualTo(new Ledger { Read = 2, Unsettled = 2 }));
        Assert.That(again.Ledger, Is.EqualTo(new Ledger { Read = 2, Written = 2 }));
    }

    [Test]
    public async Task Limits_make_rows_invalid()
    {
        var sink = new InMemorySink { Limits = new DestinationLimits { Latest = Time } };

        (LoadReport report, _, _) = await LoadAsync(new EnergyRows(DatasetType.Generation).Add(Time, 1).Add(Time.AddHours(1), 2), sink: sink, maxInvalid: 100);

        Assert.That(report.InvalidByReason.Keys, Is.EqualTo(new[] { RejectionReason.TimeInFuture }));
    }

    [Test]
    public async Task A_cancelled_write_stores_nothing()
    {
        var sink = new InMemorySink();
        using MeasurementBatch batch = new EnergyRows(DatasetType.Generation).Add(Time, 1).ToBatches(new ObjectVersion(1))[0];
        IRecordWriter writer = await sink.OpenAsync(DatasetType.Generation, CancellationToken.None);

        WriteOutcome outcome = await writer.WriteAsync(batch, new CancellationToken(canceled: true));

        Assert.That((outcome.Unsettled, outcome.Failure, sink.Count), Is.EqualTo((1, (LoadException?)null, 0)));
    }

    [Test]
    public void The_rules_are_those_of_DuckDB()
    {
        Gen<(int Hour, int Region, int Value, int Unit)> row = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 1], Gen.Int[0, 2], Gen.Int[0, 4]);
        Gen<(int Version, int RowGroup, (int, int, int, int)[] Rows)> batch = Gen.Select(Gen.Int[1, 3], Gen.Int[0, 2], row.Array[1, 6]);

        batch.Array[1, 5].Sample(
            batches =>
            {
                using var folder = new TemporaryFolder();
                using var duckDb = new DuckDbSink(Options.Create(new DuckDbOptions { Path = Path.Combine(folder.Path, "a.duckdb") }));
                var memory = new InMemorySink();
                foreach ((int version, int rowGroup, (int Hour, int Region, int Value, int Unit)[] rows) in batches)
                {
                    string expected = Write(duckDb, version, rowGroup, rows);

                    Assert.That(Write(memory, version, rowGroup, rows), Is.EqualTo(expected));
                }
            },
            iter: 40,
            threads: 1);
    }

    private static string Write(IRecordSink sink, int version, int rowGroup, (int Hour, int Region, int Value, int Unit)[] rows)
    {
        // A series has one unit in a file, so that the unit follows from the batch.
        using MeasurementBatch batch = Some.Batch(
            [.. rows.Select(row => (Some.Time + (row.Hour * 3_600_000L), (double)row.Value, Some.Key(region: $"R{row.Region}", unit: rows[0].Unit == 0 ? "kW" : "MW")))],
            rowGroup: rowGroup,
            version: new ObjectVersion(version).ForRowGroup(rowGroup));
        IRecordWriter writer = sink.OpenAsync(DatasetType.Generation, CancellationToken.None).GetAwaiter().GetResult();
        WriteOutcome outcome = writer.WriteAsync(batch, CancellationToken.None).GetAwaiter().GetResult();
        writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return $"{outcome.Written} written, {outcome.Superseded} superseded, {outcome.Duplicate} duplicate, rejected {string.Join(' ', outcome.Rejected.Select(rejected => $"{rejected.Row}:{rejected.Reason}"))}";
    }

    private static async Task<(LoadReport Report, InMemorySink Sink, RecordingMetrics Metrics)> LoadAsync(
        EnergyRows rows, string key = "dataset=generation/a.parquet", InMemorySink? sink = null, double maxInvalid = 50)
    {
        byte[] file = await rows.ToParquetAsync();
        sink ??= new InMemorySink();
        var services = new ServiceCollection();
        services.AddSingleton<IRecordSink>(sink);
        services.AddLoader(options => options.Load.MaxInvalidPercent = maxInvalid)
            .UseMetrics<RecordingMetrics>()
            .UseStore("memory", _ => new MemoryFile(file, Time));
        await using ServiceProvider provider = services.BuildServiceProvider();
        LoadReport report = await provider.GetRequiredService<LoadParquetFile>()
            .LoadAsync(new LoadRequest(SourceFile.InStore("memory", "files", key)), CancellationToken.None);
        return (report, sink, (RecordingMetrics)provider.GetRequiredService<IMetricsPublisher>());
    }
}
