using Loader.LocalAws.Faults;
using Loader.LocalAws.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Loader.LocalAws.InfluxDb;

/// <summary>A response of the server behind an <see cref="InfluxFront"/>.</summary>
public sealed record InfluxFrontReply(int Status, ReadOnlyMemory<byte> Body = default, string? ContentType = null);

/// <summary>
/// The HTTP stages of <see cref="LocalInfluxServer"/> (faults, counts) on a loopback port of their own, in front of another server that a test provides.
/// </summary>
public sealed class InfluxFront : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;

    private InfluxFront(KestrelServer kestrel)
    {
        _kestrel = kestrel;
        Requests = new RequestLog(new() { KeepRequests = false });
        Faults = new FaultScript(TimeProvider.System);
    }

    /// <summary>Gets the address, <c>http://127.0.0.1:port</c>.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Gets the faults to inject, with the operations of <see cref="LocalInfluxServer.Faults"/>.</summary>
    public FaultScript Faults { get; }

    /// <summary>Gets the counts of requests and the unexpected exceptions.</summary>
    public RequestLog Requests { get; }

    /// <summary>Starts the front. It listens once the task completes.</summary>
    /// <param name="engine">The engine whose error format faults have.</param>
    /// <param name="headers">The headers of every response.</param>
    /// <param name="ask">Answers a request.</param>
    public static async Task<InfluxFront> StartAsync(
        InfluxEngine engine, IReadOnlyDictionary<string, string> headers, Func<ServiceCall, CancellationToken, Task<InfluxFrontReply>> ask)
    {
        var kestrel = LoopbackKestrel.Create([0]);
        var front = new InfluxFront(kestrel);
        await kestrel.StartAsync(new Pipeline(front, engine, headers, ask), CancellationToken.None);
        front.Endpoint = LoopbackKestrel.Addresses(kestrel)[0];
        return front;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Faults.ReleaseGates();
        await LoopbackKestrel.StopAtOnceAsync(_kestrel);
    }

    private sealed class Pipeline(
        InfluxFront front, InfluxEngine engine, IReadOnlyDictionary<string, string> headers, Func<ServiceCall, CancellationToken, Task<InfluxFrontReply>> ask)
        : ServicePipeline(front.Requests, front.Faults, TimeProvider.System, TimeSpan.Zero)
    {
        protected override ServiceCall Identify(HttpContext context, ReadOnlyMemory<byte> body) =>
            new(context, AwsService.Influx, InfluxService.Operation(context.Request.Method, context.Request.Path)) { InfluxEngine = engine };

        protected override async ValueTask<Reply> AskServiceAsync(ServiceCall call, CancellationToken cancellationToken)
        {
            var answer = await ask(call, cancellationToken);
            var reply = new Reply { Status = answer.Status, Body = answer.Body, ContentType = answer.ContentType };
            foreach (var (name, value) in headers)
            {
                reply.With(name, value);
            }

            return reply;
        }
    }
}
