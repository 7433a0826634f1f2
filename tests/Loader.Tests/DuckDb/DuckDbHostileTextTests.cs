using Loader.Application.Ports;
using Loader.Domain;
using Loader.DuckDb;

namespace Loader.Tests.DuckDb;

/// <summary>Strings from a file are data and never part of a statement or a connection string.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class DuckDbHostileTextTests
{
    private static readonly string[] HostileTexts =
    [
        "'; DROP TABLE generation; --", "\"quoted\"", "$from", "?", "a\0b", "line\nbreak\r\ttab", "[red]markup[/]", "\u202Eright to left", "Ünïcödé 電力 🔌",
        new('x', 300), " ", "null", "\\", "%s{0}",
    ];

    [Test]
    public async Task Every_text_is_stored_as_it_is_and_found_again([ValueSource(nameof(HostileTexts))] string text)
    {
        using var file = new DuckDbFile();
        MeasurementRow[] rows = [new(1, 1, Region: text, Subject: text, QualityFlag: text, Unit: text), new(1, 2)];

        await file.WriteAsync(MeasurementRow.Batch(1 << 21, rows));
        (List<WriteOutcome> outcomes, TableChanges changes) = await file.WriteAsync(MeasurementRow.Batch(1 << 21, rows));

        Assert.That(outcomes[0].Written, Is.EqualTo(2));
        Assert.That(changes, Is.EqualTo(new TableChanges(0, 0, 2)));
        Assert.That(file.Query("SELECT region, energy_source, quality_flag, unit FROM generation WHERE \"value\" = 1"), Is.EqualTo(new[] { $"{text}|{text}|{text}|{text}" }));
    }

    [TestCase("main.duckdb")]
    [TestCase("temp.duckdb")]
    [TestCase("system.duckdb")]
    [TestCase("generation.duckdb")]
    [TestCase("loader_staging")]
    [TestCase("with space;and=signs'.db")]
    [TestCase(":memory:")]
    [TestCase("quote\".duckdb")]
    public async Task A_database_file_may_have_any_name(string name)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("These are no file names there.");
        }

        using var file = new DuckDbFile(name);

        (List<WriteOutcome> outcomes, _) = await file.WriteAsync(MeasurementRow.Batch(1 << 21, [new(1, 1)]));

        Assert.That(outcomes[0].Written, Is.EqualTo(1));
        Assert.That(File.Exists(file.Location));
    }

    [Test]
    public async Task A_summary_has_row_count_time_range_series_count_and_regions()
    {
        using var file = new DuckDbFile();
        using DuckDbSink sink = file.OpenSink();
        await using (var writer = await sink.OpenAsync(DatasetType.Transmission, CancellationToken.None))
        {
            using MeasurementBatch batch = MeasurementRow.Batch(
                1 << 21, [new(0, 1, "SE", "L1"), new(3_600_000, 1, "N", "L1"), new(3_600_000, 1, "SE", "L1", "good")], dataset: DatasetType.Transmission);
            await writer.WriteAsync(batch, CancellationToken.None);
        }

        TableSummary summary = (await sink.SummarizeAsync(CancellationToken.None)).Single();

        Assert.That(summary.RowCount, Is.EqualTo(3));
        Assert.That(summary.SeriesCount, Is.EqualTo(3));
        Assert.That(summary.Regions, Is.EqualTo(new[] { "N", "SE" }));
        Assert.That(summary.Earliest, Is.EqualTo(DateTimeOffset.UnixEpoch));
        Assert.That(summary.Latest, Is.EqualTo(DateTimeOffset.UnixEpoch.AddHours(1)));
        Assert.That(summary.Changes, Is.EqualTo(new TableChanges(3, 0, 0)));
    }
}
