using System.Text.Json;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.Lambda;

/// <summary>Invoke: passes the payload to the function's runtime, or responds from the function's script.</summary>
internal sealed class InvokeApi(LambdaState state, LocalAwsOptions options)
{
    private const int MaxPayloadBytes = 6 * 1024 * 1024; // protocols 4.4: 6 MB.
    private const int MaxAsynchronousBytes = 1024 * 1024; // protocols 4.4: 1 MB.

    public async ValueTask<Reply> HandleAsync(ServiceCall call, string functionPart, CancellationToken cancellationToken)
    {
        var name = FunctionName(functionPart);
        var function = state.Find(name) ?? throw new ServiceException(404, "ResourceNotFoundException", $"Function not found: {name}");
        call.Resource = function.Arn;
        var type = call.Header("X-Amz-Invocation-Type") ?? "RequestResponse";
        RequirePayload(call.Body, type is "Event" ? MaxAsynchronousBytes : MaxPayloadBytes);
        if (type is "DryRun")
        {
            return new Reply { Status = 204 };
        }

        var payload = call.Body.IsEmpty ? "{}"u8.ToArray() : call.Body;
        var deadline = options.TimeProvider.GetUtcNow() + function.Timeout;
        if (type is "Event")
        {
            // Nothing waits for the result of an asynchronous call. It is not retried here.
            _ = function.InvokeAsync(payload, deadline, CancellationToken.None);
            return new Reply { Status = 202 }.With("x-amzn-RequestId", call.RequestId);
        }

        var result = function.NextScripted() is { } scripted ? FromScript(scripted) : null;
        result ??= await function.InvokeAsync(payload, deadline, cancellationToken);
        return LambdaError.Json(200, result.Payload)
            .With("X-Amz-Executed-Version", "$LATEST")
            .With("X-Amz-Function-Error", result.IsSuccess ? null : "Unhandled")
            .With("x-amzn-RequestId", call.RequestId);
    }

    private static void RequirePayload(ReadOnlyMemory<byte> payload, int max)
    {
        if (payload.Length > max)
        {
            throw new ServiceException(413, "RequestTooLargeException", "The request payload exceeded the maximum size.");
        }

        try
        {
            using var document = payload.IsEmpty ? null : JsonDocument.Parse(payload);
        }
        catch (JsonException)
        {
            throw new ServiceException(400, "InvalidRequestContentException", "Could not parse request body into json.");
        }
    }

    /// <summary>The result of a scripted response, or null if the call goes to the runtime.</summary>
    private static LambdaResult? FromScript(ScriptedResponse response)
    {
        if (response.Status is { } status)
        {
            throw new ServiceException(status, response.ErrorType!, response.ErrorMessage);
        }

        if (response.ErrorType is { } type)
        {
            return new(LambdaOutcome.FunctionError, string.Empty, LambdaFunction.Error(type, response.ErrorMessage), type);
        }

        return response.Payload is { } payload ? new(LambdaOutcome.Success, string.Empty, payload) : null;
    }

    /// <summary>The name in <c>name</c>, <c>name:alias</c>, <c>account:function:name</c> or an ARN, with or without alias.</summary>
    private static string FunctionName(string given)
    {
        var parts = Uri.UnescapeDataString(given).Split(':');
        var function = Array.IndexOf(parts, "function");
        return function >= 0 && function + 1 < parts.Length ? parts[function + 1] : parts[0];
    }
}
