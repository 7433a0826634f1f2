namespace Loader.LocalAws.Lambda;

/// <summary>The result of an invocation.</summary>
/// <param name="Outcome">The kind of result.</param>
/// <param name="RequestId">The request id that the runtime received.</param>
/// <param name="Payload">The response, or the error, as JSON.</param>
/// <param name="ErrorType">The error type, from the header or otherwise from the body; null on success.</param>
public sealed record LambdaResult(LambdaOutcome Outcome, string RequestId, string Payload, string? ErrorType = null)
{
    /// <summary>Gets a value indicating whether the function returned a response.</summary>
    public bool IsSuccess => Outcome == LambdaOutcome.Success;
}
