using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Infrastructure.Planning;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.Requests;

/// <summary>
/// Sends batches: several workers send the requests of a batch concurrently. All loads of a process share one sender for a destination.
/// </summary>
internal sealed class BatchSender
{
    /// <summary>A request that waits for its retry occupies a worker but no permit, so there are more workers than permits.</summary>
    private const int WorkersPerPermit = 4;

    /// <summary>Gets the limiter of the requests in flight.</summary>
    public required RequestLimiter Limiter { get; init; }

    /// <summary>Gets the retry loop.</summary>
    public required RetryLoop Retries { get; init; }

    /// <summary>Gets the maximum number of requests in flight.</summary>
    public required int MaxConcurrency { get; init; }

    /// <summary>Gets the log.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Sends a batch. Failures are part of the outcome and not thrown.</summary>
    /// <param name="queue">The rows, which are borrowed for the call.</param>
    /// <param name="createWorker">Creates a worker of the queue.</param>
    /// <param name="cancellationToken">Cancels the requests in flight; their rows stay unsettled.</param>
    /// <returns>The outcome of every row.</returns>
    public async Task<WriteOutcome> SendAsync(
        RequestQueue queue, Func<RequestQueue, RequestWorker> createWorker, CancellationToken cancellationToken)
    {
        // Limited, so that a service that throttles every request is not called without end.
        var workers = new RequestWorker[Math.Min(queue.RequestCount, MaxConcurrency * WorkersPerPermit)];
        var running = new Task[workers.Length];
        for (int i = 0; i < workers.Length; i++)
        {
            RequestWorker worker = workers[i] = createWorker(queue);
            running[i] = Task.Run(() => worker.RunAsync(cancellationToken), CancellationToken.None);
        }

        await Task.WhenAll(running).ConfigureAwait(false);
        foreach (RequestWorker worker in workers)
        {
            worker.Dispose();
        }

        return Sum(workers, queue);
    }

    private static WriteOutcome Sum(RequestWorker[] workers, RequestQueue queue)
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
        int unsettled = queue.Plan.Count - written - superseded - duplicate - rejected.Count;
        return new WriteOutcome
        {
            Written = written,
            Superseded = superseded,
            Duplicate = duplicate + queue.Plan.Duplicates,
            Rejected = rejected,
            Unsettled = unsettled,
            Effort = effort,
            Failure = unsettled > 0 ? queue.AbortState.Failure : null,
        };
    }
}

/// <summary>The rows of a batch, handed out to workers in slices of one request each. Thread-safe.</summary>
/// <param name="plan">The rows.</param>
/// <param name="rowsPerRequest">The maximum number of rows in a request.</param>
/// <param name="abortState">The abort state of the load.</param>
internal sealed class RequestQueue(WritePlan plan, int rowsPerRequest, LoadAbortState abortState)
{
    private int _taken;

    /// <summary>Gets the rows.</summary>
    public WritePlan Plan => plan;

    /// <summary>Gets the abort state of the load.</summary>
    public LoadAbortState AbortState => abortState;

    /// <summary>Gets the number of requests for the whole batch.</summary>
    public int RequestCount => (plan.Count + rowsPerRequest - 1) / rowsPerRequest;

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

        long next = (long)(Interlocked.Increment(ref _taken) - 1) * rowsPerRequest;
        if (next >= plan.Count)
        {
            return false;
        }

        start = (int)next;
        count = Math.Min(rowsPerRequest, plan.Count - start);
        return true;
    }
}
