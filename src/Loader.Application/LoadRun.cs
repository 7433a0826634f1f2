using System.Diagnostics;
using System.Runtime.CompilerServices;
using Loader.Application.Ports;
using Loader.Application.Quality;
using Loader.Application.Results;
using Loader.Application.Telemetry;
using Loader.Domain;
using Microsoft.Extensions.Logging;

namespace Loader.Application;

/// <summary>
/// Runs one load of one file: pulls row groups, settles several at once, and records what happened. <see cref="LoadConclusion"/> decides
/// what it means.
/// </summary>
/// <remarks>
/// There are two signals. <c>_stop</c> ends the pulling of row groups (stop requested, deadline near, failure), and those in flight settle.
/// <c>_abandon</c> cancels those in flight (caller, deadline reached). Settling returns an outcome and never throws, because an exception
/// would cancel the other row groups.
/// </remarks>
internal sealed class LoadRun : IDisposable
{
    /// <summary>AWS accepts requests of clocks that differ by up to 15 minutes. Clocks of stores differ no more.</summary>
    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromMinutes(15);

    private readonly LoadRequest _request;
    private readonly IParquetSource _source;
    private readonly IRecordSink _sink;
    private readonly IRejectedRowStore _rejectedRows;
    private readonly LoadOptions _options;
    private readonly LoadMemory _memory;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LoadState _load;
    private readonly LoadDeadline _deadline;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource? _timeout;
    private readonly CancellationTokenSource _abandon;
    private readonly CancellationTokenSource _stop;
    private readonly long _started;
    private FileJudge? _judge;
    private long _rowsSettled;

    public LoadRun(
        LoadRequest request,
        IParquetSource source,
        IRecordSink sink,
        IRejectedRowStore rejectedRows,
        LoadOptions options,
        LoadMemory memory,
        TimeProvider time,
        ILogger logger,
        CancellationToken caller)
    {
        _request = request;
        _source = source;
        _sink = sink;
        _rejectedRows = rejectedRows;
        _options = options;
        _memory = memory;
        _time = time;
        _logger = logger;
        _caller = caller;
        _started = time.GetTimestamp();
        _load = new LoadState(request);
        _deadline = new LoadDeadline(request.Deadline, options.DeadlineGrace);
        _timeout = _deadline.GetTimeUntilCancel(time.GetUtcNow()) is { } left ? new CancellationTokenSource(left, time) : null;
        _abandon = CancellationTokenSource.CreateLinkedTokenSource(caller, _timeout?.Token ?? CancellationToken.None);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(request.StopRequested, _abandon.Token);
    }

    public void Dispose()
    {
        _judge?.Dispose();
        _stop.Dispose();
        _abandon.Dispose();
        _timeout?.Dispose();
    }

    /// <summary>Runs the load. Call it once.</summary>
    /// <returns>The report, regardless of how the load ended.</returns>
    public async Task<LoadReport> ExecuteAsync()
    {
        try
        {
            if (await ResolveDatasetAsync().ConfigureAwait(false) is not { } dataset)
            {
                return LoadConclusion.Skip(End(), SkipReason.KeptRows);
            }

            _load.Dataset = dataset;
            IParquetFile file = await _source.OpenAsync(_request.File, dataset, _abandon.Token).ConfigureAwait(false);
            await using (file.ConfigureAwait(false))
            {
                _load.Open(file);
                if (FindSkipReason(file) is { } reason)
                {
                    _load.BytesRead = file.BytesRead;
                    return LoadConclusion.Skip(End(), reason);
                }

                WarnOfFutureVersion(file);
                _judge = _request.Quality?.Begin(_request.File, file.Zone, file.Mapping?.Quality, _request.TimeRange);
                await LoadRowGroupsAsync(file, dataset).ConfigureAwait(false);
                _load.BytesRead = file.BytesRead;
            }
        }
        catch (SchemaMismatchException mismatch) when (_request.IsListed && mismatch.HoldsKeptRows)
        {
            return LoadConclusion.Skip(End(), SkipReason.KeptRows);
        }
        catch (LoadException failure)
        {
            return LoadConclusion.Fail(End(), failure);
        }
        catch (OperationCanceledException) when (_abandon.IsCancellationRequested)
        {
            return LoadConclusion.Cancel(End());
        }

        return LoadConclusion.Conclude(End(), _options.MaxInvalidPercent);
    }

