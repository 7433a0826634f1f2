using Loader.Domain;

namespace Loader.Application.Quality;

/// <summary>What was found in the series of a run.</summary>
public sealed record QualityReport
{
    /// <summary>Gets the zones of the local days.</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>Gets the first time, or <see langword="null"/> if there are no rows.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the last time, or <see langword="null"/> if there are no rows.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Gets the number of series.</summary>
    public int SeriesCount { get; init; }

    /// <summary>Gets the highest severity of a finding; <see cref="QualitySeverity.Off"/> if there is none.</summary>
    public QualitySeverity Worst { get; init; }

    /// <summary>Gets what was kept of each series.</summary>
    public QualityDetail Detail { get; init; }

    /// <summary>Gets the number of files that were not read to their end.</summary>
    public long FilesNotJudged { get; init; }

    /// <summary>Gets the number of series that no memory was left for.</summary>
    public long SeriesNotJudged { get; init; }

    /// <summary>Gets the number of series with fewer than 8 rows: their times are not checked.</summary>
    public int ShortSeries { get; init; }

    /// <summary>Gets the number of series with more rows whose distance of times is not known or varies: gaps are not checked.</summary>
    public int SeriesWithoutStep { get; init; }

    /// <summary>Gets the sums of all findings, worst first.</summary>
    public IReadOnlyList<CheckSummary> Checks { get; init; } = [];

    /// <summary>Gets up to 1,000 findings, worst first, and up to 20 of them a check and series.</summary>
    public IReadOnlyList<QualityFinding> Findings { get; init; } = [];

    /// <summary>Gets up to 1,000 series, worst first.</summary>
    public IReadOnlyList<SeriesSummary> Series { get; init; } = [];

    /// <summary>Gets the number of findings that are not in <see cref="Findings"/>.</summary>
    public long TruncatedFindings { get; init; }

    /// <summary>Gets the number of series that are not in <see cref="Series"/>.</summary>
    public long TruncatedSeries { get; init; }

    /// <summary>Returns the number of findings with a severity, including those that are not listed.</summary>
    /// <param name="severity">The severity.</param>
    /// <returns>The number.</returns>
    public long CountOf(QualitySeverity severity) => Checks.Where(check => check.Severity == severity).Sum(check => check.Findings);
}

/// <summary>The findings of one check and severity.</summary>
/// <param name="Check">The check.</param>
/// <param name="Severity">The severity.</param>
/// <param name="Series">The number of series with a finding.</param>
/// <param name="Count">The sum of <see cref="QualityFinding.Count"/>.</param>
/// <param name="Findings">The number of findings.</param>
public sealed record CheckSummary(QualityCheck Check, QualitySeverity Severity, int Series, long Count, long Findings);

/// <summary>One finding.</summary>
/// <param name="Check">The check.</param>
/// <param name="Severity">The severity.</param>
/// <param name="Message">What was found, in one sentence.</param>
public sealed record QualityFinding(QualityCheck Check, QualitySeverity Severity, string Message)
{
    /// <summary>Gets the file of <see cref="Examples"/>, or <see langword="null"/> if there are none.</summary>
    public string? File { get; init; }

    /// <summary>Gets the series, or <see langword="null"/> if the finding is about several.</summary>
    public QualitySeries? Series { get; init; }

    /// <summary>Gets the first time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the last time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Gets how many rows or points of time were found.</summary>
    public long Count { get; init; }

    /// <summary>Gets what was expected.</summary>
    public double? Expected { get; init; }

    /// <summary>Gets what was observed.</summary>
    public double? Observed { get; init; }

    /// <summary>Gets up to five rows of <see cref="File"/>.</summary>
    public IReadOnlyList<QualityExample> Examples { get; init; } = [];
}

/// <summary>A row of a finding.</summary>
/// <param name="RowGroup">The index of the row group in the file.</param>
/// <param name="Row">The index of the row in its row group.</param>
/// <param name="Time">The time.</param>
/// <param name="Value">The value.</param>
public sealed record QualityExample(int RowGroup, int Row, DateTimeOffset Time, double Value);

/// <summary>One series of a run.</summary>
/// <param name="Series">The series.</param>
/// <param name="Worst">The highest severity of its findings.</param>
/// <param name="Rows">The number of valid rows.</param>
public sealed record SeriesSummary(QualitySeries Series, QualitySeverity Worst, long Rows)
{
    /// <summary>Gets the zone of the local days.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Gets the unit.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Gets the distance of times, or <see langword="null"/> if it is not known or varies.</summary>
    public TimeSpan? Step { get; init; }

    /// <summary>Gets the first time.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>Gets the last time.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Gets the number of points between the first and the last row, or <see langword="null"/> if it is not known.</summary>
    public long? Expected { get; init; }

    /// <summary>Gets the number of these points that have a row.</summary>
    public long? Present { get; init; }

    /// <summary>Gets the share of points with a row.</summary>
    public double? Coverage => Expected > 0 ? (double?)Present / Expected : null;

    /// <summary>Gets the smallest value.</summary>
    public double Min { get; init; }

    /// <summary>Gets the median of the magnitudes, off by 12 % at most, or <see langword="null"/> if it was not kept.</summary>
    public double? Median { get; init; }

    /// <summary>Gets the largest value.</summary>
    public double Max { get; init; }

    /// <summary>Gets the days, for charts.</summary>
    public IReadOnlyList<SeriesDay> Days { get; init; } = [];
}

/// <summary>A local day of a series.</summary>
/// <param name="Day">The day.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Min">The smallest value.</param>
/// <param name="Mean">The mean of the values.</param>
/// <param name="Max">The largest value.</param>
public readonly record struct SeriesDay(DateOnly Day, int Rows, double Min, double Mean, double Max)
{
    /// <summary>Gets how much of the day has rows.</summary>
    public DayCoverage Coverage { get; init; }
}

/// <summary>How much of a local day has rows. A day without any is not listed.</summary>
public enum DayCoverage : byte
{
    /// <summary>Not known, because the distance of times is not known or varies.</summary>
    Unknown,

    /// <summary>Each point has a row. The first and the last day count from the first and to the last row.</summary>
    Full,

    /// <summary>A point has no row.</summary>
    Partial,

    /// <summary>A point has two rows with different values.</summary>
    Conflicting,
}
