namespace Loader.LocalAws.CloudWatch;

/// <summary>StatisticValues of a metric.</summary>
public sealed record MetricStatistics(double SampleCount, double Sum, double Minimum, double Maximum);
