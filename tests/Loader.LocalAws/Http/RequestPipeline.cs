using Loader.LocalAws.CloudWatch;
using Loader.LocalAws.Lambda;
using Loader.LocalAws.S3;
using Loader.LocalAws.Secrets;
using Loader.LocalAws.Sts;
using Loader.LocalAws.Timestream;
using Microsoft.AspNetCore.Http;

namespace Loader.LocalAws.Http;

/// <summary>Sends a request to the AWS service that it names.</summary>
internal sealed class RequestPipeline(LocalAwsServer server, LocalAwsOptions options)
    : ServicePipeline(server.Requests, server.Faults, options.TimeProvider, options.Latency)
{
    private readonly S3Service _s3 = new(server.S3, options);
    private readonly TimestreamService _timestream = new(server.Timestream, options);
    private readonly CloudWatchService _cloudWatch = new(server.CloudWatch, options);
    private readonly LambdaService _lambda = new(server.Lambda, options);
    private readonly SecretsService _secrets = new(server.Secrets, options);
    private readonly LocalView _view = new(server);

    protected override async ValueTask<bool> TryDiscardAsync(HttpContext context)
    {
        if (!options.DiscardWrites || !server.Faults.IsEmpty || !DiscardedWrites.Takes(context.Request))
        {
            return false;
        }

        await WaitLatencyAsync(context.RequestAborted);
        await DiscardedWrites.HandleAsync(context);
        server.Requests.CountDiscarded();
        return true;
    }

    protected override ServiceCall Identify(HttpContext context, ReadOnlyMemory<byte> body) => ServiceRouter.Identify(context, body);

    protected override async ValueTask<Reply> AskServiceAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        try
        {
            if (options.ClockTolerance is { } tolerance)
            {
                Clock.Require(call, tolerance, options.TimeProvider.GetUtcNow());
            }

            if (options.VerifySignatures && call.Service is (AwsService.S3 or AwsService.Timestream or AwsService.CloudWatch or AwsService.Secrets or AwsService.Sts))
            {
                SignatureCheck.Require(call);
            }

            return call.Service switch
            {
                AwsService.Timestream when options.DiscardWrites && call.Operation is "timestream:WriteRecords" =>
                    DiscardedWrites.Reply(DiscardedWrites.Count(call.Body.Span)),
                AwsService.Timestream => _timestream.Handle(call),
                AwsService.S3 => _s3.Handle(call),
                AwsService.CloudWatch => _cloudWatch.Handle(call),
                AwsService.Secrets => _secrets.Handle(call),
                AwsService.Sts => StsService.Handle(call, options),
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
            server.Requests.AddFailure(failure);
            return ServiceErrors.PlainText(500, failure.ToString());
        }
    }
}
