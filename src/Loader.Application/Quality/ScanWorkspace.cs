namespace Loader.Application.Quality;

/// <summary>What scans use while they read rows. One thread uses it at a time.</summary>
internal sealed class ScanWorkspace
{
    private readonly Dictionary<string, LocalDays> _days = new(StringComparer.Ordinal);

    private readonly CoverageMap _coverage = new();
    private readonly SeriesDetails _details = new();
    private ScanCandidates? _candidates;

    /// <summary>Gets the rows that may be findings.</summary>
    public ScanCandidates Candidates => _candidates ??= new ScanCandidates();

    /// <summary>Returns an empty map that is valid until the next call.</summary>
    public CoverageMap EmptyCoverage()
    {
        _coverage.Clear();
        return _coverage;
    }

    /// <summary>Returns empty details that are valid until the next call.</summary>
    public SeriesDetails EmptyDetails()
    {
        _details.Clear();
        return _details;
    }

    /// <summary>Returns the local days of a zone.</summary>
    public LocalDays DaysOf(TimeZoneInfo zone)
    {
        if (!_days.TryGetValue(zone.Id, out LocalDays? days))
        {
            _days.Add(zone.Id, days = new LocalDays(zone));
        }

        return days;
    }
}
