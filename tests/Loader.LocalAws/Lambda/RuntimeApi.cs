using System.Globalization;
using System.Text;
using System.Text.Json;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.Lambda;

/// <summary>The Runtime API of one function (protocols 4).</summary>
internal sealed class RuntimeApi(LambdaFunction function)
{
    private const int MaxResponseBytes = 6_291_556; // protocols 4.1: 6 MiB + 100.

    public async ValueTask<Reply> HandleAsync(ServiceCall call, string path, CancellationToken cancellationToken)
    {
        var parts = path.Split('/');
        return (call.Method, parts) switch
        {
            ("GET", ["invocation", "next"]) => Next(await function.NextAsync(cancellationToken)),
            ("POST", ["invocation", var id, "response"]) => Response(call, id),
            ("POST", ["invocation", var id, "error"]) => Error(call, id),
            ("POST", ["init", "error"]) => InitError(call),
            _ => LambdaError.Runtime(404, "NotFound", $"Unknown operation {call.Method} {path}."),
        };
    }

    // protocols 4: headers of next.
    private Reply Next(Invocation invocation) =>
        new Reply { Status = 200, ContentType = "application/json", Body = invocation.Payload }
            .With("Lambda-Runtime-Aws-Request-Id", invocation.RequestId)
            .With("Lambda-Runtime-Deadline-Ms", invocation.Deadline.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture))
            .With("Lambda-Runtime-Invoked-Function-Arn", function.Arn)
            .With("Lambda-Runtime-Trace-Id", invocation.TraceId);

    private Reply Response(ServiceCall call, string id)
    {
        if (function.Running(id) is not { } invocation)
        {
            return UnknownId();
        }

        // protocols 4: 413 if too large; the invocation fails with the type of protocols 4.1.
        if (call.Body.Length > MaxResponseBytes)
        {
            const string Type = "Function.ResponseSizeTooLarge";
            var body = LambdaFunction.Error(Type, $"Response payload size exceeded maximum allowed payload size ({MaxResponseBytes.ToString(CultureInfo.InvariantCulture)} bytes).");
            invocation.End(new(LambdaOutcome.FunctionError, id, body, Type));
            return LambdaError.Runtime(413, "RequestEntityTooLarge", "The response is too large.");
        }

        invocation.End(new(LambdaOutcome.Success, id, Encoding.UTF8.GetString(call.Body.Span)));
        return Accepted();
    }

    private Reply Error(ServiceCall call, string id)
    {
        if (function.Running(id) is not { } invocation)
        {
            return UnknownId();
        }

        invocation.End(new(LambdaOutcome.FunctionError, id, Encoding.UTF8.GetString(call.Body.Span), ErrorType(call)));
        return Accepted();
    }

    private Reply InitError(ServiceCall call)
    {
        function.ReportInitError(Encoding.UTF8.GetString(call.Body.Span), ErrorType(call));
        return Accepted();
    }

    // protocols 4: the type is in a header and in the body.
    private static string? ErrorType(ServiceCall call)
    {
        if (call.Header("Lambda-Runtime-Function-Error-Type") is { Length: > 0 } type)
        {
            return type;
        }

        try
        {
            using var body = JsonDocument.Parse(call.Body);
            return body.RootElement.TryGetProperty("errorType", out var member) ? member.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // protocols 4: 202.
    private static Reply Accepted() => LambdaError.Json(202, """{"status":"OK"}""");

    private static Reply UnknownId() => LambdaError.Runtime(400, "InvalidRequestID", "Invalid request ID");
}
