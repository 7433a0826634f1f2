using System.Runtime.CompilerServices;
using Loader.Application.Ports;
using Loader.Application.Results;

namespace Loader.Infrastructure.Requests;

/// <summary>
/// Sends requests of one batch, one after another, and settles their rows. Several workers share a batch. A sink derives from it what
/// encodes a request and what understands the response.
/// </summary>
/// <remarks>The counts belong to the worker while it runs and may be read after it has completed.</remarks>
/// <param name="sender">What all batches share.</param>
/// <param name="queue">The rows of the batch.</param>
internal abstract class RequestWorker(BatchSender sender, RequestQueue queue) : IDisposable
{
    private readonly Stack<(int Start, int Count)> _pieces = new();
    private bool _hasPermit;

    /// <summary>Gets the number of rows that the destination accepted.</summary>
    public int Written { get; private set; }

    /// <summary>Gets the number of rows for which the destination has the value of a newer object.</summary>
    public int Superseded { get; protected set; }

    /// <summary>Gets the number of rows for which the destination has the value of a later row group of the same object.</summary>
    public int Duplicate { get; protected set; }

    /// <summary>Gets the rows that the destination rejected.</summary>
    public List<RejectedRow> Rejected { get; } = [];

    /// <summary>Gets the requests, bytes and retries that the worker needed.</summary>
    public WriteEffort Effort { get; protected set; }

    /// <summary>Gets what all batches share.</summary>
    protected BatchSender Sender => sender;

    /// <summary>Gets the rows of the batch.</summary>
    protected RequestQueue Queue => queue;

    /// <summary>Gets the counts of the request in flight.</summary>
    protected RetryCounts RetryCounts { get; } = new();

    /// <summary>Gets the position in the plan of the first row of the request in flight.</summary>
    protected int Start { get; private set; }

    /// <summary>Gets the number of rows of the request in flight.</summary>
    protected int Count { get; private set; }

    /// <summary>
    /// Sends requests until no rows are left, the load is aborted, or the token is cancelled. Throws in none of these cases.
    /// </summary>
    /// <param name="cancellationToken">Cancels the request in flight; its rows stay unsettled.</param>
    /// <returns>A task that completes when the worker has stopped.</returns>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await AcquirePermitAsync(isRetry: false, cancellationToken).ConfigureAwait(false);
            while (TryTake())
            {
                ServiceResponse answer;
                try
                {
                    answer = await sender.Retries.SendAsync(
                        static (worker, token) => worker.SendOnceAsync(token), this, RetryCounts, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    Effort += new WriteEffort { Throttles = RetryCounts.Throttles, Retries = RetryCounts.Retries };
                }

                Settle(answer.Error);
                if (_pieces.Count == 0)
                {
                    await AcquirePermitAsync(isRetry: false, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The rows in flight stay unsettled; the outcome reports them.
        }
        catch (LoadException failure)
        {
            queue.AbortState.Abort(failure);
        }
        finally
        {
            ReleasePermit();
        }
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>
    /// Encodes the rows from <see cref="Start"/> on and sends them once. It encodes them again for each attempt, which is cheaper than
    /// keeping bodies while requests wait.
    /// </summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>
    /// The response. One that does not say what happened to each row is returned as an error that is retried.
    /// </returns>
    protected abstract ValueTask<ServiceResponse> SendRowsAsync(CancellationToken cancellationToken);

    /// <summary>Settles the rows of the request in flight, divides them for further requests, or aborts the load.</summary>
    /// <param name="error">The error of the last attempt, or <see langword="null"/> if it succeeded.</param>
    protected abstract void Settle(ServiceError? error);

    /// <summary>Returns buffers to their pool; called when the worker gives its permit back.</summary>
    protected abstract void ReleaseBuffers();

    /// <summary>Counts rows as written.</summary>
    /// <param name="rows">The number of rows.</param>
    protected void Accept(int rows)
    {
        queue.AbortState.RecordAccepted();
        Written += rows;
    }

    /// <summary>Divides the request in flight into two, to be sent next.</summary>
    protected void Halve()
    {
        int half = Count / 2;
        SendLater(Start + half, Count - half);
        SendLater(Start, half);
    }

    /// <summary>Sends rows in a request of their own, before the next ones of the batch. The last call is sent first.</summary>
    /// <param name="start">The position of the first row in the plan.</param>
    /// <param name="count">The number of rows; 0 does nothing.</param>
    protected void SendLater(int start, int count)
    {
        if (count > 0)
        {
            _pieces.Push((start, count));
        }
    }

    /// <summary>Leaves only the first rows in the request in flight, because no more fit in it. The others are sent next.</summary>
    /// <param name="count">The number of rows to leave.</param>
    protected void Cut(int count)
    {
        SendLater(Start + count, Count - count);
        Count = count;
    }

    /// <summary>Takes a piece of a request that was divided, or the next request of the batch.</summary>
    private bool TryTake()
    {
        bool isTaken;
        if (_pieces.TryPop(out (int Start, int Count) next))
        {
            isTaken = queue.AbortState.Failure is null;
        }
        else
        {
            isTaken = queue.TryTake(out next.Start, out next.Count);
        }

        (Start, Count) = next;
        return isTaken;
    }

    /// <summary>Sends the request once while holding a permit.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ServiceResponse> SendOnceAsync(CancellationToken cancellationToken)
    {
        if (!_hasPermit)
        {
            await AcquirePermitAsync(isRetry: true, cancellationToken).ConfigureAwait(false);
        }

        ServiceResponse answer = await SendRowsAsync(cancellationToken).ConfigureAwait(false);
        if (answer.Error is { } error && RetryPolicy.IsRetryable(error.Kind))
        {
            // Other requests use the permit while this one waits for its retry.
            ReleasePermit();
        }

        return answer;
    }

    /// <summary>Acquires a permit, or keeps the current one if no waiting request has a higher priority.</summary>
    private ValueTask AcquirePermitAsync(bool isRetry, CancellationToken cancellationToken)
    {
        var priority = new RequestPriority(queue.AbortState.Load, queue.Plan.Batch.RowGroup, IsFirstAttempt: !isRetry);
        if (_hasPermit && sender.Limiter.CanKeep(priority))
        {
            return ValueTask.CompletedTask;
        }

        ReleasePermit();
        return WaitForPermitAsync(priority, cancellationToken);
    }

    private async ValueTask WaitForPermitAsync(RequestPriority priority, CancellationToken cancellationToken)
    {
        await sender.Limiter.AcquireAsync(priority, cancellationToken).ConfigureAwait(false);
        _hasPermit = true;
    }

    private void ReleasePermit()
    {
        if (_hasPermit)
        {
            _hasPermit = false;

            // There are more workers than permits, so that buffers would otherwise take several times the memory of the requests in flight.
            ReleaseBuffers();
            sender.Limiter.Release();
        }
    }
}
