using Loader.Infrastructure.InfluxDb;
using Loader.LocalAws.Http;
using Loader.LocalAws.InfluxDb;

namespace Loader.Benchmarks.Influx;

/// <summary>The bodies of a load's plain write requests, byte for byte, as a server received them.</summary>
/// <param name="All">The bodies.</param>
/// <param name="Rows">The rows in them.</param>
/// <param name="Target">Path and query of the first of them.</param>
internal sealed record RecordedBodies(IReadOnlyList<ReadOnlyMemory<byte>> All, long Rows, string Target)
{
    public static async Task<RecordedBodies> RecordAsync(string path, int inFlight, CancellationToken cancellationToken)
    {
        await using LocalInfluxServer server = await LocalInfluxServer.StartAsync(
            new() { Engine = InfluxEngine.Version2, DiscardWrites = true, KeepBodies = true, Token = InfluxLoad.Token, Organization = InfluxLoad.Name, Buckets = [new(InfluxLoad.Name)] },
            cancellationToken);
        using InfluxDbSink sink = InfluxLoad.CreateSink(server.Endpoint, inFlight, gzip: false);
        long rows = await InfluxLoad.RunAsync(path, sink, cancellationToken);
        IReadOnlyList<RecordedRequest> writes = server.Requests.Of("influx:Write");
        return new RecordedBodies([.. writes.Select(write => write.Body)], rows, writes[0].Target);
    }
}
