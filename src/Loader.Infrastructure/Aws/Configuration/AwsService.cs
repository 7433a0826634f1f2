using System.Net.Http.Headers;

namespace Loader.Infrastructure.Aws.Configuration;

/// <summary>An AWS service: where its endpoint is configured, and what its requests carry.</summary>
/// <param name="Name">The name in messages.</param>
/// <param name="Id">The service ID in upper case with underscores, as in <c>AWS_ENDPOINT_URL_TIMESTREAM_WRITE</c>.</param>
/// <param name="SigningName">The service name in the credential scope of a signature.</param>
/// <param name="EndpointOption">Reads the endpoint from the options.</param>
/// <remarks>Service IDs: https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html.</remarks>
internal sealed record AwsService(string Name, string Id, string SigningName, Func<AwsOptions, Uri?> EndpointOption)
{
    /// <summary>Gets Amazon S3. Its host names contain the bucket, so the S3 client of the SDK composes them.</summary>
    public static AwsService S3 { get; } = new("S3", "S3", "s3", options => options.S3Endpoint);

    /// <summary>Gets the write API of Timestream for LiveAnalytics.</summary>
    /// <remarks>Hosts: the endpoint rules of the service model timestream-write-2018-11-01.</remarks>
    public static AwsService TimestreamWrite { get; } = new(
        "Timestream", "TIMESTREAM_WRITE", "timestream", options => options.TimestreamEndpoint)
    {
        TargetPrefix = "Timestream_20181101.",
        Host = static region => TimestreamHost(region, "ingest"),
    };

    /// <summary>Gets the query API of Timestream for LiveAnalytics.</summary>
    /// <remarks>Hosts: the endpoint rules of the service model timestream-query-2018-11-01.</remarks>
    public static AwsService TimestreamQuery { get; } = new(
        "Timestream Query", "TIMESTREAM_QUERY", "timestream", options => options.TimestreamQueryEndpoint)
    {
        TargetPrefix = "Timestream_20181101.",
        Host = static region => TimestreamHost(region, "query"),

        // A page has up to 1 MB of data, without the names and quotes that the protocol adds.
        MaxResponseBytes = 8 * 1024 * 1024,
    };

    /// <summary>Gets Amazon CloudWatch metrics.</summary>
    /// <remarks>Hosts: the endpoint rules of the service model monitoring-2010-08-01.</remarks>
    public static AwsService CloudWatch { get; } = new("CloudWatch", "CLOUDWATCH", "monitoring", options => options.CloudWatchEndpoint)
    {
        TargetPrefix = "GraniteServiceVersion20100801.",
        Host = CloudWatchHost,
        UsesQueryErrorCodes = true,
    };

    /// <summary>Gets AWS Secrets Manager.</summary>
    /// <remarks>Hosts: the endpoint rules of the service model secretsmanager-2017-10-17.</remarks>
    public static AwsService SecretsManager { get; } = new(
        "Secrets Manager", "SECRETS_MANAGER", "secretsmanager", options => options.SecretsManagerEndpoint)
    {
        TargetPrefix = "secretsmanager.",
        Host = SecretsManagerHost,
        ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1"),
    };

    /// <summary>Gets AWS Security Token Service, which knows whose credentials sign a request. The client of the SDK asks it.</summary>
    /// <remarks>Hosts: the endpoint rules of the service model sts-2011-06-15.</remarks>
    public static AwsService SecurityToken { get; } = new("STS", "STS", "sts", options => options.SecurityTokenEndpoint)
    {
        Host = SecurityTokenHost,
    };

    /// <summary>Gets the media type of the service's version of the JSON protocol.</summary>
    public MediaTypeHeaderValue ContentType { get; private init; } = new("application/x-amz-json-1.0");

    /// <summary>Gets the prefix of the operation in <c>X-Amz-Target</c>; empty for a service that does not use the JSON protocol.</summary>
    public string TargetPrefix { get; private init; } = "";

    /// <summary>Gets the maximum length of a response in bytes.</summary>
    /// <value>Default: 1 MiB. The longest response to a write lists 100 rejected records, each with a reason.</value>
    public int MaxResponseBytes { get; private init; } = 1024 * 1024;

    /// <summary>
    /// Gets the function that returns the host name in a region; <see langword="null"/> for a service that does not use the JSON protocol.
    /// </summary>
    public Func<AwsRegion, string>? Host { get; private init; }

    /// <summary>
    /// Gets a value indicating whether requests ask for the error codes of the older query protocol, which are the codes that the service
    /// documents.
    /// </summary>
    public bool UsesQueryErrorCodes { get; private init; }

    private static string TimestreamHost(AwsRegion region, string api) => (region.UseFips, region.UseDualStack) switch
    {
        (false, false) => $"{api}.timestream.{region.Name}.{region.DnsSuffix}",
        (true, false) when region.IsGovernment => $"{api}.timestream.{region.Name}.{region.DnsSuffix}",
        (true, false) => $"{api}.timestream-fips.{region.Name}.{region.DnsSuffix}",
        (true, true) when !region.IsGovernment => $"timestream-{api}-fips.{region.Name}.{region.DualStackDnsSuffix}",
        _ when region.IsChina => $"{api}.timestream.{region.Name}.{region.DualStackDnsSuffix}",
        _ => $"timestream-{api}.{region.Name}.{region.DualStackDnsSuffix}",
    };

    private static string SecretsManagerHost(AwsRegion region) =>
        $"secretsmanager{(region.UseFips ? "-fips" : "")}.{region.Name}."
        + (region.UseDualStack ? region.DualStackDnsSuffix : region.DnsSuffix);

    private static string SecurityTokenHost(AwsRegion region) =>
        $"sts{(region.UseFips && !region.IsGovernment ? "-fips" : "")}.{region.Name}."
        + (region.UseDualStack ? region.DualStackDnsSuffix : region.DnsSuffix);

    private static string CloudWatchHost(AwsRegion region)
    {
        string suffix = region.UseDualStack ? region.DualStackDnsSuffix : region.DnsSuffix;
        return region.UseFips && !region.IsGovernment ? $"monitoring-fips.{region.Name}.{suffix}" : $"monitoring.{region.Name}.{suffix}";
    }
}
