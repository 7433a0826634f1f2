using System.Runtime.CompilerServices;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Concurrency;
using Loader.Infrastructure.Timestream.Encoding;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.Timestream.Sending;

/// <summary>Sends requests of one batch, one after another, and settles their rows. Several workers share a batch.</summary>
/// <remarks>The counts belong to the worker while it runs and may be read after it has completed.</remarks>
internal sealed partial class RequestWorker : IDisposable
{
    private readonly BatchSender _sender;
    private readonly RequestQueue _queue;
    private readonly Stack<(int Start, int Count)> _halves = new();
    private readonly RetryCounts _retryCounts = new();
    private readonly TimestreamEncoder _encoder;
    private EncodedRequest _request;
    private List<RejectedRecord>? _rejectedRecords;
    private int _start;
    private int _count;
    private bool _hasPermit;

    /// <summary>Initializes a new instance of the <see cref="RequestWorker"/> class.</summary>
    /// <param name="sender">What all batches share.</param>
    /// <param name="queue">The rows of the batch.</param>
    public RequestWorker(BatchSender sender, RequestQueue queue)
    {
        _sender = sender;
        _queue = queue;
        _encoder = new TimestreamEncoder(queue.AbortState.Table.Database, queue.AbortState.Table.Table);
    }

    /// <summary>Gets the number of rows that the service accepted.</summary>
    public int Written { get; private set; }

    /// <summary>Gets the number of rows for which the service has the value of a newer object.</summary>
    public int Superseded { get; private set; }

    /// <summary>Gets the number of rows for which the service has the value of a later row group of the same object.</summary>
    public int Duplicate { get; private set; }

    /// <summary>Gets the rows that the service rejected.</summary>
    public List<RejectedRow> Rejected { get; } = [];

    /// <summary>Gets the requests, bytes and retries that the worker needed.</summary>
    public WriteEffort Effort { get; private set; }

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
                    answer = await _sender.Retries.SendAsync(
                        static (worker, token) => worker.SendOnceAsync(token), this, _retryCounts, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    Effort += new WriteEffort { Throttles = _retryCounts.Throttles, Retries = _retryCounts.Retries };
                }

                Settle(answer.Error);
                if (_halves.Count == 0)
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
            _queue.AbortState.Abort(failure);
        }
        finally
        {
            ReleasePermit();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    /// <summary>Takes half of a request that the service rejected as a whole, or the next request of the batch.</summary>
    private bool TryTake()
    {
        if (_halves.TryPop(out (int Start, int Count) half))
        {
            (_start, _count) = half;
            return _queue.AbortState.Failure is null;
        }

        return _queue.TryTake(out _start, out _count);
    }

    /// <summary>
    /// Sends the slice once while holding a permit. Encodes it again each time, which is cheaper than keeping bodies while requests wait.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ServiceResponse> SendOnceAsync(CancellationToken cancellationToken)
    {
        if (!_hasPermit)
        {
            await AcquirePermitAsync(isRetry: true, cancellationToken).ConfigureAwait(false);
        }

        _request = _encoder.Encode(_queue.Plan, _start, _count);
        Effort += new WriteEffort { BytesSent = _request.Body.Length };
        ServiceResponse answer = Check(await _sender.WriteRecords(_request.Body, cancellationToken).ConfigureAwait(false));
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
        var priority = new RequestPriority(_queue.AbortState.Load, _queue.Plan.Batch.RowGroup, IsFirstAttempt: !isRetry);
        if (_hasPermit && _sender.Limiter.CanKeep(priority))
        {
            return ValueTask.CompletedTask;
        }

        ReleasePermit();
        return WaitForPermitAsync(priority, cancellationToken);
    }

    private async ValueTask WaitForPermitAsync(RequestPriority priority, CancellationToken cancellationToken)
    {
        await _sender.Limiter.AcquireAsync(priority, cancellationToken).ConfigureAwait(false);
        _hasPermit = true;
    }

    private void ReleasePermit()
    {
        if (_hasPermit)
        {
            _hasPermit = false;

            // There are more workers than permits, so that buffers would otherwise take several times the memory of the requests in flight.
            _encoder.ReleaseBuffer();
            _sender.Limiter.Release();
        }
    }

    /// <summary>Treats a response that does not account for every record as no response: what was stored is not known.</summary>
    private ServiceResponse Check(ServiceResponse answer)
    {
        if (answer.Error is { Kind: ServiceErrorKind.RejectedRecords } error)
        {
            _rejectedRecords = WriteRecordsResponse.ParseRejectedRecords(error.Body, _count);
            return _rejectedRecords is null
                ? ServiceError.NoAnswer("UnusableAnswer", "records were rejected, but the response does not say which")
                : answer;
        }

        return answer.Error is null && !WriteRecordsResponse.ConfirmsAll(answer.Body.Span, _count)
            ? ServiceError.NoAnswer("UnusableAnswer", $"the response does not confirm that all {_count} records were ingested")
            : answer;
    }

    private void Settle(ServiceError? error)
    {
        switch (error?.Kind)
        {
            case null:
                Accept(_count);
                break;

            case ServiceErrorKind.RejectedRecords:
                foreach (RejectedRecord record in _rejectedRecords!)
                {
                    Reject(record);
                }

                if (_rejectedRecords.Count < _count)
                {
                    Accept(_count - _rejectedRecords.Count);
                }

                break;

            case ServiceErrorKind.Validation when _count > 1:
                int half = _count / 2;
                _halves.Push((_start + half, _count - half));
                _halves.Push((_start, half));
                break;

            case ServiceErrorKind.Validation:
                int row = _queue.Plan.RowIndices[_start];
                Rejected.Add(new RejectedRow(row, RejectionReason.Refused, error.Message));
                LogRowRejected(_sender.Logger, row, _queue.Plan.Batch.RowGroup, error.Message);
                _queue.AbortState.RowRejected(error.Message);
                break;

            default:
                _queue.AbortState.Abort(error, _retryCounts);
                break;
        }
    }

    private void Accept(int count)
    {
        _queue.AbortState.RecordAccepted();
        Written += count;
        Effort += new WriteEffort { Requests = 1, WriteUnits = _request.WriteUnits, WriteUnitsPlain = _request.WriteUnitsPlain };
    }

    private void Reject(in RejectedRecord record)
    {
        int row = _queue.Plan.RowIndices[_start + record.Index];
        StoredVersion? stored = record.ExistingVersion is { } existing
            ? ObjectVersion.CompareStored(_queue.Plan.Batch.VersionOf(row), existing)
            : null;
        switch (stored)
        {
            case StoredVersion.NewerObject:
                Superseded++;
                break;
            case StoredVersion.LaterRowGroup:
                Duplicate++;
                break;
            case StoredVersion.Same:
                Rejected.Add(new RejectedRow(row, RejectionReason.VersionConflict, record.Reason));
                break;
            default:
                Rejected.Add(new RejectedRow(row, RejectionReason.Refused, record.Reason));
                break;
        }
    }

    [LoggerMessage(2006, LogLevel.Warning, "The service rejected a request with only row {Row} of row group {RowGroup}: {Message}")]
    private static partial void LogRowRejected(ILogger logger, int row, int rowGroup, string message);
}
