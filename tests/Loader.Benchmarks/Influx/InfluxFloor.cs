using System.Net;
using System.Net.Http.Headers;

namespace Loader.Benchmarks.Influx;

/// <summary>The least that delivering could cost with the platform's own HTTP client: ready-made bodies, sent, the answers read.</summary>
/// <param name="bodies">The bodies.</param>
/// <param name="rows">The rows in them.</param>
/// <param name="endpoint">Where they go.</param>
/// <param name="inFlight">The requests in flight.</param>
internal sealed class InfluxFloor(IReadOnlyList<byte[]> bodies, long rows, Uri endpoint, int inFlight) : IDisposable
{
    private readonly Uri _write = new(endpoint, "api/v2/write?org=energy&bucket=energy&precision=s");
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
        return rows;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        int next;
        while ((next = Interlocked.Increment(ref _taken) - 1) < bodies.Count)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _write) { Content = new ByteArrayContent(bodies[next]) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Token", "token");
            using HttpResponseMessage response = await _client.SendAsync(request, cancellationToken);
            response.EnsureSuccessStatusCode();
            _ = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        }
    }
}
