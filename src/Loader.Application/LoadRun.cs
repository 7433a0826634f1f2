using System.Runtime.CompilerServices;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Microsoft.Extensions.Logging;

namespace Loader.Application;

/// <summary>One load of one file, from opening it to its report.</summary>
/// <remarks>
/// Stopping is not crashing. Bodies return outcomes and never throw, for a throwing body would cancel its siblings. <c>_stop</c> ends the pulling
/// of row groups (clean stop, deadline near, failure); <c>_abandon</c> cancels what is in flight (caller, deadline reached).
/// </remarks>
internal sealed class LoadRun : IDisposable
{
    private readonly LoadRequest _request;
    private readonly IParquetSource _source;
    private readonly IRecordSink _sink;
    private readonly IRejectedRowStore _rejectedRows;
    private readonly LoadOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource? _deadline;
    private readonly CancellationTokenSource _abandon;
    private readonly CancellationTokenSource _stop;
    private readonly long _started;
    private readonly string _name;

    private DatasetType? _dataset;
    private ObjectVersion? _version;
    private string? _etag;
    private RowGroupOutcome?[] _outcomes = [];
    private int _from;
    private long _rowsTotal;
    private long _rowsSettled;
    private long _bytesRead;
    private long _slowestPullTicks;
    private long _slowestSettleTicks;
    private LoadException? _readFailure;

    public LoadRun(
        LoadRequest request, IParquetSource source, IRecordSink sink, IRejectedRowStore rejectedRows, LoadOptions options, TimeProvider time, ILogger logger, CancellationToken caller)
    {
        _request = request;
        _source = source;
        _sink = sink;
        _rejectedRows = rejectedRows;
        _options = options;
        _time = time;
        _logger = logger;
        _caller = caller;
        _started = time.GetTimestamp();
        _name = PlainText.Escape(request.File.ToString());
        if (request.Deadline is { } deadline)
        {
            // Half of the grace is left for keeping rejected rows, metrics and the answer.
            TimeSpan left = deadline - time.GetUtcNow() - (options.DeadlineGrace / 2);
            _deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        }

        _abandon = CancellationTokenSource.CreateLinkedTokenSource(caller, _deadline?.Token ?? CancellationToken.None);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(request.StopPulling, _abandon.Token);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _abandon.Dispose();
        _deadline?.Dispose();
    }

    public async Task<LoadReport> ExecuteAsync()
    {
        try
        {
            _dataset = DatasetInKey.Of(_request);
            IParquetFile file = await _source.OpenAsync(_request.File, _dataset, _abandon.Token).ConfigureAwait(false);
            await using (file.ConfigureAwait(false))
            {
                return await ExecuteAsync(file, _dataset).ConfigureAwait(false);
            }
        }
        catch (LoadException failure)
        {
            return Report(LoadStatus.Failed, _from, _outcomes.Length, failure);
        }
        catch (OperationCanceledException) when (_abandon.IsCancellationRequested)
        {
            // Before the first row group: nothing was done, and without a footer there is no token to go on with.
            return Report(LoadStatus.Failed, _from, _from, _caller.IsCancellationRequested ? null : NoProgress());
        }
    }

    private async Task<LoadReport> ExecuteAsync(IParquetFile file, DatasetType dataset)
    {
        _etag = file.ETag;
        CheckUnchanged(file);
        _from = _request.Resume?.RowGroup ?? 0;
        _version = _request.Resume?.Version ?? _request.Version ?? ObjectVersion.FromLastModified(file.LastModified);
        _outcomes = new RowGroupOutcome?[file.RowGroups.Count];
        for (int rowGroup = _from; rowGroup < _outcomes.Length; rowGroup++)
        {
            _rowsTotal += file.RowGroups[rowGroup].Rows;
            if (file.RowGroups[rowGroup].Rows == 0)
            {
                _outcomes[rowGroup] = new RowGroupOutcome(default, default);
            }
        }

        int inFlight = MemoryBudget.RowGroupsInFlight(_request.File, file.RowGroups, _from, _options, _logger);
        IRecordWriter writer = await _sink.OpenAsync(dataset, _abandon.Token).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            _logger.Loading(_name, dataset.Name, _rowsTotal, _outcomes.Length, _from, _version.Value);
            var settling = new RowGroupSettling(_request.File, file.ETag, writer, _rejectedRows, _logger);
            await Parallel.ForEachAsync(
                PullAsync(file, _version.Value),
                new ParallelOptions { MaxDegreeOfParallelism = inFlight },
                async (batch, _) => await SettleAsync(settling, batch).ConfigureAwait(false)).ConfigureAwait(false);
        }

