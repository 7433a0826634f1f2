using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Microsoft.Extensions.Logging;

namespace Loader.Application;

/// <summary>Takes the row groups of one load to their outcome: judged, written, and what is not stored kept.</summary>
internal sealed class RowGroupSettling(SourceFile source, string etag, IRecordWriter writer, IRejectedRowStore rejectedRows, ILogger logger)
{
    private const int InvalidRowsLogged = 100;

    private readonly string _name = PlainText.Escape(source.ToString());
    private int _invalidRowsLogged;

    /// <summary>Settles one row group. Never throws for a failure of the destination or for being abandoned: both are outcomes.</summary>
    public async Task<RowGroupOutcome> SettleAsync(MeasurementBatch batch, CancellationToken abandon)
    {
        try
        {
            int invalid = MeasurementRules.Validate(batch, writer.Limits);
            WriteOutcome written = invalid == batch.Count
                ? new WriteOutcome()
                : await writer.WriteAsync(batch, abandon).ConfigureAwait(false);
            var outcome = new RowGroupOutcome(LedgerOf(batch, invalid, written), written.Effort)
            {
                InvalidByReason = invalid == 0 ? null : CountReasons(batch),
                Failure = written.Failure ?? (written.Unsettled > 0 && !abandon.IsCancellationRequested ? Unexplained(batch, written) : null),
            };
            return await KeepAsync(batch, written.Rejected, invalid, outcome, abandon).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            return RowGroupOutcome.Abandoned(batch);
        }
        catch (LoadException failure)
        {
            return RowGroupOutcome.Abandoned(batch, failure);
        }
    }

    private LedgerImbalanceException Unexplained(MeasurementBatch batch, WriteOutcome written) =>
        new($"{written.Unsettled} rows of row group {batch.RowGroup} of {_name} have no outcome, and nothing says why. This is a defect of the sink.") { File = source };

    private static Ledger LedgerOf(MeasurementBatch batch, int invalid, WriteOutcome written) => new()
    {
        Read = batch.Count,
        Written = written.Written,
        Superseded = written.Superseded,
        Duplicate = written.Duplicate,
        Invalid = invalid,
        Rejected = written.Rejected.Count,
        Unsettled = written.Unsettled,
    };

    private static long[] CountReasons(MeasurementBatch batch)
    {
        long[] counts = new long[(int)RejectionReason.Refused + 1];
        foreach (RejectionReason verdict in batch.Verdicts)
        {
            counts[(int)verdict]++;
        }

        counts[(int)RejectionReason.None] = 0;
        return counts;
    }

    /// <summary>Keeps the rows that are not stored, before their outcome is reported.</summary>
    private async Task<RowGroupOutcome> KeepAsync(
        MeasurementBatch batch, IReadOnlyList<RejectedRow> rejected, int invalid, RowGroupOutcome outcome, CancellationToken abandon)
    {
        if (invalid + rejected.Count == 0)
        {
            return outcome;
        }

        if (rejectedRows.Location is null)
        {
            LogInvalidRows(batch);
            return rejected.Count == 0 ? outcome : outcome with { Failure = outcome.Failure ?? NowhereToKeep(batch, rejected) };
        }

        try
        {
            string place = await rejectedRows.SaveAsync(source, etag, batch, InRowOrder(batch, rejected, invalid), abandon).ConfigureAwait(false);
            return outcome with { RejectedRows = place };
        }
        catch (RejectedRowsNotKeptException failure)
        {
            return outcome with { Failure = outcome.Failure ?? failure };
        }
    }

    private RejectedRowsNotKeptException NowhereToKeep(MeasurementBatch batch, IReadOnlyList<RejectedRow> rejected) =>
        new(
            $"{rejected.Count} rows of row group {batch.RowGroup} of {_name} were rejected, the first (row {rejected[0].Row}) because: {PlainText.Escape(rejected[0].Detail ?? rejected[0].Reason.ToString())} " +
            "There is no place to keep them: set REJECTED_ROWS_LOCATION and run the load again.",
            isTransient: false)
        {
            File = source,
        };

    private void LogInvalidRows(MeasurementBatch batch)
    {
        Span<RejectionReason> verdicts = batch.Verdicts;
        for (int row = 0; row < verdicts.Length && Volatile.Read(ref _invalidRowsLogged) < InvalidRowsLogged; row++)
        {
            if (verdicts[row] != RejectionReason.None && Interlocked.Increment(ref _invalidRowsLogged) <= InvalidRowsLogged)
            {
                logger.InvalidRow(_name, batch.RowGroup, row, verdicts[row]);
            }
        }
    }

    private static List<RejectedRow> InRowOrder(MeasurementBatch batch, IReadOnlyList<RejectedRow> rejected, int invalid)
    {
        var rows = new List<RejectedRow>(invalid + rejected.Count);
        rows.AddRange(rejected);
        Span<RejectionReason> verdicts = batch.Verdicts;
        for (int row = 0; row < verdicts.Length; row++)
        {
            if (verdicts[row] != RejectionReason.None)
            {
                rows.Add(new RejectedRow(row, verdicts[row]));
            }
        }

        rows.Sort(static (left, right) => left.Row.CompareTo(right.Row));
        return rows;
    }
}