    /// <summary>Finds the dataset.</summary>
    /// <returns>The dataset, or <see langword="null"/> if the file has none because it holds kept rows that a listing found.</returns>
    private async Task<DatasetType?> ResolveDatasetAsync()
    {
        try
        {
            DatasetType? mapped = _request.IsReplay
                ? null
                : await _source.FindDatasetAsync(_request.File, _abandon.Token).ConfigureAwait(false);
            return DatasetResolver.Resolve(_request, mapped);
        }
        catch (UnknownDatasetException) when (_request is { IsListed: true, IsReplay: false })
        {
            if (await HoldsKeptRowsAsync().ConfigureAwait(false))
            {
                return null;
            }

            throw;
        }
    }

    /// <summary>Returns whether the file holds kept rows. What they are kept of does not matter: they have columns of their own.</summary>
    private async Task<bool> HoldsKeptRowsAsync()
    {
        try
        {
            IParquetFile file = await _source.OpenAsync(_request.File, DatasetType.Generation, _abandon.Token).ConfigureAwait(false);
            await using (file.ConfigureAwait(false))
            {
                return file.HoldsKeptRows;
            }
        }
        catch (LoadException failure)
        {
            return failure is SchemaMismatchException { HoldsKeptRows: true };
        }
    }

    private SkipReason? FindSkipReason(IParquetFile file) =>
        string.Equals(_request.LoadedETag, file.ETag, StringComparison.Ordinal) ? SkipReason.AlreadyLoaded
        : _request.IsReplay && !file.HoldsKeptRows ? SkipReason.NotKeptRows
        : _request.IsListed && !_request.IsReplay && file.HoldsKeptRows ? SkipReason.KeptRows
        : null;

    private void WarnOfFutureVersion(IParquetFile file)
    {
        bool isFromLastModified = _request.Version is null && !_load.IsResumed && !file.HoldsKeptRows;
        if (isFromLastModified && file.LastModified > _time.GetUtcNow() + MaxClockSkew)
        {
            _logger.LastModifiedInFuture(_load.Name, file.LastModified);
        }
    }

    private async Task LoadRowGroupsAsync(IParquetFile file, DatasetType dataset)
    {
        MemoryBudget budget = PlanMemory(file);
        await LoadRowGroupsAsync(file, dataset, budget.RowGroupsInFlight, _load.FromRowGroup, budget.ReservedBytes).ConfigureAwait(false);
        if (_load.ReadFailure is TooManySeriesException { IsShared: true } && !_stop.IsCancellationRequested)
        {
            // A load that reserves all memory is the only one that reads, and no other keeps series.
            _load.ReadFailure = null;
            int next = Array.IndexOf(_load.Outcomes, null, _load.FromRowGroup);
            await LoadRowGroupsAsync(file, dataset, budget.RowGroupsInFlight, next, _memory.LimitBytes).ConfigureAwait(false);
        }
    }

