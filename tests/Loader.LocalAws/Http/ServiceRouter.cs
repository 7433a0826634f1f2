using Loader.LocalAws.CloudWatch;
using Loader.LocalAws.Lambda;
using Loader.LocalAws.S3;
using Loader.LocalAws.Sts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Loader.LocalAws.Http;

/// <summary>Determines the service and operation from the request line and headers, and for the query protocol from the body.</summary>
internal static class ServiceRouter
{
    public const string TimestreamTarget = "Timestream_20181101.";
    public const string CloudWatchTarget = "GraniteServiceVersion20100801.";
    public const string SecretsTarget = "secretsmanager.";

    public static ServiceCall Identify(HttpContext http, ReadOnlyMemory<byte> body)
    {
        // protocols 1.1 and 3.1: the prefix of X-Amz-Target distinguishes the JSON services.
        var target = http.Request.Headers["X-Amz-Target"].ToString();
        if (target.StartsWith(TimestreamTarget, StringComparison.Ordinal))
        {
            return new(http, AwsService.Timestream, "timestream:" + target[TimestreamTarget.Length..]);
        }

        if (target.StartsWith(CloudWatchTarget, StringComparison.Ordinal))
        {
            return new(http, AwsService.CloudWatch, "cloudwatch:" + target[CloudWatchTarget.Length..]);
        }

        if (target.StartsWith(SecretsTarget, StringComparison.Ordinal))
        {
            return new(http, AwsService.Secrets, "secretsmanager:" + target[SecretsTarget.Length..]);
        }

        // protocols 3.1: CloudWatch and STS have the query protocol, whose form names the operation.
        if (QueryRequest.IsQuery(http.Request))
        {
            var action = QueryRequest.Action(http.Request, body);
            return action is StsService.Action
                ? new(http, AwsService.Sts, "sts:" + action)
                : new(http, AwsService.CloudWatch, "cloudwatch:" + action) { IsQuery = true };
        }

        if (http.Request.Path.StartsWithSegments("/_local", StringComparison.Ordinal))
        {
            return new(http, AwsService.Local, "local:View");
        }

        if (LambdaPath.Parse(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) is { } lambda)
        {
            return new(http, AwsService.Lambda, lambda.Operation);
        }

        return new(http, AwsService.S3, "s3:" + S3Operation.Name(http.Request));
    }
}
