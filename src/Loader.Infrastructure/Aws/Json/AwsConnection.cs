using System.Net;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Signing;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.Aws.Json;

/// <summary>What all JSON protocol clients of a process share: settings, credentials and the correction of the clock.</summary>
/// <param name="options">The settings that do not come from environment or profile.</param>
/// <param name="timeProvider">The clock.</param>
public sealed class AwsConnection(AwsOptions options, TimeProvider timeProvider)
{
    private readonly AwsSettings _settings = AwsSettings.FromProcess(options);
    private readonly AwsCredentials _credentials = new(options.Credentials);
    private readonly ClockSkew _clock = new(timeProvider);

    /// <summary>Gets the options.</summary>
    internal AwsOptions Options => options;

    /// <summary>Gets the region and the endpoints.</summary>
    internal AwsSettings Settings => _settings;

    /// <summary>Gets the credentials.</summary>
    internal AwsCredentials Credentials => _credentials;

    /// <summary>Returns the endpoint of a service.</summary>
    /// <param name="service">The service.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="Application.Results.ConfigurationException">A setting is missing or wrong, or two settings contradict each
    /// other.</exception>
    internal AwsEndpoint Endpoint(AwsService service) => _settings.Endpoint(service);

    /// <summary>Creates a client.</summary>
    /// <param name="service">The service.</param>
    /// <param name="endpoint">The service's endpoint.</param>
    /// <param name="connections">The maximum number of connections to one server.</param>
    /// <returns>The client, which the caller disposes.</returns>
    internal JsonProtocolClient Client(AwsService service, AwsEndpoint endpoint, int connections)
    {
        var sockets = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = connections,

            // Connect anew from time to time, so that long loads notice changed addresses in DNS.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            AutomaticDecompression = DecompressionMethods.None,
            AllowAutoRedirect = false,
            UseCookies = false,

            // A plain HTTP endpoint is a local one, which a proxy for the internet cannot reach.
            UseProxy = endpoint.Address.Scheme == Uri.UriSchemeHttps,
            ActivityHeadersPropagator = null,
            PlaintextStreamFilter = static (context, _) => new ValueTask<Stream>(new CoalescingStream(context.PlaintextStream)),
        };
        var signing = new SigningHandler(_credentials, _clock, endpoint.Region.Name, service.SigningName, sockets);
        return new JsonProtocolClient(new HttpMessageInvoker(signing), service, _clock, _credentials, timeProvider);
    }
}
