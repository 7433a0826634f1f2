using System.Runtime.CompilerServices;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Planning;
using Loader.Infrastructure.Requests;
using Loader.Infrastructure.Timestream.Encoding;
using Loader.Infrastructure.Timestream.Planning;
using Loader.Infrastructure.Timestream.Tables;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.Timestream.Sending;

/// <summary>Sends WriteRecords requests and settles their rows.</summary>
internal sealed partial class WriteRecordsWorker : RequestWorker
{
    private readonly WritePlan<PreparedSeries> _plan;
    private readonly Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ServiceResponse>> _writeRecords;
    private readonly TimestreamEncoder _encoder;
    private EncodedRequest _request;
    private List<RejectedRecord>? _rejectedRecords;

    /// <summary>Initializes a new instance of the <see cref="WriteRecordsWorker"/> class.</summary>
    /// <param name="sender">What all batches share.</param>
    /// <param name="queue">The rows of the batch.</param>
    /// <param name="plan">The plan of <paramref name="queue"/>.</param>
    /// <param name="table">The table.</param>
    /// <param name="writeRecords">Sends one WriteRecords request. The body must not change until it completes.</param>
    public WriteRecordsWorker(
        BatchSender sender,
        RequestQueue queue,
        WritePlan<PreparedSeries> plan,
        in TableName table,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ServiceResponse>> writeRecords)
        : base(sender, queue)
    {
        _plan = plan;
        _writeRecords = writeRecords;
        _encoder = new TimestreamEncoder(table.Database, table.Table);
    }

    /// <inheritdoc/>
    public override void Dispose() => _encoder.Dispose();

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<ServiceResponse> SendRowsAsync(CancellationToken cancellationToken)
    {
        _request = _encoder.Encode(_plan, Start, Count);
        Effort += new WriteEffort { BytesSent = _request.Body.Length };
        return Check(await _writeRecords(_request.Body, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    protected override void Settle(ServiceError? error)
    {
        switch (error?.Kind)
        {
            case null:
                AcceptRequest(Count);
                break;

            case ServiceErrorKind.RejectedRecords:
                foreach (RejectedRecord record in _rejectedRecords!)
                {
                    Reject(record);
                }

                if (_rejectedRecords.Count < Count)
                {
                    AcceptRequest(Count - _rejectedRecords.Count);
                }

                break;

            case ServiceErrorKind.Validation when Count > 1:
                Halve();
                break;

            case ServiceErrorKind.Validation:
                int row = _plan.RowIndices[Start];
                Rejected.Add(new RejectedRow(row, RejectionReason.Refused, error.Message));
                LogRowRejected(Sender.Logger, row, _plan.Batch.RowGroup, error.Message);
                Queue.AbortState.RowRejected(error.Message);
                break;

            default:
                Queue.AbortState.Abort(error, RetryCounts);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void ReleaseBuffers() => _encoder.ReleaseBuffer();

    /// <summary>Treats a response that does not account for every record as no response: what was stored is not known.</summary>
    private ServiceResponse Check(ServiceResponse answer)
    {
        if (answer.Error is { Kind: ServiceErrorKind.RejectedRecords } error)
        {
            _rejectedRecords = WriteRecordsResponse.ParseRejectedRecords(error.Body, Count);
            return _rejectedRecords is null
                ? ServiceError.NoAnswer("UnusableAnswer", "records were rejected, but the response does not say which")
                : answer;
        }

        return answer.Error is null && !WriteRecordsResponse.ConfirmsAll(answer.Body.Span, Count)
            ? ServiceError.NoAnswer("UnusableAnswer", $"the response does not confirm that all {Count} records were ingested")
            : answer;
    }

    private void AcceptRequest(int rows)
    {
        Accept(rows);
        Effort += new WriteEffort { Requests = 1, WriteUnits = _request.WriteUnits, WriteUnitsPlain = _request.WriteUnitsPlain };
    }

    private void Reject(in RejectedRecord record)
    {
        int row = _plan.RowIndices[Start + record.Index];
        StoredVersion? stored = record.ExistingVersion is { } existing
            ? ObjectVersion.CompareStored(_plan.Batch.VersionOf(row), existing)
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
