using System.Globalization;
using Loader.Domain;

namespace Loader.Application.Quality;

/// <summary>The gaps of a series: the longest ones, and the number of the others.</summary>
internal sealed class GapList
{
    private const int ShortGapMinutes = 120;

    private PriorityQueue<(long From, long To, long Missing), long>? _longest;

    /// <summary>The number of other gaps and of the points in them, by severity.</summary>
    private (long Gaps, long Missing)[]? _others;

    /// <summary>Adds a gap.</summary>
    /// <param name="from">The first point without a row, in minutes since 1970 (UTC).</param>
    /// <param name="to">The last one.</param>
    /// <param name="missing">The number of points without a row.</param>
    /// <param name="step">The distance of points, in minutes.</param>
    public void Add(long from, long to, long missing, int step)
    {
        _longest ??= new PriorityQueue<(long From, long To, long Missing), long>();
        _longest.Enqueue((from, to, missing), missing);
        if (_longest.Count > FindingCollector.MaxPerSeries)
        {
            long shortest = _longest.Dequeue().Missing;
            _others ??= new (long, long)[QualityNames.AllSeverities.Length];
            ref (long Gaps, long Missing) others = ref _others[(int)SeverityOf(shortest, step)];
            others = (others.Gaps + 1, others.Missing + shortest);
        }
    }

    /// <summary>
    /// Reports the longest gaps first; the collector counts the others without listing them. The list is empty after that.
    /// </summary>
    /// <param name="findings">Receives the findings.</param>
    /// <param name="series">The series.</param>
    /// <param name="step">The distance of points, in minutes.</param>
    public void Report(FindingCollector findings, QualitySeries series, int step)
    {
        if (_longest is null)
        {
            return;
        }

        var listed = new List<(long From, long To, long Missing)>();
        while (_longest.TryDequeue(out (long From, long To, long Missing) gap, out _))
        {
            listed.Add(gap);
        }

        for (int i = listed.Count - 1; i >= 0; i--)
        {
            (long from, long to, long missing) = listed[i];
            string points = missing == 1 ? "1 point has" : $"{missing.ToString("N0", CultureInfo.InvariantCulture)} points have";
            findings.Add(new QualityFinding(QualityCheck.Gap, SeverityOf(missing, step), $"{points} no row.")
            {
                Series = series,
                From = DateTimeOffset.FromUnixTimeSeconds(from * 60),
                To = DateTimeOffset.FromUnixTimeSeconds(to * 60),
                Count = missing,
                Expected = missing,
                Observed = 0,
            });
        }

        for (int severity = 0; severity < _others?.Length; severity++)
        {
            if (_others[severity].Gaps > 0)
            {
                findings.AddUnlisted(QualityCheck.Gap, (QualitySeverity)severity, _others[severity].Gaps, _others[severity].Missing);
            }
        }
    }

    private static QualitySeverity SeverityOf(long missing, int step) =>
        missing * step <= ShortGapMinutes ? QualitySeverity.Info : QualitySeverity.Warning;
}
