using Loader.Application.Ports;

namespace Loader.Lambda.Loading;

/// <summary>Sends the metrics of an invocation before its response, because Lambda may freeze or end the process after it.</summary>
/// <param name="metrics">The publisher.</param>
/// <param name="time">The clock.</param>
internal sealed class InvocationMetrics(IMetricsPublisher metrics, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Sends what is not sent yet, in at most 5 seconds and in at most half of the time that is left.</summary>
    /// <param name="deadline">The deadline of the invocation.</param>
    /// <returns>A task that completes when the attempt has ended. What is not sent is kept for the next invocation.</returns>
    public async Task FlushAsync(DateTimeOffset deadline)
    {
        TimeSpan half = (deadline - time.GetUtcNow()) / 2;
        if (half <= TimeSpan.Zero)
        {
            return;
        }

        using var limit = new CancellationTokenSource(half < Limit ? half : Limit, time);
        await metrics.FlushAsync(limit.Token).ConfigureAwait(false);
    }
}
