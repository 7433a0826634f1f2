using Amazon.Runtime;

namespace Loader.Infrastructure.Aws;

/// <summary>
/// How AWS is reached. Every setting that is left out is taken from the environment and the shared profile, by the conventions that all AWS tools follow.
/// </summary>
public sealed class AwsOptions
{
    /// <summary>Gets or sets the region.</summary>
    /// <value>Default: <see langword="null"/>, <c>AWS_REGION</c>, <c>AWS_DEFAULT_REGION</c> or the profile's region.</value>
    public string? Region { get; set; }

    /// <summary>Gets or sets the credentials.</summary>
    /// <value>Default: <see langword="null"/>, the first that the chain of AWSSDK.Core finds.</value>
    public AWSCredentials? Credentials { get; set; }

    /// <summary>Gets or sets the endpoint for S3; buckets are then named by path.</summary>
    /// <value>Default: <see langword="null"/>, <c>AWS_ENDPOINT_URL_S3</c>, <c>AWS_ENDPOINT_URL</c>, the profile's, or AWS's own.</value>
    public Uri? S3Endpoint { get; set; }

    /// <summary>Gets or sets the endpoint for Timestream. Only an endpoint that is set may be plain HTTP.</summary>
    /// <value>Default: <see langword="null"/>, <c>AWS_ENDPOINT_URL_TIMESTREAM_WRITE</c>, <c>AWS_ENDPOINT_URL</c>, the profile's, or AWS's own.</value>
    public Uri? TimestreamEndpoint { get; set; }

    /// <summary>Gets or sets the endpoint for CloudWatch. Only an endpoint that is set may be plain HTTP.</summary>
    /// <value>Default: <see langword="null"/>, <c>AWS_ENDPOINT_URL_CLOUDWATCH</c>, <c>AWS_ENDPOINT_URL</c>, the profile's, or AWS's own.</value>
    public Uri? CloudWatchEndpoint { get; set; }

    /// <summary>Gets or sets whether the Timestream endpoint is asked for the one to write to, as AWS's own must be.</summary>
    /// <value>Default: <see langword="null"/>, asked unless an endpoint was set, since a private endpoint serves all operations itself.</value>
    public bool? DiscoverTimestreamEndpoint { get; set; }
}
