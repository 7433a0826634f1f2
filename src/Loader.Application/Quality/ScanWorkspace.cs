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

/// <summary>What is collected of a few rows before it is looked at.</summary>
internal sealed class ScanCandidates
{
    /// <summary>The maximum number of rows.</summary>
    public const int Length = 256;

    /// <summary>Gets the rows whose time came before, where nobody asks for them.</summary>
    public List<int> Seen { get; } = [];

    /// <summary>Gets the differences of values, and that before the first one.</summary>
    public double[] Changes { get; } = new double[Length + 1];

    /// <summary>Gets the rows that may be jumps.</summary>
    public int[] Jumps { get; } = new int[Length];

    /// <summary>Gets the rows at which the direction changes, so that the row before may be a spike.</summary>
    public int[] Turns { get; } = new int[Length];

    /// <summary>Gets the smaller of the differences before and after the row before.</summary>
    public double[] TurnSizes { get; } = new double[Length];

    /// <summary>Gets the scores of rows that are not kept.</summary>
    public double[] OtherScores { get; } = new double[Length];
}
