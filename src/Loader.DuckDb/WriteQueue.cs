using System.Diagnostics.CodeAnalysis;
using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>
/// Writes the batches and records of all loads of one sink, one transaction at a time. What is ready at the same moment shares a
/// transaction.
/// </summary>
/// <remarks>
/// A transaction is committed as soon as no more work is ready, so work never waits for work that may not come. If a transaction fails, it
/// is rolled back, and each piece of its work is tried in a transaction of its own: the failure of one does not concern the others.
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
    private bool _isRunning;
    private WriteConnection? _connection;

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
    public void Dispose() => _connection?.Dispose();

    private static bool IsConflict(Exception exception) => DuckDbErrors.IsConflict(exception);

    private void Add(PendingWork work)
    {
        lock (_gate)
        {
            _waiting.AddLast(work);
            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        _ = Task.Run(RunAsync);
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

    /// <summary>Runs until nothing waits.</summary>
    private async Task RunAsync()
    {
        while (true)
        {
            var group = new List<PendingWork>();
            lock (_gate)
            {
                if (!TakeReady(group))
                {
                    _isRunning = false;
                    return;
                }
            }

            Exception? failure = await TryWriteAsync(group, TakeReady).ConfigureAwait(false);
            if (failure is null)
            {
                group.ForEach(work => work.Settle());
            }
            else if (group.Count == 1 && !IsConflict(failure))
            {
                group[0].Fail(failure);
            }
            else
            {
                foreach (PendingWork work in group)
                {
                    await WriteSinglyAsync(work).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Adds work that is ready to a group.</summary>
    /// <returns>Whether any was added.</returns>
    private bool TakeReady(List<PendingWork> group)
    {
        lock (_gate)
        {
            int before = group.Count;
            long rows = group.Sum(work => (long)work.RowCount);
            while (_waiting.First is { Value: var next } && (group.Count == 0 || rows + next.RowCount <= MaxRows))
            {
                _waiting.RemoveFirst();
                group.Add(next);
                rows += next.RowCount;
            }

            return group.Count > before;
        }
    }

    private async Task WriteSinglyAsync(PendingWork work)
    {
        for (int attempt = 1; ; attempt++)
        {
            if (work.Abandon.IsCancellationRequested)
            {
                work.Cancel();
                return;
            }

            Exception? failure = await TryWriteAsync([work], static _ => false).ConfigureAwait(false);
            if (failure is null)
            {
                work.Settle();
                return;
            }

            if (attempt == MaxAttempts || !IsConflict(failure))
            {
                work.Fail(failure);
                return;
            }

            // The other transaction has to end first.
            await Task.Delay(TimeSpan.FromMilliseconds(5 << attempt)).ConfigureAwait(false);
        }
    }

    /// <summary>Writes a group in one transaction.</summary>
    /// <returns>Why it was rolled back, or <see langword="null"/> if it is committed.</returns>
    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "The exception is part of the result of each piece of work. The others still have to be written.")]
    private async Task<Exception?> TryWriteAsync(List<PendingWork> group, Func<List<PendingWork>, bool> takeMore)
    {
        try
        {
            return await database.RunAsync<Exception?>(
                () =>
                {
                    Write(group, takeMore);
                    return null;
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    private void Write(List<PendingWork> group, Func<List<PendingWork>, bool> takeMore)
    {
        _connection ??= new WriteConnection(database.Connect(), database.Path);
        bool isCommitted = false;
        try
        {
            _connection.Write(group, takeMore);
            isCommitted = true;
        }
        finally
        {
            if (!isCommitted)
            {
                // This rolls back, whatever state the connection is in.
                _connection.Dispose();
                _connection = null;
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
}
