using System.Net;
using Amazon.Runtime;

namespace Loader.Infrastructure.S3;

/// <summary>Gives the client of the SDK an HTTP client whose responses are limited.</summary>
/// <param name="limits">The limits.</param>
/// <param name="time">Measures the limits of time.</param>
/// <param name="wrap">Wraps the handler that sends requests, or <see langword="null"/>.</param>
internal sealed class S3HttpClients(S3Limits limits, TimeProvider time, Func<HttpMessageHandler, HttpMessageHandler>? wrap)
    : HttpClientFactory
{
    private readonly Lazy<HttpClient> _client = new(() => new HttpClient(
        new S3Telemetry(new S3ResponseLimiter(wrap?.Invoke(NewSockets()) ?? NewSockets(), limits, time), time))
    {
        // The limiter has a limit for each part of a response.
        Timeout = Timeout.InfiniteTimeSpan,
    });

    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client.Value;

    /// <inheritdoc/>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    private static SocketsHttpHandler NewSockets() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),

        // S3Telemetry passes the context on.
        ActivityHeadersPropagator = null,

        // Connect anew from time to time, so that long loads notice changed addresses in DNS.
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
    };
}
