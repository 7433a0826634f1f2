namespace Loader.Infrastructure.CloudWatch;

/// <summary>The metrics of loads that are not sent yet, the oldest first. Not thread-safe.</summary>
internal sealed class MetricsQueue
{
    /// <summary>The maximum number of loads that wait. The oldest are dropped for newer ones.</summary>
    public const int MaxLoads = 10_000;

    /// <summary>
    /// The maximum number of loads in one request. With ten metrics a load, each value and its count at most 40 bytes long, they take less
    /// than half of the 1 MB that a request may have.
    /// </summary>
    public const int MaxLoadsInRequest = 1_000;

    /// <summary>
    /// The maximum number of pairs of dataset and minute in one request. Each takes one member a metric, and a further one for every
    /// <see cref="MetricData.MaxValues"/> distinct values: at most 984 of the 1,000 members that a request may have.
    /// </summary>
    public const int MaxGroupsInRequest = 83;

    private readonly List<LoadMetrics> _loads = [];
    private int _dropped;

    /// <summary>Gets the number of loads that wait.</summary>
    public int Count => _loads.Count;

    /// <summary>Adds the metrics of a load.</summary>
    /// <param name="load">The metrics.</param>
    public void Add(LoadMetrics load)
    {
        _loads.Add(load);
        DropOldest();
    }

    /// <summary>Takes the oldest loads that fit in one request.</summary>
    /// <param name="max">The maximum number of loads to take.</param>
    /// <returns>The loads; none if none waits.</returns>
    public IReadOnlyList<LoadMetrics> TakeRequest(int max)
    {
        max = Math.Min(max, Math.Min(_loads.Count, MaxLoadsInRequest));
        var groups = new HashSet<(string?, long)>();
        int count = 0;
        while (count < max)
        {
            LoadMetrics load = _loads[count];
            groups.Add((load.Dataset, load.Minute));
            if (groups.Count > MaxGroupsInRequest)
            {
                break;
            }

            count++;
        }

        List<LoadMetrics> taken = _loads.GetRange(0, count);
        _loads.RemoveRange(0, count);
        return taken;
    }

    /// <summary>Returns loads that could not be sent to their place.</summary>
    /// <param name="loads">What <see cref="TakeRequest"/> returned last.</param>
    public void PutBack(IReadOnlyList<LoadMetrics> loads)
    {
        _loads.InsertRange(0, loads);
        DropOldest();
    }

    /// <summary>Returns the number of loads dropped since the last call.</summary>
    /// <returns>The number.</returns>
    public int TakeDropped()
    {
        int dropped = _dropped;
        _dropped = 0;
        return dropped;
    }

    private void DropOldest()
    {
        int excess = _loads.Count - MaxLoads;
        if (excess > 0)
        {
            _loads.RemoveRange(0, excess);
            _dropped += excess;
        }
    }
}
