namespace Loader.LocalAws.Lambda;

/// <summary>What came of an invocation.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="RequestId">The id that the runtime saw.</param>
/// <param name="Payload">The answer, or the error as JSON.</param>
/// <param name="ErrorType">The error's type, from the header or else from the body; null on success.</param>
public sealed record LambdaResult(LambdaOutcome Outcome, string RequestId, string Payload, string? ErrorType = null)
{
    /// <summary>Gets a value indicating whether the function answered.</summary>
    public bool IsSuccess => Outcome == LambdaOutcome.Success;
}
