using System.Runtime.CompilerServices;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Loader.Application.Ports;
using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>Reads the records of a DuckDB file. The file is opened read-only: it is neither changed nor created.</summary>
/// <param name="path">The path of the file.</param>
internal sealed class DuckDbReader(string path) : IRecordReader, IDisposable
{
    /// <summary>Blocks of the file that DuckDB keeps in memory count too, and would otherwise fill most of it.</summary>
    private const string MemoryLimit = "64MB";

    private DuckDBConnection? _connection;

    /// <inheritdoc/>
    public ReaderTraits Traits { get; } = new();

    /// <inheritdoc/>
    public Task<StoredTable> FindTableAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return Task.FromResult(Find(dataset));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadOnlyMemory<FoundRecord>> ReadAsync(
        RecordSlice slice, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(slice);
        await Task.Yield();
        DuckDBConnection connection = Connect();
        using CancellationTokenRegistration interrupt = cancellationToken.Register(
            static connection => NativeMethods.Startup.DuckDBInterrupt(((DuckDBConnection)connection!).NativeConnection), connection);
        var page = new FoundRecord[ChunkAppender.Capacity];
        using RowScan scan = Run(() => Begin(connection, slice), cancellationToken);
        while (Run(scan.MoveNext, cancellationToken))
        {
            Copy(scan, page);
            yield return page.AsMemory(0, scan.Count);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private static RowScan Begin(DuckDBConnection connection, RecordSlice slice)
    {
        connection.Execute(DatasetTable.CreateWanted);
        using (var appender = new ChunkAppender(
            connection,
            isTemporary: true,
            DatasetTable.WantedTable,
            DuckDBType.Integer,
            DuckDBType.Varchar,
            DuckDBType.Varchar,
            DuckDBType.Varchar,
            DuckDBType.Varchar,
            DuckDBType.Varchar))
        {
            foreach (Series[] chunk in slice.Series.Chunk(ChunkAppender.Capacity))
            {
                for (int row = 0; row < chunk.Length; row++)
                {
                    SeriesKey key = chunk[row].Key;
                    appender.Column<int>(0)[row] = chunk[row].Id;
                    appender.Write(1, row, key.Region);
                    appender.Write(2, row, key.Subject);
                    appender.Write(3, row, key.MeasurementType);
                    appender.Write(4, row, key.QualityFlag);
                    appender.Write(5, row, key.Unit);
                }

                appender.Append(chunk.Length);
            }

            appender.Complete();
        }

        return new RowScan(connection, new DatasetTable(slice.Dataset).SelectWanted(slice.From, slice.To));
    }

    private static unsafe void Copy(RowScan scan, FoundRecord[] page)
    {
        int* series = scan.Column<int>(0);
        long* times = scan.Column<long>(1);
        double* values = scan.Column<double>(2);
        long* versions = scan.Column<long>(3);
        bool* otherUnits = scan.Column<bool>(4);
        for (int row = 0; row < scan.Count; row++)
        {
            page[row] = new FoundRecord(series[row], times[row], values[row])
            {
                Version = versions[row],
                HasOtherUnit = otherUnits[row],
            };
        }
    }

    private StoredTable Find(DatasetType dataset)
    {
        string file = PlainText.Escape(path);
        var found = new StoredTable($"{file}, table {dataset.Name}", DuckDbSink.Limits) { HasVersions = true };
        if (!File.Exists(path))
        {
            return found with { Missing = $"The file {file} does not exist." };
        }

        DuckDBConnection connection = Connect();
        var table = new DatasetTable(dataset);
        try
        {
            if (!TableSchema.Exists(connection, table))
            {
                return found with { Missing = $"{file} has no table {dataset.Name}." };
            }

            TableSchema.Check(connection, table, path);
            return found;
        }
        catch (DuckDBException exception)
        {
            throw DuckDbErrors.FromRead(path, exception);
        }
    }

    private DuckDBConnection Connect()
    {
        if (_connection is not null)
        {
            return _connection;
        }

        var settings = new DuckDBConnectionStringBuilder
        {
            DataSource = Path.GetFullPath(path),
            AutoinstallKnownExtensions = false,
            AutoloadKnownExtensions = false,
            Threads = Math.Max(1, Environment.ProcessorCount - 1),
        };
        settings["access_mode"] = "READ_ONLY";
        settings["memory_limit"] = MemoryLimit;

        // DuckDB would otherwise create a folder beside the file for what does not fit into memory.
        settings["temp_directory"] = "";
        var connection = new DuckDBConnection(settings.ConnectionString);
        try
        {
            connection.Open();
        }
        catch (DuckDBException exception)
        {
            connection.Dispose();
            throw DuckDbErrors.FromOpen(path, exception, isReading: true);
        }

        return _connection = connection;
    }

    private T Run<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return work();
        }
        catch (Exception exception) when (DuckDbErrors.IsDuckDbError(exception))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw DuckDbErrors.FromRead(path, exception);
        }
    }
}
