using System.Globalization;

namespace Loader.LocalAws.Lambda;

/// <summary>One event that a runtime handles.</summary>
internal sealed class Invocation(ReadOnlyMemory<byte> payload, DateTimeOffset deadline)
{
    private readonly TaskCompletionSource<LambdaResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string RequestId { get; } = Guid.NewGuid().ToString();

    public ReadOnlyMemory<byte> Payload { get; } = payload;

    public DateTimeOffset Deadline { get; } = deadline;

    public string TraceId { get; } = string.Create(
        CultureInfo.InvariantCulture, $"Root=1-{deadline.ToUnixTimeSeconds():x8}-{Guid.NewGuid().ToString("N")[..24]};Parent={Guid.NewGuid().ToString("N")[..16]};Sampled=0");

    public Task<LambdaResult> Result => _result.Task;

    public bool IsOver => _result.Task.IsCompleted;

    /// <summary>Ends the invocation. Returns false if it had already ended.</summary>
    public bool End(LambdaResult result) => _result.TrySetResult(result);
}
