using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Concurrency;
using Loader.Infrastructure.Timestream.Planning;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.Timestream.Sending;

/// <summary>
/// Sends batches as WriteRecords requests: several workers send the requests of a batch concurrently. All loads of a process share one
/// sender.
/// </summary>
internal sealed class BatchSender
{
    /// <summary>A request that waits for its retry occupies a worker but no permit, so there are more workers than permits.</summary>
    private const int WorkersPerPermit = 4;

    /// <summary>Gets the function that sends one WriteRecords request. The body must not change until it completes.</summary>
    public required Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ServiceResponse>> WriteRecords { get; init; }

    /// <summary>Gets the limiter of the requests in flight.</summary>
    public required RequestLimiter Limiter { get; init; }

    /// <summary>Gets the retry loop.</summary>
    public required RetryLoop Retries { get; init; }

    /// <summary>Gets the maximum number of requests in flight.</summary>
    public required int MaxConcurrency { get; init; }

    /// <summary>Gets the maximum number of records in a request.</summary>
    public required int MaxBatchSize { get; init; }

    /// <summary>Gets the log.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Sends a batch. Failures are part of the outcome and not thrown.</summary>
    /// <param name="plan">The rows; borrowed for the call.</param>
    /// <param name="abortState">The abort state of the batch's load.</param>
    /// <param name="cancellationToken">Cancels the requests in flight; their rows stay unsettled.</param>
    /// <returns>The outcome of every row.</returns>
    public async Task<WriteOutcome> SendAsync(WritePlan plan, LoadAbortState abortState, CancellationToken cancellationToken)
    {
        var queue = new RequestQueue(plan, MaxBatchSize, abortState);

        // Limited, so that a service that throttles every request is not called without end.
        var workers = new RequestWorker[Math.Min(queue.RequestCount, MaxConcurrency * WorkersPerPermit)];
        var running = new Task[workers.Length];
        for (int i = 0; i < workers.Length; i++)
        {
            RequestWorker worker = workers[i] = new RequestWorker(this, queue);
            running[i] = Task.Run(() => worker.RunAsync(cancellationToken), CancellationToken.None);
        }

        await Task.WhenAll(running).ConfigureAwait(false);
        foreach (RequestWorker worker in workers)
        {
            worker.Dispose();
        }

        return Sum(workers, plan, abortState);
    }

    private static WriteOutcome Sum(RequestWorker[] workers, WritePlan plan, LoadAbortState abortState)
    {
        int written = 0;
        int superseded = 0;
        int duplicate = 0;
        var rejected = new List<RejectedRow>();
        var effort = default(WriteEffort);
        foreach (RequestWorker worker in workers)
        {
            written += worker.Written;
            superseded += worker.Superseded;
            duplicate += worker.Duplicate;
            rejected.AddRange(worker.Rejected);
            effort += worker.Effort;
        }

        rejected.Sort(static (left, right) => left.Row.CompareTo(right.Row));
        int unsettled = plan.Count - written - superseded - duplicate - rejected.Count;
        return new WriteOutcome
        {
            Written = written,
            Superseded = superseded,
            Duplicate = duplicate + plan.Duplicates,
            Rejected = rejected,
            Unsettled = unsettled,
            Effort = effort,
            Failure = unsettled > 0 ? abortState.Failure : null,
        };
    }
}

/// <summary>The rows of a batch, handed out to workers in slices of one request each. Thread-safe.</summary>
/// <param name="plan">The rows.</param>
/// <param name="maxBatchSize">The maximum number of records in a request.</param>
/// <param name="abortState">The abort state of the load.</param>
internal sealed class RequestQueue(WritePlan plan, int maxBatchSize, LoadAbortState abortState)
{
    private int _taken;

    /// <summary>Gets the rows.</summary>
    public WritePlan Plan => plan;

    /// <summary>Gets the abort state of the load.</summary>
    public LoadAbortState AbortState => abortState;

    /// <summary>Gets the number of requests for the whole batch.</summary>
    public int RequestCount => (plan.Count + maxBatchSize - 1) / maxBatchSize;

    /// <summary>Takes the rows of the next request.</summary>
    /// <param name="start">The position of the first row in the plan.</param>
    /// <param name="count">The number of rows.</param>
    /// <returns><see langword="false"/> if no rows are left or the load was aborted.</returns>
    public bool TryTake(out int start, out int count)
    {
        (start, count) = (0, 0);
        if (abortState.Failure is not null)
        {
            return false;
        }

        long next = (long)(Interlocked.Increment(ref _taken) - 1) * maxBatchSize;
        if (next >= plan.Count)
        {
            return false;
        }

        start = (int)next;
        count = Math.Min(maxBatchSize, plan.Count - start);
        return true;
    }
}
