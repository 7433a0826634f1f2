using System.Net;
using System.Net.Http.Headers;

namespace Loader.Benchmarks.Influx;

/// <summary>The least that delivering could cost with the platform's own HTTP client: ready-made bodies, sent, the answers read.</summary>
/// <param name="bodies">The bodies.</param>
/// <param name="endpoint">Where they go.</param>
/// <param name="inFlight">The requests in flight.</param>
internal sealed class InfluxFloor(RecordedBodies bodies, Uri endpoint, int inFlight) : IDisposable
{
    private readonly Uri _write = new(endpoint, bodies.Target);
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = inFlight,
        AutomaticDecompression = DecompressionMethods.None,
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
    });

    private int _taken;

    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        _taken = 0;
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(() => SendAsync(cancellationToken), cancellationToken)));
        return bodies.Rows;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        int next;
        while ((next = Interlocked.Increment(ref _taken) - 1) < bodies.All.Count)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _write) { Content = new ReadOnlyMemoryContent(bodies.All[next]) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Token", InfluxLoad.Token);
            using HttpResponseMessage response = await _client.SendAsync(request, cancellationToken);
            response.EnsureSuccessStatusCode();
            _ = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        }
    }
}
