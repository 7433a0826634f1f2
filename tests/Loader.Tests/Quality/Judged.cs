using Loader.Application.Quality;
using Loader.Domain;
using Loader.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.Quality;

/// <summary>Judges rows that a test makes.</summary>
internal static class Judged
{
    public static readonly FakeTimeProvider Clock = new(Some.Instant.AddYears(2));

    /// <summary>Makes rows of one series, one value an hour.</summary>
    public static List<(long Time, double Value, SeriesKey Key)> Hourly(
        int count, Func<int, double> value, SeriesKey? key = null, int minutes = 60) =>
        [.. Enumerable.Range(0, count).Select(i => (Some.Time + (i * minutes * 60_000L), value(i), key ?? Some.Key()))];

    /// <summary>A daily curve without anything to find.</summary>
    public static double Curve(int hour) => 1_000 + (200 * Math.Sin(hour * Math.PI / 12));

    public static QualityReport Report(
        IReadOnlyList<(long Time, double Value, SeriesKey Key)> rows,
        DatasetType? dataset = null,
        string zone = "UTC",
        QualityRules? rules = null)
    {
        var judge = new QualityJudge(Clock);
        AddFile(judge, rows, dataset, zone, rules);
        return judge.Conclude();
    }

    /// <summary>Judges a file.</summary>
    public static void AddFile(
        QualityJudge judge,
        IReadOnlyList<(long Time, double Value, SeriesKey Key)> rows,
        DatasetType? dataset = null,
        string zone = "UTC",
        QualityRules? rules = null,
        string name = "/a.parquet",
        int rowsOfRowGroup = 1_000)
    {
        using FileJudge file = judge.Begin(SourceFile.OnDisk(name), TimeZoneInfo.FindSystemTimeZoneById(zone), rules, default);
        var catalog = new SeriesCatalog(dataset ?? DatasetType.Consumption);
        int rowGroup = 0;
        foreach ((long Time, double Value, SeriesKey Key)[] part in rows.Chunk(rowsOfRowGroup))
        {
            using MeasurementBatch batch = Some.Batch(part, catalog, rowGroup++);
            file.Add(batch);
        }

        file.Complete();
    }

    /// <summary>Returns the sums as <c>check severity count</c>.</summary>
    public static string[] Sums(QualityReport report) =>
        [.. report.Checks.Select(check => $"{check.Check.ToName()} {check.Severity.ToName()} {check.Count}")];
}
