using System.Diagnostics.CodeAnalysis;
using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>
/// Writes the batches and records of all loads of one sink. What is ready at the same moment shares a transaction.
/// </summary>
/// <remarks>
/// <para>A transaction takes what is ready when it begins, and is committed without more: work never waits for work that may not come, and
/// the loads of one transaction go on while the next transaction writes the work of the others. If a transaction fails, it is rolled back,
/// and each piece of its work is tried in a transaction of its own: the failure of one does not concern the others.</para>
/// <para>Large batches are written in up to two transactions at once. DuckDB runs an append on the thread that calls it, so one transaction
/// uses one core. Transactions do not see each other's rows, so two at once never hold batches of one table whose time spans
/// overlap.</para>
/// </remarks>
/// <param name="database">The database.</param>
/// <param name="committed">Called after each commit with how a table was changed.</param>
internal sealed class WriteQueue(DuckDbDatabase database, Action<DatasetType, TableChanges> committed) : IDisposable
{
    /// <summary>The number of rows at which a transaction takes no more work.</summary>
    private const int MaxRows = 500_000;

    /// <summary>The number of attempts while another connection of this process changes the same rows.</summary>
    private const int MaxAttempts = 8;

    private readonly Lock _gate = new();
    private readonly LinkedList<PendingWork> _waiting = [];
    private readonly Worker[] _workers =
        [.. Enumerable.Range(0, Math.Min(2, Environment.ProcessorCount)).Select(index => new Worker(index > 0))];

