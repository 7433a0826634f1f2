using System.Collections.Concurrent;

namespace Loader.LocalAws.CloudWatch;

/// <summary>The metrics that were accepted. Thread-safe.</summary>
public sealed class CloudWatchState
{
    private readonly ConcurrentQueue<MetricDatum> _metrics = new();

    /// <summary>Gets all metrics in the order of arrival.</summary>
    public IReadOnlyList<MetricDatum> Metrics => [.. _metrics];

    /// <summary>Gets the sum of a metric over all its dimensions and times.</summary>
    public double Sum(string name) => _metrics.Where(metric => string.Equals(metric.Name, name, StringComparison.Ordinal)).Sum(metric => metric.Sum);

    internal void Add(IEnumerable<MetricDatum> metrics)
    {
        foreach (var metric in metrics)
        {
            _metrics.Enqueue(metric);
        }
    }
}
