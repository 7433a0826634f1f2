using Loader.Application.Quality;
using Loader.Domain;
using Loader.Tests.Support;

namespace Loader.Tests.Quality;

/// <summary>What is kept of series takes no more memory than is counted.</summary>
[NonParallelizable]
internal sealed class QualityMemoryTests
{
    /// <summary>Series of all lengths, as many as are kept in full detail.</summary>
    [TestCase(100_000, 3)]
    [TestCase(19_500, 48)]
    [TestCase(13_000, 300)]
    public void What_is_kept_of_many_series_stays_within_the_limit(int series, int rows)
    {
        // Rows that wait do not count, and the pool keeps their arrays.
        Judge(series, rows);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        QualityJudge judge = Judge(series, rows);
        long used = GC.GetTotalMemory(forceFullCollection: true) - before;
        QualityReport report = judge.Conclude();

        Assert.That((report.Detail, report.SeriesCount), Is.EqualTo((QualityDetail.Full, series)));
        Assert.That(used, Is.LessThan(QualityJudge.DefaultMemoryLimitBytes));
    }

    /// <summary>Each series has examples of negative rows, of duplicates and of runs.</summary>
    [TestCase(100_000, 6)]
    [TestCase(15_000, 100)]
    public void Examples_stay_within_the_limit(int series, int rows)
    {
        Judge(series, rows, Faulty);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        QualityJudge judge = Judge(series, rows, Faulty);
        long used = GC.GetTotalMemory(forceFullCollection: true) - before;
        QualityReport report = judge.Conclude();

        Assert.That(report.SeriesCount + report.SeriesNotJudged, Is.EqualTo(series));
        Assert.That(used, Is.LessThan(QualityJudge.DefaultMemoryLimitBytes));
    }

    [Test]
    public void Beyond_the_limit_faults_are_counted_without_examples()
    {
        QualityReport report = Judge(20, 12, Faulty, limit: 5_000).Conclude();
        CheckSummary negative = report.Checks.Single(check => check.Check == QualityCheck.Negative);

        Assert.That((report.Detail, negative.Count), Is.EqualTo((QualityDetail.NoFurtherSeries, report.SeriesCount * 12L)));
        Assert.That(report.Findings.Where(finding => finding.Check == QualityCheck.Negative).SelectMany(finding => finding.Examples), Is.Empty);
    }

    private static QualityJudge Judge(
        int series, int rows, Func<int, double>? value = null, long limit = QualityJudge.DefaultMemoryLimitBytes)
    {
        var judge = new QualityJudge(Judged.Clock, limit);
        Judged.AddFile(
            judge,
            [.. Enumerable.Range(0, series).SelectMany(i => Judged.Hourly(rows, value ?? Judged.Curve, Some.Key(region: $"R{i}")))]);
        return judge;
    }

    private static double Faulty(int row) => -1 - (row / 6);
}
