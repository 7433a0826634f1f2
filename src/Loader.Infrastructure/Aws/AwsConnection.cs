using System.Net;

namespace Loader.Infrastructure.Aws;

/// <summary>What all AWS clients of a process share: credentials, the environment, and what was learnt of the servers' time.</summary>
/// <param name="options">What was set by hand.</param>
/// <param name="timeProvider">The time.</param>
public sealed class AwsConnection(AwsOptions options, TimeProvider timeProvider)
{
    private readonly AwsEnvironment _environment = AwsEnvironment.OfProcess(options);
    private readonly AwsCredentials _credentials = new(options.Credentials);
    private readonly ServerClock _clock = new(timeProvider);

    /// <summary>Gets what was set by hand.</summary>
    internal AwsOptions Options => options;

    /// <summary>Finds the endpoint of a service.</summary>
    /// <param name="service">The service.</param>
    /// <param name="own">The endpoint that the options set for it.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="Application.Results.ConfigurationException">No region is set, or what is set is no endpoint.</exception>
    internal AwsEndpoint Endpoint(AwsService service, Uri? own) => _environment.Endpoint(service, own);

    /// <summary>Makes a client.</summary>
    /// <param name="service">The service.</param>
    /// <param name="endpoint">Its endpoint, which says the region and whether plain HTTP is allowed.</param>
    /// <param name="connections">The most connections to one server.</param>
    /// <returns>The client; the caller disposes it.</returns>
    internal JsonProtocolClient Client(AwsService service, AwsEndpoint endpoint, int connections)
    {
        var sockets = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = connections,

            // Long loads must notice when the service's addresses change.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            AutomaticDecompression = DecompressionMethods.None,
            AllowAutoRedirect = false,
            UseCookies = false,

            // A plain HTTP endpoint is a local one that the user set: a proxy for the outside world cannot reach it.
            UseProxy = endpoint.Address.Scheme == Uri.UriSchemeHttps,
            ActivityHeadersPropagator = null,
            PlaintextStreamFilter = static (context, _) => new ValueTask<Stream>(new WholeRequestStream(context.PlaintextStream)),
        };
        var signing = new SigningHandler(_credentials, _clock, endpoint.Region.Name, service.SigningName, sockets);
        return new JsonProtocolClient(new HttpMessageInvoker(signing), service, _clock, timeProvider);
    }
}
