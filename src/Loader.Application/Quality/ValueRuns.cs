namespace Loader.Application.Quality;

/// <summary>Rows in file order with the same value.</summary>
/// <param name="From">The first time, in seconds since 1970 (UTC).</param>
/// <param name="To">The last time.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="First">The first row.</param>
internal readonly record struct ValueRun(long From, long To, int Rows, RatedRow First);

/// <summary>The number of runs, and the longest of them.</summary>
internal struct ValueRuns
{
    private const int MaxRuns = 20;
    private const int RunBytes = 64;
    private const int ListBytes = 56;

    private List<ValueRun>? _longest;

    public long Count { get; private set; }

    public long Rows { get; private set; }

    public readonly IReadOnlyList<ValueRun> Longest => _longest ?? [];

    /// <summary>Gets the memory that is used, without that of the fields.</summary>
    public readonly int Bytes => _longest is null ? 0 : ListBytes + (_longest.Capacity * RunBytes);

    /// <summary>Counts a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="isKept">Whether the run is kept if it is one of the longest.</param>
    public void Add(in ValueRun run, bool isKept)
    {
        Count++;
        Rows += run.Rows;
        if (isKept)
        {
            Keep(run);
        }
    }

    public void Merge(in ValueRuns other)
    {
        if (other.Count == 0)
        {
            return;
        }

        Count += other.Count;
        Rows += other.Rows;
        foreach (ValueRun run in other.Longest)
        {
            Keep(run);
        }
    }

    public readonly void AddFiles(HashSet<int> files)
    {
        foreach (ValueRun run in _longest ?? [])
        {
            files.Add(run.First.File);
        }
    }

    private void Keep(in ValueRun run)
    {
        _longest ??= [];
        int at = _longest.Count;
        while (at > 0 && Precedes(run, _longest[at - 1]))
        {
            at--;
        }

        if (at < MaxRuns)
        {
            _longest.Insert(at, run);
            if (_longest.Count > MaxRuns)
            {
                _longest.RemoveAt(MaxRuns);
            }
        }
    }

    private static bool Precedes(in ValueRun run, in ValueRun other)
    {
        long length = run.To - run.From;
        long otherLength = other.To - other.From;
        return length != otherLength ? length > otherLength : run.From < other.From;
    }
}
