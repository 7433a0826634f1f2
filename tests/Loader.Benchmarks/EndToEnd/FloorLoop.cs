namespace Loader.Benchmarks.EndToEnd;

/// <summary>The least that delivering could cost with the platform's own HTTP client: ready-made bodies, signed, sent, the answers read.</summary>
/// <param name="bodies">The bodies.</param>
/// <param name="endpoint">Where they go.</param>
/// <param name="inFlight">The requests in flight.</param>
internal sealed class FloorLoop(Bodies bodies, Uri endpoint, int inFlight) : IDisposable
{
    private readonly HttpClient _client = SignedClient.Create(inFlight);
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
            await _client.WriteRecordsAsync(endpoint, bodies.All[next], cancellationToken);
        }
    }
}
