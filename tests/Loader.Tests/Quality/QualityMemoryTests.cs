using Loader.Application.Quality;
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

    private static QualityJudge Judge(int series, int rows)
    {
        var judge = new QualityJudge(Judged.Clock);
        Judged.AddFile(
            judge, [.. Enumerable.Range(0, series).SelectMany(i => Judged.Hourly(rows, Judged.Curve, Some.Key(region: $"R{i}")))]);
        return judge;
    }
}
