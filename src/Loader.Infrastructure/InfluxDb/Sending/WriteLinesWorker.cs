using System.Runtime.CompilerServices;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Encoding;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.InfluxDb.Tables;
using Loader.Infrastructure.Planning;
using Loader.Infrastructure.Requests;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.InfluxDb.Sending;

/// <summary>Sends requests with lines and settles their rows.</summary>
/// <remarks>
/// Lines may be sent again at any time: the same line again changes nothing. That makes it possible to divide a request until the lines
/// that a server refuses without naming them are found.
/// </remarks>
internal sealed partial class WriteLinesWorker : RequestWorker
{
    private readonly WritePlan<PreparedLine> _plan;
    private readonly InfluxDbTable _table;
    private readonly LineSender _lines;
    private readonly LineEncoder _encoder;
    private readonly TimeProvider _timeProvider;
    private LinePrecision? _precision;

    /// <summary>Initializes a new instance of the <see cref="WriteLinesWorker"/> class.</summary>
    /// <param name="sender">What all batches share.</param>
    /// <param name="queue">The rows of the batch.</param>
    /// <param name="plan">The plan of <paramref name="queue"/>.</param>
    /// <param name="format">The form of the lines.</param>
    /// <param name="table">The table.</param>
    /// <param name="lines">Sends the requests.</param>
    /// <param name="timeProvider">The clock.</param>
    public WriteLinesWorker(
        BatchSender sender,
        RequestQueue queue,
        WritePlan<PreparedLine> plan,
        LineFormat format,
        InfluxDbTable table,
        LineSender lines,
        TimeProvider timeProvider)
        : base(sender, queue)
    {
        _plan = plan;
        _table = table;
        _lines = lines;
        _encoder = new LineEncoder(format, lines.Gzip);
        _timeProvider = timeProvider;
    }

    /// <inheritdoc/>
    public override void Dispose() => _encoder.Dispose();

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<ServiceResponse> SendRowsAsync(CancellationToken cancellationToken)
    {
        EncodedLines request = _encoder.Encode(_plan, Start, Count);
        Cut(request.Count);
        _precision = request.Precision;
        Effort += new WriteEffort { BytesSent = request.Body.Length };
        return await _lines.SendAsync(_table.Engine, request, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void ReleaseBuffers() => _encoder.ReleaseBuffers();

    /// <inheritdoc/>
    protected override void Settle(ServiceError? error)
    {
        if (error is null)
        {
            AcceptRequest(Count);
        }
        else if (error.Kind != ServiceErrorKind.Validation)
        {
            Queue.AbortState.Abort(error, RetryCounts);
        }
        else if (_table.Engine == InfluxDbEngine.Version3)
        {
            SettleRefusal3(error);
        }
        else
        {
            SettleRefusal2(error);
        }
    }

    /// <summary>Engine 3 names the lines that it refused, and has stored all others.</summary>
    private void SettleRefusal3(ServiceError error)
    {
        if (WriteRefusal.ParseNumbered(error.Body, Count) is not { } refused)
        {
            Divide(error);
            return;
        }

        foreach (RefusedLine line in refused)
        {
            Reject(Start + line.Index, line.Reason);
        }

        if (refused.Count < Count)
        {
            AcceptRequest(Count - refused.Count);
        }
        else
        {
            Queue.AbortState.RowRejected(refused[0].Reason);
        }
    }

    private void SettleRefusal2(ServiceError error)
    {
        if (error.Status == 422 && WriteRefusal.ParseDropped(error.Body) is { } partial)
        {
            SettleDropped(error, partial);
            return;
        }

        List<RefusedLine> refused = error.Status == 400 ? WriteRefusal.FindQuoted(error.Body, Lines()) : [];
        if (refused.Count == 0)
        {
            Divide(error);
            return;
        }

        // Nothing is stored if a line cannot be parsed: what lies between the refused lines is sent again, the first rows first.
        int end = Count;
        for (int i = refused.Count - 1; i >= 0; i--)
        {
            int index = refused[i].Index;
            SendLater(Start + index + 1, end - index - 1);
            Reject(Start + index, refused[i].Reason);
            end = index;
        }

        SendLater(Start, end);
        if (refused.Count == Count)
        {
            Queue.AbortState.RowRejected(refused[0].Reason);
        }
    }

    /// <summary>Engine 2 says how many lines it dropped at least, but not which. It has stored all others.</summary>
    private void SettleDropped(ServiceError error, (int Dropped, string Reason, bool IsRetention) partial)
    {
        if (partial.Dropped >= Count)
        {
            for (int i = 0; i < Count; i++)
            {
                Reject(Start + i, partial.Reason);
            }

            Queue.AbortState.RowRejected(partial.Reason);
            return;
        }

        if (partial.IsRetention && FindExpired() is { } expired && expired.Count == partial.Dropped)
        {
            foreach (int position in expired)
            {
                Reject(position, partial.Reason);
            }

            AcceptRequest(Count - expired.Count);
            return;
        }

        Divide(error);
    }

    /// <summary>Finds the rows that are older than the retention now.</summary>
    private List<int>? FindExpired()
    {
        if (_table.Retention is not { } retention)
        {
            return null;
        }

        long earliest = _plan.Batch.TimeUnit.FromInstant(_timeProvider.GetUtcNow() - retention);
        var expired = new List<int>();
        for (int i = 0; i < Count; i++)
        {
            if (_plan.Batch.Times[_plan.RowIndices[Start + i]] < earliest)
            {
                expired.Add(Start + i);
            }
        }

        return expired;
    }

    /// <summary>Divides a request of which it is not known which lines were refused. A single line is rejected.</summary>
    private void Divide(ServiceError error)
    {
        if (Count > 1)
        {
            Halve();
            return;
        }

        LogRowRejected(Sender.Logger, _plan.RowIndices[Start], _plan.Batch.RowGroup, error.Message);
        Reject(Start, error.Message);
        Queue.AbortState.RowRejected(error.Message);
    }

    /// <summary>Returns the lines of the request in flight, which engine 2 quotes.</summary>
    private string[] Lines()
    {
        string[] lines = new string[Count];
        for (int i = 0; i < lines.Length; i++)
        {
            lines[i] = _encoder.LineAt(_plan, Start + i, _precision!);
        }

        return lines;
    }

    private void AcceptRequest(int rows)
    {
        Accept(rows);
        Effort += new WriteEffort { Requests = 1 };
    }

    private void Reject(int position, string reason) =>
        Rejected.Add(new RejectedRow(_plan.RowIndices[position], RejectionReason.Refused, reason));

    [LoggerMessage(2106, LogLevel.Warning, "InfluxDB refused a request with only row {Row} of row group {RowGroup}: {Message}")]
    private static partial void LogRowRejected(ILogger logger, int row, int rowGroup, string message);
}
