using Loader.LocalAws.Faults;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Loader.LocalAws.Http;

/// <summary>The stages of a request that every server here has: identify, read, apply faults, call the service, log, send.</summary>
internal abstract class ServicePipeline(RequestLog requests, FaultScript faults, TimeProvider time, TimeSpan latency) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        // Kestrel reuses the context of a connection for its next request, which saves one allocation per request.
        var container = contextFeatures as IHostContextContainer<HttpContext>;
        if (container?.HostContext is DefaultHttpContext used)
        {
            used.Initialize(contextFeatures);
            return used;
        }

        var context = new DefaultHttpContext(contextFeatures);
        container?.HostContext = context;
        return context;
    }

    public void DisposeContext(HttpContext context, Exception? exception) => ((DefaultHttpContext)context).Uninitialize();

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            if (!await TryDiscardAsync(context))
            {
                await HandleAsync(context);
            }
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client disconnected, or this server is stopping: there is no one to respond to.
            context.Abort();
        }
        catch (Exception failure)
        {
            // A hook or predicate of the test failed, or this server has a defect: the log shows it to the test; the client gets no response.
            requests.AddFailure(failure);
            context.Abort();
        }
    }

    protected abstract ServiceCall Identify(HttpContext context, ReadOnlyMemory<byte> body);

    protected abstract ValueTask<Reply> AskServiceAsync(ServiceCall call, CancellationToken cancellationToken);

    /// <summary>Responds without the other stages, for benchmarks. Returns whether it did.</summary>
    protected virtual ValueTask<bool> TryDiscardAsync(HttpContext context) => new(false);

    /// <summary>Runs if the client disconnects after its request arrived completely and before the service handled it.</summary>
    protected virtual void Abandon(ServiceCall call)
    {
    }

    protected ValueTask WaitLatencyAsync(CancellationToken cancellationToken) =>
        latency > TimeSpan.Zero ? new(Task.Delay(latency, time, cancellationToken)) : default;

    private async Task HandleAsync(HttpContext context)
    {
        var aborted = context.RequestAborted;
        var body = await RequestBody.ReadAsync(context.Request, aborted);
        var call = Identify(context, body);
        call.Body = body;
        await WaitLatencyAsync(aborted);

        var decision = faults.IsEmpty ? FaultDecision.None : faults.Decide(call);
        call.RecordFaults = decision.Records;
        try
        {
            foreach (var before in decision.Before)
            {
                await before.Act(call, aborted);
            }
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            Abandon(call);
            throw;
        }

        var reply = decision.Reset is { AfterStore: false } ? null : decision.Response?.Respond(call) ?? await AskServiceAsync(call, aborted);
        foreach (var after in decision.After)
        {
            await after.Act(call, aborted);
        }

        requests.Add(call, decision.Reset is null ? reply!.Status : 0, decision.Name);
        if (decision.Reset is not null)
        {
            ConnectionReset.Abort(context);
            return;
        }

        await ReplyWriter.SendAsync(context, reply!, time, decision.Truncate?.KeepBytes ?? long.MaxValue);
    }
}
