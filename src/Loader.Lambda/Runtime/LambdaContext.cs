namespace Loader.Lambda.Runtime;

/// <summary>The data that Lambda supplies about one invocation, apart from the event.</summary>
/// <remarks>The names are those of <c>ILambdaContext</c>. Members that the functions do not read are left out.</remarks>
public sealed record LambdaContext
{
    /// <summary>Gets the request id of the invocation. It stays the same when Lambda retries the invocation.</summary>
    public required string AwsRequestId { get; init; }

    /// <summary>Gets the time at which Lambda ends the invocation, even if it is not finished.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>Gets the X-Ray trace header, or <see langword="null"/> if the invocation is not traced.</summary>
    public string? TraceId { get; init; }

    /// <summary>Gets the signal that stops loads before their deadline. Lambda has none; a local run has that of Ctrl-C.</summary>
    public CancellationToken StopRequested { get; init; }

    /// <summary>Returns the time left until <see cref="Deadline"/>; zero if it has passed.</summary>
    /// <param name="time">The clock.</param>
    /// <returns>The remaining time.</returns>
    public TimeSpan RemainingTime(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        TimeSpan left = Deadline - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