    /// <summary>Writes work, together with other work.</summary>
    /// <param name="work">The work. It is cancelled by its own token.</param>
    /// <returns>A task that completes when the work is completed. Its result tells of failures.</returns>
    public async Task WriteAsync(PendingWork work)
    {
        if (work.Abandon.IsCancellationRequested)
        {
            work.Cancel();
            return;
        }

        Add(work);
        CancellationTokenRegistration cancel = work.Abandon.Register(() => CancelWaiting(work));
        await using (cancel.ConfigureAwait(false))
        {
            await work.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Closes the connection. Call it after all work has ended.</summary>
    public void Dispose() => Array.ForEach(_workers, worker => worker.Connection?.Dispose());

    private static bool IsLarge(PendingWork work) => work.RowCount >= RowSet.MaxSharedRows;

    private void Add(PendingWork work)
    {
        lock (_gate)
        {
            _waiting.AddLast(work);
            StartWorkers();
        }
    }

    /// <summary>Starts the workers that have something to write.</summary>
    private void StartWorkers()
    {
        foreach (Worker worker in _workers)
        {
            if (worker.Group.Count == 0 && TakeReady(worker))
            {
                _ = Task.Run(() => RunAsync(worker));
            }
        }
    }

    private void CancelWaiting(PendingWork work)
    {
        lock (_gate)
        {
            if (!_waiting.Remove(work))
            {
                // It is being written, which the same token interrupts, or it is completed.
                return;
            }
        }

        work.Cancel();
    }

    /// <summary>Writes the group of a worker, and then what is ready, until nothing is.</summary>
    private async Task RunAsync(Worker worker)
    {
        do
        {
            List<PendingWork> group = worker.Group;
            Exception? failure = await TryWriteAsync(worker, group, takesMore: true).ConfigureAwait(false);
            if (failure is null)
            {
                group.ForEach(work => work.Settle());
            }
            else if (group.Count == 1 && !DuckDbErrors.IsConflict(failure))
            {
                group[0].Fail(failure);
            }
            else
            {
                foreach (PendingWork work in group)
                {
                    await WriteSinglyAsync(worker, work).ConfigureAwait(false);
                }
            }
        }
        while (TakeNext(worker));
    }

    /// <summary>Ends the group of a worker, and takes what is ready.</summary>
    private bool TakeNext(Worker worker)
    {
        lock (_gate)
        {
            foreach (Worker other in _workers)
            {
                if (other != worker && other.Group.Count > 0)
                {
                    other.Unseen.AddRange(worker.Group);
                }
            }

            worker.Group.Clear();
            worker.Unseen.Clear();
            bool takesMore = TakeReady(worker);

            // What the group excluded may be ready for the other worker now.
            StartWorkers();
            return takesMore;
        }
    }

    /// <summary>Adds work that is ready to the group of a worker.</summary>
    /// <returns>Whether any was added.</returns>
    private bool TakeReady(Worker worker)
    {
        lock (_gate)
        {
            List<PendingWork> group = worker.Group;
            int before = group.Count;
            long rows = group.Sum(work => (long)work.RowCount);
            for (LinkedListNode<PendingWork>? node = _waiting.First; node is not null && rows < MaxRows;)
            {
                (LinkedListNode<PendingWork> candidate, node) = (node, node.Next);
                PendingWork work = candidate.Value;
                bool isTooMuch = group.Count > 0 && rows + work.RowCount > MaxRows;
                if (isTooMuch || (worker.TakesOnlyLarge && !IsLarge(work)) || IsExcluded(work, worker))
                {
                    continue;
                }

                _waiting.Remove(candidate);
                group.Add(work);
                rows += work.RowCount;
            }

            return group.Count > before;
        }
    }

    /// <summary>Returns whether work may share an identity with what the transaction of a worker does not see.</summary>
    private bool IsExcluded(PendingWork work, Worker by)
    {
        if (by.Unseen.Exists(work.Excludes))
        {
            return true;
        }

        foreach (Worker other in _workers)
        {
            if (other != by && other.Group.Exists(work.Excludes))
            {
                return true;
            }
        }

        return false;
    }

    private async Task WriteSinglyAsync(Worker worker, PendingWork work)
    {
        for (int attempt = 1; ; attempt++)
        {
            if (work.Abandon.IsCancellationRequested)
            {
                work.Cancel();
                return;
            }

            Exception? failure = await TryWriteAsync(worker, [work], takesMore: false).ConfigureAwait(false);
            if (failure is null)
            {
                work.Settle();
                return;
            }

            if (attempt == MaxAttempts || !DuckDbErrors.IsConflict(failure))
            {
                work.Fail(failure);
                return;
            }

            // The other transaction has to end first.
            await Task.Delay(TimeSpan.FromMilliseconds(5 << attempt), TimeProvider.System).ConfigureAwait(false);
        }
    }

    /// <summary>Writes a group in one transaction.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="group">The work.</param>
    /// <param name="takesMore">Whether work that has become ready since the group was taken is added to it.</param>
    /// <returns>Why it was rolled back, or <see langword="null"/> if it is committed.</returns>
    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "The exception is part of the result of each piece of work. The others still have to be written.")]
    private async Task<Exception?> TryWriteAsync(Worker worker, List<PendingWork> group, bool takesMore)
    {
        try
        {
            worker.Connection ??= await database.RunAsync(
                () => new WriteConnection(database.Connect(), database.Path), CancellationToken.None).ConfigureAwait(false);
            if (takesMore)
            {
                TakeReady(worker);
            }

            await Task.Run(() => Write(worker, group)).ConfigureAwait(false);
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    private void Write(Worker worker, List<PendingWork> group)
    {
        bool isCommitted = false;
        try
        {
            worker.Connection!.Write(group);
            isCommitted = true;
        }
        finally
        {
            if (!isCommitted)
            {
                // This rolls back, whatever state the connection is in.
                worker.Connection!.Dispose();
                worker.Connection = null;
            }
        }

        foreach (PendingWork work in group)
        {
            if (work is PendingBatch batch)
            {
                committed(batch.Table.Dataset, batch.Changes);
            }
        }
    }

    /// <summary>One of the transactions that run at once.</summary>
    private sealed class Worker(bool takesOnlyLarge)
    {
        /// <summary>
        /// Gets a value indicating whether small batches and records are left to the other worker, so that they stay together.
        /// </summary>
        public bool TakesOnlyLarge { get; } = takesOnlyLarge;

        /// <summary>Gets the work that is not completed; empty if the worker does not run.</summary>
        public List<PendingWork> Group { get; } = [];

        /// <summary>Gets the work of others that was committed after the worker took its group: its transaction may not see it.</summary>
        public List<PendingWork> Unseen { get; } = [];

        public WriteConnection? Connection { get; set; }
    }
}
