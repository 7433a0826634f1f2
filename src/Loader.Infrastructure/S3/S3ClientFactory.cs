using Amazon.S3;

namespace Loader.Infrastructure.S3;

/// <summary>Makes the S3 client by the AWS conventions: credentials, region and endpoints come from the environment or the profile.</summary>
internal static class S3ClientFactory
{
    /// <summary>Makes a client. Throws where no region or credentials are configured, so it is called only when S3 is used.</summary>
    public static IAmazonS3 Create() => new AmazonS3Client(new AmazonS3Config
    {
        // An endpoint that the user set is a local or private one; those know buckets by path, and rarely by host name.
        ForcePathStyle = HasOwnEndpoint(),
    });

    private static bool HasOwnEndpoint() =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3"))
        || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL"));
}
