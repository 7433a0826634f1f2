using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Loader.DuckDb;

/// <summary>A connection that writes: it runs one transaction at a time, with the batches and records of several loads.</summary>
/// <remarks>After an exception, dispose it: that rolls back.</remarks>
/// <param name="connection">The connection, disposed with this object.</param>
/// <param name="path">The path of the database, for messages.</param>
internal sealed class WriteConnection(DuckDBConnection connection, string path) : IDisposable
{
    private readonly RowSet _rows = new();
    private readonly RowWriter _writer = new(connection, path);
    private bool _canRecord;

    /// <summary>Writes work in one transaction.</summary>
    /// <param name="group">The work; it is completed by the caller.</param>
    public void Write(IReadOnlyList<PendingWork> group)
    {
        connection.Execute("BEGIN TRANSACTION");
        using var interrupt = new Interrupt(connection);
        var files = new List<LoadedFile>();
        _rows.Clear();
        foreach (PendingWork work in group)
        {
            interrupt.On(work.Abandon);
            work.Reset();
            if (work is PendingBatch batch)
            {
                Add(batch);
                interrupt.ThrowIfRequested();
            }
            else if (work is PendingRecords records)
            {
                files.AddRange(records.Files);
            }
        }

        WriteRows();
        interrupt.ThrowIfRequested();
        if (files.Count > 0)
        {
            if (!_canRecord)
            {
                // If the transaction is rolled back, this connection is not used again.
                LoadedFilesTable.Prepare(connection);
                _canRecord = true;
            }

            LoadedFilesTable.Record(connection, files);
        }

        interrupt.ThrowIfRequested();
        connection.Execute("COMMIT");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows.Dispose();
        connection.Dispose();
    }

    private void Add(PendingBatch batch)
    {
        if (!_rows.TryAdd(batch))
        {
            WriteRows();
            if (!_rows.TryAdd(batch))
            {
                throw new InvalidOperationException("An empty set takes every batch.");
            }
        }
    }

    /// <summary>Writes the rows of the set, and empties it.</summary>
    private void WriteRows()
    {
        _writer.Write(_rows);
        _rows.Clear();
    }

    /// <summary>Interrupts the statement of a connection when one of several tokens is cancelled.</summary>
    private sealed class Interrupt(DuckDBConnection connection) : IDisposable
    {
        private readonly Dictionary<CancellationToken, CancellationTokenRegistration> _tokens = [];

        public void On(CancellationToken token)
        {
            if (token.CanBeCanceled && !_tokens.ContainsKey(token))
            {
                _tokens.Add(token, token.Register(() => NativeMethods.Startup.DuckDBInterrupt(connection.NativeConnection)));
            }
        }

        /// <summary>Throws if a token is cancelled: an interrupt between two statements has no effect.</summary>
        public void ThrowIfRequested()
        {
            foreach (CancellationToken token in _tokens.Keys)
            {
                token.ThrowIfCancellationRequested();
            }
        }

        public void Dispose()
        {
            // Waits for an interrupt in progress, so that none hits the next transaction.
            foreach (CancellationTokenRegistration registration in _tokens.Values)
            {
                registration.Dispose();
            }
        }
    }
}
