using Loader.LocalAws.Http;
using Microsoft.AspNetCore.Http;

namespace Loader.LocalAws.InfluxDb;

/// <summary>The stages of a request to <see cref="LocalInfluxServer"/>.</summary>
internal sealed class InfluxPipeline(LocalInfluxServer server, LocalInfluxOptions options, InfluxService service)
    : ServicePipeline(server.Requests, server.Faults, options.TimeProvider, options.Latency)
{
    protected override ServiceCall Identify(HttpContext context, ReadOnlyMemory<byte> body)
    {
        var call = new ServiceCall(context, AwsService.Influx, InfluxService.Operation(context.Request.Method, context.Request.Path)) { InfluxEngine = options.Engine };
        call.StoreLater = () => service.ApplyLater(new InfluxRequest(call));
        return call;
    }

    // InfluxDB reference, section 2: a request that the client gave up may also be applied later.
    protected override void Abandon(ServiceCall call) => call.StoreLater!();

    protected override ValueTask<Reply> AskServiceAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        try
        {
            return new(service.Handle(new InfluxRequest(call)));
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            server.Requests.AddFailure(failure);
            return new(ServiceErrors.PlainText(500, failure.ToString()));
        }
    }
}
