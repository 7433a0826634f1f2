using Amazon.Runtime;

namespace Loader.Infrastructure.Aws.Configuration;

/// <summary>
/// Settings for access to AWS. A setting that is not set here comes from the environment variables and the shared profile that all AWS SDKs
/// and tools read.
/// </summary>
/// <remarks>Order of the sources: https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html.</remarks>
public sealed class AwsOptions
{
    /// <summary>Gets or sets the region, such as <c>eu-west-1</c>.</summary>
    /// <value>
    /// Default: <see langword="null"/>, the first of <c>AWS_REGION</c>, <c>AWS_DEFAULT_REGION</c>, the profile's region and the region of
    /// the EC2 instance.
    /// </value>
    public string? Region { get; set; }

    /// <summary>Gets or sets the credentials.</summary>
    /// <value>Default: <see langword="null"/>, the first credentials in the default chain of AWSSDK.Core.</value>
    public AWSCredentials? Credentials { get; set; }

    /// <summary>
    /// Gets or sets the endpoint for S3. With a custom endpoint, requests name the bucket in the path instead of the host.
    /// </summary>
    /// <value>
    /// Default: <see langword="null"/>, the first of <c>AWS_ENDPOINT_URL_S3</c>, <c>AWS_ENDPOINT_URL</c>, the profile's <c>services</c>
    /// section, the profile's <c>endpoint_url</c> and the AWS endpoint of the region.
    /// </value>
    public Uri? S3Endpoint { get; set; }

    /// <summary>
    /// Gets or sets the endpoint for Timestream. Plain HTTP is used only if this endpoint, or the environment or profile, says so.
    /// </summary>
    /// <value>
    /// Default: <see langword="null"/>, the first of <c>AWS_ENDPOINT_URL_TIMESTREAM_WRITE</c>, <c>AWS_ENDPOINT_URL</c>, the profile's
    /// <c>services</c> section, the profile's <c>endpoint_url</c> and the AWS endpoint of the region.
    /// </value>
    public Uri? TimestreamEndpoint { get; set; }

    /// <summary>
    /// Gets or sets the endpoint for queries to Timestream. Plain HTTP is used only if this endpoint, or the environment or profile, says
    /// so.
    /// </summary>
    /// <value>
    /// Default: <see langword="null"/>, the first of <c>AWS_ENDPOINT_URL_TIMESTREAM_QUERY</c>, <c>AWS_ENDPOINT_URL</c>, the profile's
    /// <c>services</c> section, the profile's <c>endpoint_url</c> and the AWS endpoint of the region.
    /// </value>
    public Uri? TimestreamQueryEndpoint { get; set; }

    /// <summary>
    /// Gets or sets the endpoint for CloudWatch. Plain HTTP is used only if this endpoint, or the environment or profile, says so.
    /// </summary>
    /// <value>
    /// Default: <see langword="null"/>, the first of <c>AWS_ENDPOINT_URL_CLOUDWATCH</c>, <c>AWS_ENDPOINT_URL</c>, the profile's
    /// <c>services</c> section, the profile's <c>endpoint_url</c> and the AWS endpoint of the region.
    /// </value>
    public Uri? CloudWatchEndpoint { get; set; }

    /// <summary>
    /// Gets or sets the endpoint for Secrets Manager. Plain HTTP is used only if this endpoint, or the environment or profile, says so.
    /// </summary>
    /// <value>
    /// Default: <see langword="null"/>, the first of <c>AWS_ENDPOINT_URL_SECRETS_MANAGER</c>, <c>AWS_ENDPOINT_URL</c>, the profile's
    /// <c>services</c> section, the profile's <c>endpoint_url</c> and the AWS endpoint of the region.
    /// </value>
    public Uri? SecretsManagerEndpoint { get; set; }

    /// <summary>
    /// Gets or sets whether requests to Timestream go to the endpoint that its <c>DescribeEndpoints</c> operation returns.
    /// </summary>
    /// <value>
    /// Default: <see langword="null"/>, yes for AWS's own endpoints, which require it, and no for custom endpoints, which serve all
    /// operations themselves.
    /// </value>
    public bool? DiscoverTimestreamEndpoint { get; set; }

    /// <summary>Gets or sets what wraps the handler that sends requests to AWS, such as a handler that logs.</summary>
    /// <value>
    /// Default: <see langword="null"/>, nothing. Called once for each client with the handler of sockets. The result receives requests as
    /// they are sent, with their signature, and must dispose the handler with itself. It must not retry.
    /// </value>
    public Func<HttpMessageHandler, HttpMessageHandler>? WrapHttpHandler { get; set; }

    /// <summary>Gets or sets the endpoint for STS, which tests set. Only a check of the set-up asks it.</summary>
    internal Uri? SecurityTokenEndpoint { get; set; }
}
