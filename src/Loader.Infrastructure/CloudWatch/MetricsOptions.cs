namespace Loader.Infrastructure.CloudWatch;

/// <summary>Settings of the metrics.</summary>
public sealed class MetricsOptions
{
    /// <summary>Gets or sets the CloudWatch namespace (<c>METRICS_NAMESPACE</c>).</summary>
    /// <value>
    /// Default: <c>ONS/Timestream</c>. Range: 1 to 255 printable ASCII characters without spaces, not starting with <c>:</c> or
    /// <c>AWS/</c>.
    /// </value>
    public string Namespace { get; set; } = "ONS/Timestream";

    /// <inheritdoc cref="Application.LoadOptions.FindFaults"/>
    /// <remarks>Rules: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html.</remarks>
    public IEnumerable<string> FindFaults()
    {
        if (!IsNamespace(Namespace))
        {
            yield return $"METRICS_NAMESPACE is '{Namespace}'; allowed are 1 to 255 printable ASCII characters without spaces, "
                + "not starting with ':' or 'AWS/'.";
        }
    }

    private static bool IsNamespace(string name) =>
        name.Length is >= 1 and <= 255
        && !name.StartsWith(':') && !name.StartsWith("AWS/", StringComparison.Ordinal)
        && name.All(static c => c is >= '!' and <= '~');
}
