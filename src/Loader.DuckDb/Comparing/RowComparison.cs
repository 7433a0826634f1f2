using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.DuckDb.Comparing;

/// <summary>Compares the rows of files with the records that a destination holds, one file after another.</summary>
/// <remarks>
/// <para>The rows of a file are staged in a temporary database, because they may come in any order and need not fit into memory. Then slice
/// after slice is compared with the records that are stored in it.</para>
/// <para>Memory is bounded by a limit of DuckDB, and disk space by the rows of one file and the records of one slice: a table of them takes
/// about 10 bytes a row.</para>
/// </remarks>
internal sealed class RowComparison : IDisposable
{
    /// <summary>The number of bits of a row's index in its row group, in the position of a row.</summary>
    private const int RowBits = 32;

    private const int MemoryMegabytes = 128;

    private readonly DirectoryInfo _folder;
    private readonly string _path;
    private readonly DuckDBConnection _connection;
    private ChunkAppender? _appender;
    private int _buffered;
    private long[] _rowsOfSeries = [];
    private long _from;
    private long _to;

    /// <summary>Initializes a new instance of the <see cref="RowComparison"/> class.</summary>
    /// <exception cref="ConfigurationException">The temporary database cannot be created.</exception>
    public RowComparison()
    {
        try
        {
            // Only this user can read the folder.
            _folder = Directory.CreateTempSubdirectory("loader-verify-");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                $"Cannot create a temporary folder in {PlainText.Escape(Path.GetTempPath())}: {PlainText.Escape(exception.Message)} "
                + "Set TMPDIR to a folder that this user can write to.",
                exception);
        }

