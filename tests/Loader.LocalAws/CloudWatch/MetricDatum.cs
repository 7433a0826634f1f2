namespace Loader.LocalAws.CloudWatch;

/// <summary>One metric of a PutMetricData request.</summary>
/// <param name="Namespace">The namespace of its request.</param>
/// <param name="Name">The metric's name.</param>
/// <param name="Dimensions">Dimension names and values.</param>
/// <param name="Timestamp">The time of measurement; the server's time if the request has none.</param>
/// <param name="Values">The values with their counts: one for Value, none for StatisticValues.</param>
/// <param name="Statistics">StatisticValues, or null.</param>
/// <param name="Unit">The unit; <c>None</c> if the request has none.</param>
/// <param name="StorageResolution">Seconds, 1 or 60.</param>
public sealed record MetricDatum(
    string Namespace,
    string Name,
    IReadOnlyDictionary<string, string> Dimensions,
    DateTimeOffset Timestamp,
    IReadOnlyList<(double Value, double Count)> Values,
    MetricStatistics? Statistics,
    string Unit,
    int StorageResolution)
{
    /// <summary>Gets the sum of all measured values.</summary>
    public double Sum => Statistics?.Sum ?? Values.Sum(item => item.Value * item.Count);
}
