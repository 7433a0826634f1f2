namespace Loader.Infrastructure.Aws;

/// <summary>What tells one AWS service from another on the wire.</summary>
/// <param name="Name">The name in messages.</param>
/// <param name="EndpointVariable">The end of <c>AWS_ENDPOINT_URL_…</c>.</param>
/// <param name="SigningName">The service in a signature's scope.</param>
/// <param name="TargetPrefix">What stands before the operation in <c>X-Amz-Target</c>.</param>
/// <param name="Host">The host name for a region.</param>
/// <param name="WantsQueryErrors">Whether the service is asked for the error codes of its older protocol, which are the ones it documents.</param>
internal sealed record AwsService(
    string Name, string EndpointVariable, string SigningName, string TargetPrefix, Func<AwsRegion, string> Host, bool WantsQueryErrors = false)
{
    /// <summary>Timestream for LiveAnalytics, write side.</summary>
    /// <remarks>Endpoint rules: the service's endpoint rule set as published with its model, timestream-write-2018-11-01.</remarks>
    public static AwsService TimestreamWrite { get; } =
        new("Timestream", "TIMESTREAM_WRITE", "timestream", "Timestream_20181101.", TimestreamHost);

    /// <summary>CloudWatch metrics.</summary>
    /// <remarks>Endpoint rules: the service's endpoint rule set as published with its model, monitoring-2010-08-01.</remarks>
    public static AwsService CloudWatch { get; } =
        new("CloudWatch", "CLOUDWATCH", "monitoring", "GraniteServiceVersion20100801.", CloudWatchHost, WantsQueryErrors: true);

    private static string TimestreamHost(AwsRegion region) => (region.UseFips, region.UseDualStack) switch
    {
        (false, false) => $"ingest.timestream.{region.Name}.{region.DnsSuffix}",
        (true, false) when region.IsGovernment => $"ingest.timestream.{region.Name}.{region.DnsSuffix}",
        (true, false) => $"ingest.timestream-fips.{region.Name}.{region.DnsSuffix}",
        (true, true) when !region.IsGovernment => $"timestream-ingest-fips.{region.Name}.{region.DualStackDnsSuffix}",
        _ when region.IsChina => $"ingest.timestream.{region.Name}.{region.DualStackDnsSuffix}",
        _ => $"timestream-ingest.{region.Name}.{region.DualStackDnsSuffix}",
    };

    private static string CloudWatchHost(AwsRegion region)
    {
        string suffix = region.UseDualStack ? region.DualStackDnsSuffix : region.DnsSuffix;
        return region.UseFips && !region.IsGovernment ? $"monitoring-fips.{region.Name}.{suffix}" : $"monitoring.{region.Name}.{suffix}";
    }
}