        _path = Path.Combine(_folder.FullName, "rows.duckdb");
        var settings = new DuckDBConnectionStringBuilder
        {
            DataSource = _path,
            AutoinstallKnownExtensions = false,
            AutoloadKnownExtensions = false,
            Threads = Math.Min(2, Environment.ProcessorCount),
        };
        settings["memory_limit"] = $"{MemoryMegabytes}MB";
        settings["temp_directory"] = _folder.FullName;
        settings["preserve_insertion_order"] = "false";
        _connection = new DuckDBConnection(settings.ConnectionString);
        try
        {
            _connection.Open();
        }
        catch (DuckDBException exception)
        {
            Dispose();
            throw DuckDbErrors.FromOpen(_path, exception);
        }
    }

    /// <summary>Gets the number of rows of the file that were added.</summary>
    public long RowCount { get; private set; }

    /// <summary>Begins a file.</summary>
    /// <param name="cancellationToken">Interrupts the statement.</param>
    public void Begin(CancellationToken cancellationToken)
    {
        _appender?.Dispose();
        _appender = null;
        _rowsOfSeries = [];
        (_from, _to) = (long.MaxValue, long.MinValue);
        RowCount = 0;
        Run(() => _connection.Execute(ComparisonSql.CreateFileRows), cancellationToken);
    }

    /// <summary>Adds the valid rows of a row group.</summary>
    /// <param name="batch">The row group, after validation: its valid times fit into nanoseconds.</param>
    /// <param name="cancellationToken">Interrupts the statement.</param>
    public void Add(MeasurementBatch batch, CancellationToken cancellationToken) => Run(
        () =>
        {
            _appender ??= new ChunkAppender(
                _connection,
                isTemporary: false,
                ComparisonSql.FileRows,
                DuckDBType.Integer,
                DuckDBType.BigInt,
                DuckDBType.Double,
                DuckDBType.BigInt,
                DuckDBType.BigInt);
            Append(_appender, batch);
            return 0;
        },
        cancellationToken);

    /// <summary>Ends adding rows.</summary>
    /// <param name="cancellationToken">Interrupts the statement.</param>
    public void Complete(CancellationToken cancellationToken) => Run(
        () =>
        {
            using ChunkAppender? appender = _appender;
            Flush(appender);
            appender?.Complete();
            _appender = null;
            return 0;
        },
        cancellationToken);

    /// <summary>Divides the file into slices. Together they cover each of its series from its first to its last time.</summary>
    /// <param name="maxRows">The number of rows of the file that a slice may have, unless they all have the same time.</param>
    /// <param name="maxSeries">The number of series that a slice may have.</param>
    /// <param name="cancellationToken">Interrupts the statement.</param>
    /// <returns>The slices; none if the file has no valid row.</returns>
    public IReadOnlyList<SliceBounds> Divide(long maxRows, int maxSeries, CancellationToken cancellationToken)
    {
        var slices = new List<SliceBounds>();
        int[] series = [.. Enumerable.Range(0, _rowsOfSeries.Length).Where(id => _rowsOfSeries[id] > 0)];
        foreach (int[] chunk in maxSeries >= series.Length ? [series] : series.Chunk(maxSeries))
        {
            long rows = chunk.Sum(id => _rowsOfSeries[id]);
            if (rows == 0)
            {
                continue;
            }

            var all = new SliceBounds(chunk[0], chunk[^1], _from, _to, rows);
            slices.AddRange(rows <= maxRows ? [all] : Run(() => DivideByTime(all, maxRows), cancellationToken));
        }

        return slices;
    }

    /// <summary>Returns whether the file has valid rows of a series.</summary>
    public bool HasRows(int seriesId) => seriesId < _rowsOfSeries.Length && _rowsOfSeries[seriesId] > 0;

    /// <summary>Compares the rows of one slice with the records that are stored in it.</summary>
    /// <param name="slice">The slice.</param>
    /// <param name="pages">The stored records of the slice.</param>
    /// <param name="table">The table that they are from.</param>
    /// <param name="maxExamples">The number of examples of each kind.</param>
    /// <param name="cancellationToken">Interrupts the statements.</param>
    /// <exception cref="LoadException">The records cannot be read, or the temporary database cannot be written.</exception>
    public async Task<SliceComparison> CompareAsync(
        SliceBounds slice,
        IAsyncEnumerable<ReadOnlyMemory<FoundRecord>> pages,
        StoredTable table,
        int maxExamples,
        CancellationToken cancellationToken)
    {
        Run(() => _connection.Execute(ComparisonSql.CreateStoredRows), cancellationToken);
        using (var appender = new ChunkAppender(
            _connection,
            isTemporary: true,
            ComparisonSql.StoredRows,
            DuckDBType.Integer,
            DuckDBType.BigInt,
            DuckDBType.Double,
            DuckDBType.BigInt,
            DuckDBType.BigInt,
            DuckDBType.Boolean))
        {
            _buffered = 0;
            await foreach (ReadOnlyMemory<FoundRecord> page in pages.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                Run(() => Append(appender, page.Span), cancellationToken);
            }

            Run(
                () =>
                {
                    Flush(appender);
                    appender.Complete();
                    return 0;
                },
                cancellationToken);
        }

        return Run(
            () =>
            {
                _connection.Execute(ComparisonSql.Compare(slice, table.HasVersions, table.KeepsOlderVersions));
                IReadOnlyList<(int SeriesId, ComparisonCounts Counts)> counts = Count();
                ComparisonCounts total = counts.Aggregate(default(ComparisonCounts), (sum, series) => sum + series.Counts);
                return new SliceComparison(
                    counts,
                    [
                        .. Select(DifferenceKind.Missing, total.Missing),
                        .. Select(DifferenceKind.Different, total.Different),
                        .. Select(DifferenceKind.Superseded, total.Superseded),
                        .. Select(DifferenceKind.Foreign, total.Foreign),
                        .. Select(DifferenceKind.TwoSources, total.TwoSources),
                    ]);
            },
            cancellationToken);

        IReadOnlyList<Difference> Select(DifferenceKind kind, long count) =>
            count == 0 || maxExamples == 0 ? [] : SelectDifferences(kind, maxExamples);
    }

    /// <summary>Closes and deletes the temporary database.</summary>
    public void Dispose()
    {
        _appender?.Dispose();
        _connection.Dispose();
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // The system deletes what is left in its folder for temporary files. What was found does not depend on it.
        }
    }

    private void Append(ChunkAppender appender, MeasurementBatch batch)
    {
        ReadOnlySpan<RejectionReason> verdicts = batch.Verdicts;
        ReadOnlySpan<long> times = batch.Times;
        ReadOnlySpan<double> values = batch.Values;
        ReadOnlySpan<int> ids = batch.SeriesIds;
        ReadOnlySpan<long> versions = batch.Versions;
        long nanoseconds = TimeUnit.Nanoseconds.PerSecond() / batch.TimeUnit.PerSecond();
        long position = (long)batch.RowGroup << RowBits;
        Array.Resize(ref _rowsOfSeries, Math.Max(_rowsOfSeries.Length, batch.SeriesById.Length));
        for (int row = 0; row < verdicts.Length;)
        {
            Span<int> series = appender.Column<int>(0);
            Span<long> chunkTimes = appender.Column<long>(1);
            Span<double> chunkValues = appender.Column<double>(2);
            Span<long> chunkVersions = appender.Column<long>(3);
            Span<long> positions = appender.Column<long>(4);
            for (; row < verdicts.Length && _buffered < ChunkAppender.Capacity; row++)
            {
                if (verdicts[row] != RejectionReason.None)
                {
                    continue;
                }

                long time = checked(times[row] * nanoseconds);
                series[_buffered] = ids[row];
                chunkTimes[_buffered] = time;
                chunkValues[_buffered] = values[row];
                chunkVersions[_buffered] = versions.IsEmpty ? batch.Version : versions[row];
                positions[_buffered] = position + row;
                _buffered++;
                _rowsOfSeries[ids[row]]++;
                _from = Math.Min(_from, time);
                _to = Math.Max(_to, time);
                RowCount++;
            }

            FlushIfFull(appender);
        }
    }

    private int Append(ChunkAppender appender, ReadOnlySpan<FoundRecord> records)
    {
        for (int next = 0; next < records.Length;)
        {
            Span<int> series = appender.Column<int>(0);
            Span<long> times = appender.Column<long>(1);
            Span<double> values = appender.Column<double>(2);
            Span<long> versions = appender.Column<long>(3);
            Span<long> fingerprints = appender.Column<long>(4);
            Span<bool> otherUnits = appender.Column<bool>(5);
            for (; next < records.Length && _buffered < ChunkAppender.Capacity; next++, _buffered++)
            {
                ref readonly FoundRecord record = ref records[next];
                series[_buffered] = record.SeriesId;
                times[_buffered] = record.Time;
                values[_buffered] = record.Value;
                versions[_buffered] = record.Version;
                otherUnits[_buffered] = record.HasOtherUnit;
                if (record.Fingerprint is { } fingerprint)
                {
                    fingerprints[_buffered] = fingerprint;
                }
                else
                {
                    appender.SetNull(4, _buffered);
                }
            }

            FlushIfFull(appender);
        }

        return records.Length;
    }

    private void FlushIfFull(ChunkAppender appender)
    {
        if (_buffered == ChunkAppender.Capacity)
        {
            Flush(appender);
        }
    }

    private void Flush(ChunkAppender? appender)
    {
        if (_buffered > 0)
        {
            appender?.Append(_buffered);
            _buffered = 0;
        }
    }

    private unsafe List<SliceBounds> DivideByTime(SliceBounds all, long maxRows)
    {
        var slices = new List<SliceBounds>();
        long start = all.From;
        long rows = 0;
        using var scan = new RowScan(_connection, ComparisonSql.CountByTime(all.FirstSeries, all.LastSeries));
        while (scan.MoveNext())
        {
            long* times = scan.Column<long>(0);
            long* counts = scan.Column<long>(1);
            for (int i = 0; i < scan.Count; i++)
            {
                if (rows > 0 && rows + counts[i] > maxRows)
                {
                    slices.Add(all with { From = start, To = times[i] - 1, Rows = rows });
                    (start, rows) = (times[i], 0);
                }

                rows += counts[i];
            }
        }

        slices.Add(all with { From = start, Rows = rows });
        return slices;
    }

    private List<(int SeriesId, ComparisonCounts Counts)> Count()
    {
        var series = new List<(int, ComparisonCounts)>();
        using DuckDBCommand command = _connection.CreateCommand(ComparisonSql.CountBySeries);
        using DuckDBDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            series.Add((
                reader.GetInt32(0),
                new ComparisonCounts(reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5))
                {
                    StoredByOlderVersion = reader.GetInt64(6),
                    TwoSources = reader.GetInt64(7),
                    Duplicates = reader.GetInt64(8),
                }));
        }

        return series;
    }

    private List<Difference> SelectDifferences(DifferenceKind kind, int max)
    {
        var differences = new List<Difference>();
        using DuckDBCommand command = _connection.CreateCommand(ComparisonSql.Select(kind, max));
        using DuckDBDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            differences.Add(new Difference(kind, reader.GetInt32(0), reader.GetInt64(1))
            {
                Row = reader.IsDBNull(4) ? null : RowAt(reader.GetInt64(4), reader.GetDouble(2), reader.GetInt64(3)),
                StoredValue = reader.IsDBNull(5) ? null : reader.GetDouble(5),
                StoredVersion = reader.IsDBNull(6) ? null : reader.GetInt64(6),
                HasOtherUnit = reader.GetBoolean(7),
            });
        }

        return differences;

        static FileRow RowAt(long position, double value, long version) =>
            new((int)(position >> RowBits), (int)(position & uint.MaxValue), value, version);
    }

    /// <summary>Runs statements on the temporary database, and interrupts them if the token is cancelled.</summary>
    private T Run<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using CancellationTokenRegistration interrupt = cancellationToken.Register(
            static connection => NativeMethods.Startup.DuckDBInterrupt(((DuckDBConnection)connection!).NativeConnection), _connection);
        try
        {
            return work();
        }
        catch (Exception exception) when (DuckDbErrors.IsDuckDbError(exception))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (DuckDbErrors.IsLackOfSpace(exception))
            {
                throw new UnavailableException(
                    $"The comparison ran out of temporary disk space in {PlainText.Escape(Path.GetTempPath())}. Free some space, or set "
                    + $"TMPDIR to another folder, then run the command again. ({PlainText.Escape(exception.Message)})",
                    exception);
            }

            throw;
        }
    }
}
