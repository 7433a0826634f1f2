namespace Loader.Lambda;

/// <summary>What Lambda says about one invocation, besides the event.</summary>
/// <remarks>Names are those of Lambda's own context interface, so that a change to the official runtime packages maps them one to one.</remarks>
public sealed record LambdaContext
{
    /// <summary>Gets the request id of the invocation; retries by Lambda keep it.</summary>
    public required string AwsRequestId { get; init; }

    /// <summary>Gets the time at which Lambda ends the invocation, finished or not.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>Gets the ARN that was invoked, with its alias or version, or an empty text where the runtime gave none.</summary>
    public string InvokedFunctionArn { get; init; } = "";

    /// <summary>Gets the X-Ray trace header, or <see langword="null"/> where the invocation is not traced.</summary>
    public string? TraceId { get; init; }

    /// <summary>Gets the function's name, or an empty text outside Lambda.</summary>
    public string FunctionName { get; init; } = "";

    /// <summary>Gets the function's version, such as <c>$LATEST</c>, or an empty text outside Lambda.</summary>
    public string FunctionVersion { get; init; } = "";

    /// <summary>Gets the function's memory in MB (2²⁰ bytes), or 0 where it is not known.</summary>
    public int MemoryLimitInMB { get; init; }

    /// <summary>Returns the time that is left before <see cref="Deadline"/>; never negative.</summary>
    /// <param name="time">The clock.</param>
    /// <returns>The time.</returns>
    public TimeSpan RemainingTime(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        TimeSpan left = Deadline - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
