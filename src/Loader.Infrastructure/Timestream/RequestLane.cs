using System.Runtime.CompilerServices;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Aws;

namespace Loader.Infrastructure.Timestream;

/// <summary>Sends requests of one batch one after another, until none is left, and settles their rows. Several lanes work on a batch at once.</summary>
internal sealed class RequestLane : IDisposable
{
    private readonly TimestreamSession _session;
    private readonly BatchWrite _write;
    private readonly Stack<(int Start, int Count)> _pending = new();
    private readonly Attempts _attempts = new();
    private readonly RequestEncoder _encoder;
    private EncodedRequest _request;
    private List<RejectedRecord>? _rejected;
    private int _start;
    private int _count;
    private bool _hasPermit;

    /// <summary>Initializes a new instance of the <see cref="RequestLane"/> class.</summary>
    /// <param name="session">What all loads share.</param>
    /// <param name="write">The batch.</param>
    public RequestLane(TimestreamSession session, BatchWrite write)
    {
        _session = session;
        _write = write;
        _encoder = new RequestEncoder(write.Table.Database, write.Table.Table);
    }

    /// <summary>Gets what the lane has settled.</summary>
    public LaneTally Tally { get; } = new();

    /// <summary>Sends until nothing is left to be sent, the load has failed, or it is abandoned. Throws for neither.</summary>
    /// <param name="cancellationToken">Abandons the request in flight; its rows stay unsettled.</param>
    /// <returns>A task that ends when the lane has.</returns>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await TakePermitAsync(wasSent: false, cancellationToken).ConfigureAwait(false);
            while (TryTake())
            {
                ServiceAnswer answer;
                try
                {
                    answer = await _session.Retries.SendAsync(
                        static (lane, token) => lane.SendAsync(token), this, _attempts, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    Tally.Effort += new WriteEffort { Throttles = _attempts.Throttles, Retries = _attempts.Retries };
                }

                Settle(answer.Error);
                if (_pending.Count == 0)
                {
                    await TakePermitAsync(wasSent: false, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The rows in flight stay unsettled, and the outcome says so.
        }
        catch (LoadException failure)
        {
            _write.Fate.Fail(failure);
        }
        finally
        {
            GivePermitBack();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    /// <summary>Takes a half of a request that the service condemned for some of its rows, or else the next request of the batch.</summary>
    private bool TryTake()
    {
        if (_pending.TryPop(out (int Start, int Count) half))
        {
            (_start, _count) = half;
            return _write.Fate.Failure is null;
        }

        return _write.TryTake(out _start, out _count);
    }

    /// <summary>Sends the slice once, holding a permit. It is encoded anew each time, which costs less than keeping bodies while they wait.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ServiceAnswer> SendAsync(CancellationToken cancellationToken)
    {
        if (!_hasPermit)
        {
            await TakePermitAsync(wasSent: true, cancellationToken).ConfigureAwait(false);
        }

        _request = _encoder.Encode(_write.Plan, _start, _count);
        Tally.Effort += new WriteEffort { BytesSent = _request.Body.Length };
        ServiceAnswer answer = Judge(await _session.Client.SendAsync("WriteRecords", _request.Body, cancellationToken).ConfigureAwait(false));
        if (answer.Error is { Kind: ServiceErrorKind.Throttled or ServiceErrorKind.Unavailable or ServiceErrorKind.InvalidEndpoint })
        {
            // Others use the permit while this request waits to be sent again.
            GivePermitBack();
        }

        return answer;
    }

    /// <summary>Takes a permit, or keeps the one in hand where nobody waits who goes first.</summary>
    private ValueTask TakePermitAsync(bool wasSent, CancellationToken cancellationToken)
    {
        long rank = PermitGate.RankOf(_write.Plan.Batch.RowGroup, wasSent);
        if (_hasPermit && _session.Gate.MayKeep(rank))
        {
            return ValueTask.CompletedTask;
        }

        GivePermitBack();
        return WaitForPermitAsync(rank, cancellationToken);
    }

    private async ValueTask WaitForPermitAsync(long rank, CancellationToken cancellationToken)
    {
        await _session.Gate.WaitAsync(rank, cancellationToken).ConfigureAwait(false);
        _hasPermit = true;
    }

    private void GivePermitBack()
    {
        if (_hasPermit)
        {
            _hasPermit = false;
            _session.Gate.Release();
        }
    }

    /// <summary>An answer that does not add up says nothing of what was stored: it counts as no answer.</summary>
    private ServiceAnswer Judge(ServiceAnswer answer)
    {
        if (answer.Error is { Kind: ServiceErrorKind.RejectedRecords } error)
        {
            _rejected = RejectedRecord.ReadAll(error.Body, _count);
            return _rejected is null
                ? ServiceError.NoAnswer("UnusableAnswer", "records were rejected, but the answer does not say which")
                : answer;
        }

        return answer.Error is null && !IngestedRecords.Confirms(answer.Body.Span, _count)
            ? ServiceError.NoAnswer("UnusableAnswer", "the answer to a request does not say that all of its records were taken")
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
                foreach (RejectedRecord record in _rejected!)
                {
                    Settle(record);
                }

                if (_rejected.Count < _count)
                {
                    Accept(_count - _rejected.Count);
                }

                break;

            case ServiceErrorKind.Validation when _count > 1:
                int half = _count / 2;
                _pending.Push((_start + half, _count - half));
                _pending.Push((_start, half));
                break;

            case ServiceErrorKind.Validation:
                int row = _write.Plan.Rows[_start];
                Tally.Rejected.Add(new RejectedRow(row, RejectionReason.Refused, error.Message));
                _session.Logger.RecordRefused(row, _write.Plan.Batch.RowGroup, error.Message);
                _write.Fate.Refused(error.Message, _write.Table);
                break;

            default:
                _write.Fate.Fail(TimestreamFailures.Of(error, _write.Table, _attempts));
                break;
        }
    }

    private void Accept(int rows)
    {
        _write.Fate.Accepted();
        Tally.Written += rows;
        Tally.Effort += new WriteEffort { Requests = 1, WriteUnits = _request.WriteUnits, WriteUnitsPlain = _request.WriteUnitsPlain };
    }

    private void Settle(in RejectedRecord record)
    {
        int row = _write.Plan.Rows[_start + record.Index];
        StoredVersion? stored = record.ExistingVersion is { } existing
            ? ObjectVersion.CompareStored(_write.Plan.Batch.VersionOf(row), existing)
            : null;
        switch (stored)
        {
            case StoredVersion.NewerObject:
                Tally.Superseded++;
                break;
            case StoredVersion.LaterRowGroup:
                Tally.Duplicate++;
                break;
            case StoredVersion.Same:
                Tally.Rejected.Add(new RejectedRow(row, RejectionReason.VersionConflict, record.Reason));
                break;
            default:
                Tally.Rejected.Add(new RejectedRow(row, RejectionReason.Refused, record.Reason));
                break;
        }
    }
}