    private async Task LoadRowGroupsAsync(IParquetFile file, DatasetType dataset, int inFlight, int fromRowGroup, long bytes)
    {
        if (await ReserveAsync(bytes).ConfigureAwait(false) is not { } reservation)
        {
            return;
        }

        using IDisposable reserved = reservation;
        IRecordWriter writer = await _sink.OpenAsync(RecordSource.Of(dataset, file), _abandon.Token).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            _load.Destination = writer.Destination;
            ObjectVersion version = _load.Version!.Value;
            _logger.Loading(_load.Name, dataset.Name, _load.RowCount, file.RowGroups.Count, fromRowGroup, version);
            var settler = new RowGroupSettler(_request, file, writer, _rejectedRows, _logger)
            {
                Examples = _load.UnstoredRows,
            };
            await Parallel.ForEachAsync(
                PullAsync(file, fromRowGroup, version),
                new ParallelOptions { MaxDegreeOfParallelism = inFlight },
                async (batch, _) => await SettleAsync(settler, batch).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    private MemoryBudget PlanMemory(IParquetFile file)
    {
        int wanted = _options.RowGroupsInFlight;
        var budget = MemoryBudget.Plan(_request.File, file.RowGroups, _load.FromRowGroup, wanted, _memory.LimitBytes);
        if (budget.RowGroupsInFlight < wanted)
        {
            _logger.FewerRowGroupsInFlight(
                _load.Name, budget.LargestRowGroupBytes, budget.RowGroupsInFlight, wanted, _memory.LimitBytes);
        }

        return budget;
    }

    /// <summary>Waits until other loads have released the memory that this one needs.</summary>
    /// <returns>The reservation, or <see langword="null"/> if the load should stop.</returns>
    private async Task<IDisposable?> ReserveAsync(long bytes)
    {
        try
        {
            Task<IDisposable> reserving = _memory.ReserveAsync(bytes, _stop.Token);
            _load.WaitedForMemory |= !reserving.IsCompleted;
            return await reserving.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Reads a row group each time a slot is free, until the file ends, reading fails, or the load should stop.</summary>
    private async IAsyncEnumerable<MeasurementBatch> PullAsync(
        IParquetFile file, int fromRowGroup, ObjectVersion version, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, cancellationToken);
        IAsyncEnumerator<MeasurementBatch> batches =
            file.ReadAsync(fromRowGroup, version, _request.TimeRange, reading.Token).GetAsyncEnumerator(reading.Token);
        int next = fromRowGroup;
        await using (batches.ConfigureAwait(false))
        {
            while (!_stop.IsCancellationRequested && !_deadline.IsNear(_time.GetUtcNow()))
            {
                long begun = _time.GetTimestamp();
                try
                {
                    if (!await batches.MoveNextAsync().ConfigureAwait(false))
                    {
                        SettleOutside(file, next, file.RowGroups.Count);
                        _judge?.Complete();
                        yield break;
                    }

                    // Batches come in file order here, whatever is in flight later.
                    _judge?.Add(batches.Current);
                }
                catch (LoadException failure)
                {
                    _load.ReadFailure = failure;
                    yield break;
                }
                catch (OperationCanceledException) when (_stop.IsCancellationRequested)
                {
                    yield break;
                }

                SettleOutside(file, next, batches.Current.RowGroup);
                next = batches.Current.RowGroup + 1;
                _deadline.AddRead(_time.GetElapsedTime(begun));
                yield return batches.Current;
            }
        }
    }

    /// <summary>
    /// Settles the row groups that were left out because they are outside of the range of time. Any other that is missing stays without an
    /// outcome, which fails the load.
    /// </summary>
    private void SettleOutside(IParquetFile file, int from, int to)
    {
        for (int rowGroup = from; rowGroup < to; rowGroup++)
        {
            long rows = file.RowGroups[rowGroup].Rows;
            if (_load.Outcomes[rowGroup] is null && file.IsOutside(rowGroup, _request.TimeRange))
            {
                _load.Outcomes[rowGroup] = RowGroupOutcome.OutsideTimeRange(rows);
                _request.Progress?.Report(new LoadProgress(Interlocked.Add(ref _rowsSettled, rows), _load.RowCount));
            }
        }
    }

    private async Task SettleAsync(RowGroupSettler settler, MeasurementBatch batch)
    {
        using (batch)
        {
            using Activity? span = LoadTelemetry.StartRowGroup(batch.RowGroup, batch.Count);
            long begun = _time.GetTimestamp();
            RowGroupOutcome outcome = await settler.SettleAsync(batch, _abandon.Token).ConfigureAwait(false);
            _load.Outcomes[batch.RowGroup] = outcome;
            TimeSpan elapsed = _time.GetElapsedTime(begun);
            _deadline.AddSettle(elapsed);
            LoadTelemetry.EndRowGroup(span, batch.Dataset, outcome.Ledger, outcome.Effort, outcome.Failure, elapsed);
            if (outcome.IsSettled)
            {
                _logger.Settled(_load.Name, batch.RowGroup, batch.Count, (long)elapsed.TotalMilliseconds);
                _request.Progress?.Report(new LoadProgress(Interlocked.Add(ref _rowsSettled, batch.Count), _load.RowCount));
            }
            else
            {
                await _stop.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    private LoadState End()
    {
        _load.IsStopRequested = _request.StopRequested.IsCancellationRequested;
        _load.IsCancelled = _caller.IsCancellationRequested;
        _load.Elapsed = _time.GetElapsedTime(_started);
        return _load;
    }
}