        _bytesRead = file.BytesRead;
        return Conclude(file);
    }

    private void CheckUnchanged(IParquetFile file)
    {
        if (_request.Resume is not { } resume)
        {
            return;
        }

        if (!string.Equals(resume.ETag, file.ETag, StringComparison.Ordinal)
            || (resume.VersionId is not null && !string.Equals(resume.VersionId, file.VersionId, StringComparison.Ordinal)))
        {
            throw new SourceChangedException(
                $"{_name} was replaced since the load that is to be resumed (ETag {PlainText.Escape(resume.ETag)} then, {PlainText.Escape(file.ETag)} now). Load it anew, without the resume token.")
            {
                File = _request.File,
            };
        }

        if (resume.RowGroup < 0 || resume.RowGroup > file.RowGroups.Count)
        {
            throw new SourceChangedException(
                $"The resume token says row group {resume.RowGroup}, but {_name} has {file.RowGroups.Count}. Load it anew, without the resume token.")
            {
                File = _request.File,
            };
        }
    }

    /// <summary>Gives the row groups to whoever has a free slot, until the file ends, reading fails, or the load is to stop.</summary>
    private async IAsyncEnumerable<MeasurementBatch> PullAsync(IParquetFile file, ObjectVersion version, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, cancellationToken);
        IAsyncEnumerator<MeasurementBatch> batches = file.ReadAsync(_from, version, reading.Token).GetAsyncEnumerator(reading.Token);
        await using (batches.ConfigureAwait(false))
        {
            while (!IsToStop())
            {
                long begun = _time.GetTimestamp();
                try
                {
                    if (!await batches.MoveNextAsync().ConfigureAwait(false))
                    {
                        yield break;
                    }
                }
                catch (LoadException failure)
                {
                    _readFailure = failure;
                    yield break;
                }
                catch (OperationCanceledException) when (_stop.IsCancellationRequested)
                {
                    yield break;
                }

                _slowestPullTicks = Math.Max(_slowestPullTicks, _time.GetTimestamp() - begun);
                yield return batches.Current;
            }
        }
    }

    private bool IsToStop()
    {
        if (_stop.IsCancellationRequested)
        {
            return true;
        }

        if (_request.Deadline is not { } deadline)
        {
            return false;
        }

        TimeSpan slowest = _time.GetElapsedTime(0, _slowestPullTicks + Volatile.Read(ref _slowestSettleTicks));
        return deadline - _time.GetUtcNow() < (2 * slowest) + _options.DeadlineGrace;
    }

    private async Task SettleAsync(RowGroupSettling settling, MeasurementBatch batch)
    {
        using (batch)
        {
            long begun = _time.GetTimestamp();
            RowGroupOutcome outcome = await settling.SettleAsync(batch, _abandon.Token).ConfigureAwait(false);
            _outcomes[batch.RowGroup] = outcome;
            long ticks = _time.GetTimestamp() - begun;
            RaiseSlowestSettle(ticks);
            if (outcome.IsSettled)
            {
                _logger.Settled(_name, batch.RowGroup, batch.Count, (long)_time.GetElapsedTime(0, ticks).TotalMilliseconds);
                _request.Progress?.Report(new LoadProgress(Interlocked.Add(ref _rowsSettled, batch.Count), _rowsTotal));
            }
            else
            {
                // What is in flight settles; nothing more is begun.
                await _stop.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    private void RaiseSlowestSettle(long ticks)
    {
        long seen;
        while ((seen = Volatile.Read(ref _slowestSettleTicks)) < ticks && Interlocked.CompareExchange(ref _slowestSettleTicks, ticks, seen) != seen)
        {
        }
    }

    private LoadReport Conclude(IParquetFile file)
    {
        int settled = _from;
        while (settled < _outcomes.Length && _outcomes[settled] is { IsSettled: true })
        {
            settled++;
        }

        LoadException? failure = FirstFailure();
        if (failure is null && settled == _outcomes.Length)
        {
            LoadReport report = Report(LoadStatus.Succeeded, _from, settled, failure: null);
            return InvalidRowsLimit.Exceeded(report, _options) is { } tooMany ? report with { Status = LoadStatus.Failed, Failure = tooMany } : report;
        }

        // A throttle that lasts for hours is not worth waiting for: what is settled stays settled, and the rest is resumed later.
        if (failure is not null && !(failure is ThrottledException { LastsForHours: true } && settled > _from))
        {
            return Report(LoadStatus.Failed, _from, _outcomes.Length, failure);
        }

        if (_caller.IsCancellationRequested)
        {
            return Report(LoadStatus.Incomplete, _from, settled, failure: null) with { Resume = TokenAt(file, settled) };
        }

        if (settled == _from && !_request.StopPulling.IsCancellationRequested)
        {
            return Report(LoadStatus.Failed, _from, settled, NoProgress());
        }

        ResumeToken token = TokenAt(file, settled);
        string why = failure is not null ? "The destination throttles for hours" : _request.StopPulling.IsCancellationRequested ? "It was stopped" : "Its deadline is near";
        return Report(
            LoadStatus.Incomplete,
            _from,
            settled,
            new IncompleteLoadException($"{_name} is loaded up to row group {settled} of {_outcomes.Length}. {why}; resume it from there.", token, failure) { File = _request.File })
            with
        { Resume = token };
    }

    private ResumeToken TokenAt(IParquetFile file, int rowGroup) => new(rowGroup, file.ETag, file.VersionId, _version!.Value);

    /// <summary>The failure to report: a permanent one before a transient one, the earliest row group first.</summary>
    private LoadException? FirstFailure()
    {
        LoadException? first = null;
        foreach (RowGroupOutcome? outcome in _outcomes)
        {
            if (outcome?.Failure is { } failure && (first is null || (first.IsTransient && !failure.IsTransient)))
            {
                first = failure;
            }
        }

        return _readFailure is { } read && (first is null || (first.IsTransient && !read.IsTransient)) ? read : first;
    }

    private NoProgressException NoProgress() =>
        new($"Not one row group of {_name} could be settled before the deadline. Give the load more time, or write the file with smaller row groups.") { File = _request.File };

    private LoadReport Report(LoadStatus status, int from, int to, LoadException? failure)
    {
        Ledger ledger = default;
        WriteEffort effort = default;
        string? rejectedRows = null;
        long[] reasons = new long[(int)RejectionReason.Refused + 1];
        for (int rowGroup = from; rowGroup < to; rowGroup++)
        {
            if (_outcomes[rowGroup] is not { } outcome)
            {
                continue;
            }

            ledger += outcome.Ledger;
            effort += outcome.Effort;
            rejectedRows ??= outcome.RejectedRows;
            for (int reason = 0; reason < reasons.Length && outcome.InvalidByReason is not null; reason++)
            {
                reasons[reason] += outcome.InvalidByReason[reason];
            }
        }

        return new LoadReport
        {
            File = _request.File,
            Dataset = _dataset,
            Version = _version,
            ETag = _etag,
            FromRowGroup = from,
            Status = status,
            Ledger = ledger,
            Effort = effort,
            InvalidByReason = reasons.Index().Where(pair => pair.Item > 0).ToDictionary(pair => (RejectionReason)pair.Index, pair => pair.Item),
            BytesRead = _bytesRead,
            Elapsed = _time.GetElapsedTime(_started),
            RejectedRows = rejectedRows,
            Failure = failure,
        };
    }
}
