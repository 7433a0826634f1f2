using Amazon;
using Amazon.S3;
using Loader.Infrastructure.Aws;

namespace Loader.Infrastructure.S3;

/// <summary>Makes the S3 client by the AWS conventions: what the options leave open comes from the environment or the profile.</summary>
internal static class S3ClientFactory
{
    /// <summary>Makes a client. Throws where no region or credentials are configured, so it is called only when S3 is used.</summary>
    public static IAmazonS3 Create(AwsOptions options)
    {
        var config = new AmazonS3Config();
        string? endpoint = options.S3Endpoint?.ToString() ?? Variable("AWS_ENDPOINT_URL_S3") ?? Variable("AWS_ENDPOINT_URL");
        string? region = options.Region ?? Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION");
        if (endpoint is not null)
        {
            // An endpoint that the user set is a local or private one; those know buckets by path, and rarely by host name.
            config.ServiceURL = endpoint;
            config.ForcePathStyle = true;
            config.AuthenticationRegion = region ?? "us-east-1";
        }
        else if (region is not null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return options.Credentials is { } credentials ? new AmazonS3Client(credentials, config) : new AmazonS3Client(config);
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
