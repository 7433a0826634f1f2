using System.Globalization;
using System.Text;
using Loader.LocalAws.CloudWatch;
using Loader.LocalAws.InfluxDb;
using Loader.LocalAws.Lambda;
using Loader.LocalAws.S3;
using Loader.LocalAws.Sts;
using Loader.LocalAws.Timestream;

namespace Loader.LocalAws.Http;

/// <summary>The same error in the format of each service.</summary>
internal static class ServiceErrors
{
    public static Reply Error(ServiceCall call, int status, string code, string message) => call.Service switch
    {
        AwsService.S3 => S3Error.Reply(call, status, code, message),
        AwsService.Timestream => TimestreamError.Reply(call, status, code, message),
        AwsService.CloudWatch => CloudWatchError.Reply(call, status, code, message),
        AwsService.Lambda => LambdaError.Reply(call, status, code, message),
        AwsService.Secrets => JsonReply.Error(call, status, "com.amazonaws.secretsmanager", code, message),
        AwsService.Sts => QueryReply.Error(call, StsService.Namespace, status, code, message),
        AwsService.Influx => InfluxReply.Fault(call.InfluxEngine!.Value, status, message),
        _ => PlainText(status, $"{code}: {message}"),
    };

    // protocols 1.5: ThrottlingException 429; protocols 3.1: CloudWatch says Throttling. S3 says SlowDown.
    public static Reply Throttled(ServiceCall call, string message) => call.Service switch
    {
        AwsService.S3 => Error(call, 503, "SlowDown", "Please reduce your request rate."),
        AwsService.CloudWatch => Error(call, 400, "Throttling", message),
        AwsService.Lambda => Error(call, 429, "TooManyRequestsException", "Rate Exceeded."),
        _ => Error(call, 429, "ThrottlingException", message),
    };

    // protocols 1.5: InternalServerException 500; protocols 3.1: CloudWatch says InternalServiceError.
    public static Reply Internal(ServiceCall call) => call.Service switch
    {
        AwsService.S3 => Error(call, 500, "InternalError", "We encountered an internal error. Please try again."),
        AwsService.CloudWatch => Error(call, 500, "InternalServiceError", "Request processing has failed because of an internal error."),
        AwsService.Lambda => Error(call, 500, "ServiceException", "The service encountered an internal error."),
        _ => Error(call, 500, "InternalServerException", "The service was unable to fully process this request because of an internal server error."),
    };

    // protocols 1.5: AccessDeniedException 403.
    public static Reply AccessDenied(ServiceCall call, string message) => call.Service switch
    {
        AwsService.Sts => Error(call, 403, "AccessDenied", message),
        AwsService.S3 => Error(call, 403, "AccessDenied", "Access Denied"),
        _ => Error(call, 403, "AccessDeniedException", message),
    };

    // protocols 1.5: ResourceNotFoundException 404.
    public static Reply NotFound(ServiceCall call, string message) => call.Service switch
    {
        AwsService.S3 => Error(call, 404, "NoSuchKey", "The specified key does not exist."),
        _ => Error(call, 404, "ResourceNotFoundException", message),
    };

    // protocols 1.5: InvalidEndpointException 421.
    public static Reply InvalidEndpoint(ServiceCall call) =>
        Error(call, 421, "InvalidEndpointException", "The requested endpoint was not valid.");

    public static Reply Html(int status)
    {
        var page = string.Create(CultureInfo.InvariantCulture, $"<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>");
        return new() { Status = status, ContentType = "text/html", Body = Encoding.UTF8.GetBytes(page) };
    }

    public static Reply PlainText(int status, string text) =>
        new() { Status = status, ContentType = "text/plain; charset=utf-8", Body = Encoding.UTF8.GetBytes(text) };
}
