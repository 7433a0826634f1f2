using Amazon;
using Amazon.S3;
using Loader.Application.Results;
using Loader.Infrastructure.Aws.Configuration;

namespace Loader.Infrastructure.S3;

/// <summary>Creates the S3 client with the region and endpoint that <see cref="AwsSettings"/> resolves.</summary>
internal static class S3ClientFactory
{
    /// <summary>The region in signatures for a custom endpoint if none is set. S3-compatible stores accept it.</summary>
    private const string DefaultSigningRegion = "us-east-1";

    /// <summary>Creates a client with the settings of this process.</summary>
    /// <param name="options">The options.</param>
    /// <returns>The client, which the caller disposes.</returns>
    /// <exception cref="ConfigurationException">A setting is missing or wrong, or two settings contradict each other.</exception>
    public static IAmazonS3 Create(AwsOptions options) => Create(AwsSettings.FromProcess(options));

    /// <summary>Creates a client.</summary>
    /// <param name="settings">The settings.</param>
    /// <returns>The client, which the caller disposes.</returns>
    /// <exception cref="ConfigurationException">A setting is missing or wrong, or two settings contradict each other.</exception>
    public static IAmazonS3 Create(AwsSettings settings) => Create(settings, S3Limits.Default, TimeProvider.System);

    /// <summary>Creates a client with limits.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="limits">The limits of responses.</param>
    /// <param name="time">Measures the limits of time.</param>
    /// <returns>The client, which the caller disposes.</returns>
    /// <exception cref="ConfigurationException">A setting is missing or wrong, or two settings contradict each other.</exception>
    internal static IAmazonS3 Create(AwsSettings settings, S3Limits limits, TimeProvider time)
    {
        // The settings have resolved the endpoint already; the SDK must not find another one.
        var config = new AmazonS3Config
        {
            IgnoreConfiguredEndpointUrls = true,
            HttpClientFactory = new S3HttpClients(limits, time, settings.Options.WrapHttpHandler),
        };
        if (settings.CustomEndpoint(AwsService.S3) is { } endpoint)
        {
            // Local and private stores rarely have a host name for each bucket.
            // Without the slash at its end, which the SDK would double before the bucket.
            config.ServiceURL = endpoint.OriginalString.TrimEnd('/');
            config.ForcePathStyle = true;
            config.AuthenticationRegion = settings.SigningRegion() ?? DefaultSigningRegion;
        }
        else
        {
            AwsRegion region = settings.Region();
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region.Name);
            config.UseFIPSEndpoint = region.UseFips;
            config.UseDualstackEndpoint = region.UseDualStack;
        }

        return new S3Client(new AwsCredentials(settings.Options.Credentials), config);
    }
}
