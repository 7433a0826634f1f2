using Loader.Domain;

namespace Loader.Application.Quality;

/// <summary>Collects findings with exact counts and limited lists.</summary>
internal sealed class FindingCollector
{
    /// <summary>The maximum number of findings.</summary>
    public const int MaxFindings = 1_000;

    /// <summary>The maximum number of findings of a check and series.</summary>
    public const int MaxPerSeries = 20;

    private readonly Dictionary<(QualityCheck, QualitySeverity), Sums> _sums = [];
    private readonly Dictionary<QualitySeverity, List<QualityFinding>> _listed = [];
    private readonly int[] _ofSeries = new int[QualityNames.AllChecks.Length];
    private QualityRules? _rules;
    private int _series;
    private long _total;

    /// <summary>Gets the highest severity of the findings of the current series.</summary>
    public QualitySeverity Worst { get; private set; }

    /// <summary>Begins the findings of another series, or those of several.</summary>
    public void Begin(QualityRules? rules)
    {
        _rules = rules;
        _series++;
        Worst = QualitySeverity.Off;
        Array.Clear(_ofSeries);
    }

    /// <summary>Returns the severity of a check.</summary>
    /// <param name="check">The check.</param>
    /// <param name="standard">The severity without rules.</param>
    public QualitySeverity SeverityOf(QualityCheck check, QualitySeverity standard) =>
        standard != QualitySeverity.Off && _rules?.Severities.TryGetValue(check, out QualitySeverity own) is true ? own : standard;

    /// <summary>Adds a finding unless its check is off.</summary>
    public void Add(QualityFinding finding)
    {
        QualitySeverity severity = SeverityOf(finding.Check, finding.Severity);
        if (severity == QualitySeverity.Off)
        {
            return;
        }

        Count(finding.Check, severity, 1, finding.Count);
        if (_ofSeries[(int)finding.Check]++ >= MaxPerSeries)
        {
            return;
        }

        if (!_listed.TryGetValue(severity, out List<QualityFinding>? listed))
        {
            _listed.Add(severity, listed = []);
        }

        if (listed.Count < MaxFindings)
        {
            listed.Add(finding with { Severity = severity });
        }
    }

    /// <summary>Counts findings without listing them.</summary>
    public void AddUnlisted(QualityCheck check, QualitySeverity standard, long number, long count)
    {
        QualitySeverity severity = SeverityOf(check, standard);
        if (severity != QualitySeverity.Off)
        {
            Count(check, severity, number, count);
        }
    }

    /// <summary>Returns the sums, worst first.</summary>
    public IReadOnlyList<CheckSummary> Sum() =>
    [
        .. _sums.Select(pair => new CheckSummary(
                pair.Key.Item1, pair.Key.Item2, pair.Value.Series, pair.Value.Count, pair.Value.Findings))
            .OrderByDescending(sum => sum.Severity).ThenByDescending(sum => sum.Count).ThenBy(sum => sum.Check),
    ];

    /// <summary>Returns the findings that are listed, worst first, and the number of those that are not.</summary>
    public (IReadOnlyList<QualityFinding> Findings, long Truncated) List()
    {
        QualityFinding[] listed =
            [.. _listed.OrderByDescending(pair => pair.Key).SelectMany(pair => pair.Value).Take(MaxFindings)];
        return (listed, _total - listed.Length);
    }

    private void Count(QualityCheck check, QualitySeverity severity, long number, long count)
    {
        Worst = severity > Worst ? severity : Worst;
        _total += number;
        if (!_sums.TryGetValue((check, severity), out Sums? sums))
        {
            _sums.Add((check, severity), sums = new Sums());
        }

        sums.Findings += number;
        sums.Count += count;
        sums.Series += sums.LastSeries == _series ? 0 : 1;
        sums.LastSeries = _series;
    }

    private sealed class Sums
    {
        public int Series { get; set; }

        public int LastSeries { get; set; }

        public long Count { get; set; }

        public long Findings { get; set; }
    }
}
