using Loader.LocalAws.CloudWatch;
using Loader.LocalAws.Faults;
using Loader.LocalAws.Lambda;
using Loader.LocalAws.S3;
using Loader.LocalAws.Timestream;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Loader.LocalAws.Http;

/// <summary>The stages of a request: identify, read, apply faults, call the service, log, send.</summary>
internal sealed class RequestPipeline : IHttpApplication<HttpContext>
{
    private readonly LocalAwsServer _server;
    private readonly LocalAwsOptions _options;
    private readonly S3Service _s3;
    private readonly TimestreamService _timestream;
    private readonly CloudWatchService _cloudWatch;
    private readonly LambdaService _lambda;
    private readonly LocalView _view;

    public RequestPipeline(LocalAwsServer server, LocalAwsOptions options)
    {
        _server = server;
        _options = options;
        _s3 = new S3Service(server.S3, options);
        _timestream = new TimestreamService(server.Timestream, options);
        _cloudWatch = new CloudWatchService(server.CloudWatch, options);
        _lambda = new LambdaService(server.Lambda, options);
        _view = new LocalView(server);
    }

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
            if (_options.DiscardWrites && _server.Faults.IsEmpty && DiscardedWrites.Takes(context.Request))
            {
                await WaitLatencyAsync(context.RequestAborted);
                await DiscardedWrites.HandleAsync(context);
                _server.Requests.CountDiscarded();
                return;
            }

            await HandleAsync(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client disconnected, or this server is stopping: there is no one to respond to.
            context.Abort();
        }
        catch (Exception failure)
        {
            // A hook or predicate of the test failed, or this server has a defect: the log shows it to the test; the client gets no response.
            _server.Requests.AddFailure(failure);
            context.Abort();
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        var aborted = context.RequestAborted;
        var body = await RequestBody.ReadAsync(context.Request, aborted);
        var call = ServiceRouter.Identify(context, body);
        call.Body = body;
        await WaitLatencyAsync(aborted);

        var faults = _server.Faults.IsEmpty ? FaultDecision.None : _server.Faults.Decide(call);
        call.RecordFaults = faults.Records;
        foreach (var before in faults.Before)
        {
            await before.Act(call, aborted);
        }

        var reply = faults.Reset is { AfterStore: false } ? null : faults.Response?.Respond(call) ?? await AskServiceAsync(call, aborted);
        foreach (var after in faults.After)
        {
            await after.Act(call, aborted);
        }

        _server.Requests.Add(call, faults.Reset is null ? reply!.Status : 0, faults.Name);
        if (faults.Reset is not null)
        {
            ConnectionReset.Abort(context);
            return;
        }

        await ReplyWriter.SendAsync(context, reply!, _options.TimeProvider, faults.Truncate?.KeepBytes ?? long.MaxValue);
    }

    private async ValueTask<Reply> AskServiceAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        try
        {
            if (_options.ClockTolerance is { } tolerance)
            {
                Clock.Require(call, tolerance, _options.TimeProvider.GetUtcNow());
            }

            if (_options.VerifySignatures && call.Service is (AwsService.S3 or AwsService.Timestream or AwsService.CloudWatch))
            {
                SignatureCheck.Require(call);
            }

            return call.Service switch
            {
                AwsService.Timestream when _options.DiscardWrites && call.Operation is "timestream:WriteRecords" =>
                    DiscardedWrites.Reply(DiscardedWrites.Count(call.Body.Span)),
                AwsService.Timestream => _timestream.Handle(call),
                AwsService.S3 => _s3.Handle(call),
                AwsService.CloudWatch => _cloudWatch.Handle(call),
                AwsService.Lambda => await _lambda.HandleAsync(call, cancellationToken),
                _ => _view.Handle(call),
            };
        }
        catch (ServiceException refusal)
        {
            return ServiceErrors.Error(call, refusal.Status, refusal.Code, refusal.Message);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            _server.Requests.AddFailure(failure);
            return ServiceErrors.PlainText(500, failure.ToString());
        }
    }

    private ValueTask WaitLatencyAsync(CancellationToken cancellationToken) =>
        _options.Latency > TimeSpan.Zero ? new(Task.Delay(_options.Latency, _options.TimeProvider, cancellationToken)) : default;
}
