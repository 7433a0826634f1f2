using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Microsoft.Extensions.Logging;

namespace Loader.Application;

/// <summary>Settles the row groups of one load: validates and writes their rows, and keeps those that are not stored.</summary>
/// <param name="request">The request of the load.</param>
/// <param name="file">The open file.</param>
/// <param name="writer">Writes valid rows.</param>
/// <param name="rejectedRows">Keeps invalid and rejected rows.</param>
/// <param name="logger">Logs invalid rows if they are not kept, up to 100 a load.</param>
internal sealed class RowGroupSettler(
    LoadRequest request, IParquetFile file, IRecordWriter writer, IRejectedRowStore rejectedRows, ILogger logger)
{
    private const int MaxInvalidRowsLogged = 100;

    private readonly string _name = PlainText.Escape(request.File.ToString());
    private int _invalidRowsLogged;

    /// <summary>Gets what collects rows that are not stored.</summary>
    public UnstoredRows Examples { get; init; } = new();

    /// <summary>Settles one row group.</summary>
    /// <param name="batch">The row group; borrowed for the call.</param>
    /// <param name="cancellationToken">Cancels the write. The rows without an outcome are then unsettled.</param>
    /// <returns>The outcome. A failure of the destination and a cancellation are part of it and are not thrown.</returns>
    public async Task<RowGroupOutcome> SettleAsync(MeasurementBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            if (!request.TimeRange.IsOpen)
            {
                MeasurementRules.Filter(batch, request.TimeRange);
            }

            int invalid = MeasurementRules.Validate(batch, writer.Destination.Limits);
            if (file.Mapping is { KeepsLastDuplicate: false } && ConflictingRows.Find(batch) is { } conflict)
            {
                return RowGroupOutcome.Unsettled(batch.Count, Conflict(batch, file.Mapping, conflict));
            }

            WriteOutcome written = invalid + batch.Filtered == batch.Count
                ? new WriteOutcome()
                : RefusedDuplicates.Reveal(batch, await writer.WriteAsync(batch, cancellationToken).ConfigureAwait(false));
            var outcome = new RowGroupOutcome(CreateLedger(batch, invalid, written), written.Effort)
            {
                AmbiguousTimes = batch.AmbiguousTimes,
                ConflictingDuplicates = written.Duplicate == 0 ? 0 : ConflictingRows.Count(batch),
                RowsByReason = invalid + batch.Filtered == 0 ? null : CountReasons(batch),
                Failure = written.Failure
                    ?? (written.Unsettled > 0 && !cancellationToken.IsCancellationRequested ? MissingOutcomes(batch, written) : null),
            };
            if (invalid + written.Rejected.Count > 0)
            {
                Examples.Add(batch, invalid, written.Rejected);
            }

            return await KeepAsync(batch, written.Rejected, invalid, outcome, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return RowGroupOutcome.Unsettled(batch.Count);
        }
        catch (LoadException failure)
        {
            return RowGroupOutcome.Unsettled(batch.Count, failure);
        }
    }

    private ConflictingRowsException Conflict(MeasurementBatch batch, AppliedMapping mapping, (int First, int Second) rows) =>
        new(
            $"Rows {batch.SourceRowOf(rows.First)} and {batch.SourceRowOf(rows.Second)} of row group {batch.RowGroup} of {_name} have " +
            $"the same series and time in the mapping '{PlainText.Escape(mapping.Name)}', but the values {batch.Values[rows.First]} and " +
            $"{batch.Values[rows.Second]}: {PlainText.Escape(Describe(batch, rows.First))}. Map another column that tells them apart, " +
            "leave out the others by a condition, or set \"duplicates\": \"last\" in the mapping to store the last one.")
        {
            File = request.File,
        };

    private static string Describe(MeasurementBatch batch, int row) =>
        string.Join(", ", batch.SeriesById[batch.SeriesIds[row]].Dimensions.Select(d => $"{d.Name}={d.Value}"));

    private LedgerImbalanceException MissingOutcomes(MeasurementBatch batch, WriteOutcome written) =>
        new(
            $"{written.Unsettled} rows of row group {batch.RowGroup} of {_name} have no outcome, and the sink reported no failure. " +
            "This is a defect of the sink.")
        {
            File = request.File,
        };

    private static Ledger CreateLedger(MeasurementBatch batch, int invalid, WriteOutcome written) => new()
    {
        Read = batch.Count,
        Written = written.Written,
        Superseded = written.Superseded,
        Duplicate = written.Duplicate,
        Invalid = invalid,
        Rejected = written.Rejected.Count,
        Unsettled = written.Unsettled,
        Filtered = batch.Filtered,
    };

    private static long[] CountReasons(MeasurementBatch batch)
    {
        long[] counts = new long[RowGroupOutcome.ReasonCount];
        foreach (RejectionReason verdict in batch.Verdicts)
        {
            counts[(int)verdict]++;
        }

        counts[(int)RejectionReason.None] = 0;
        return counts;
    }

    /// <summary>Keeps the rows that are not stored, before their outcome is reported.</summary>
    private async Task<RowGroupOutcome> KeepAsync(
        MeasurementBatch batch,
        IReadOnlyList<RejectedRow> rejected,
        int invalid,
        RowGroupOutcome outcome,
        CancellationToken cancellationToken)
    {
        if (invalid + rejected.Count == 0)
        {
            return outcome;
        }

        // Rows that are refused again overwrite the file of kept rows. It must not lose those whose outcome is unknown.
        if (outcome.Ledger.Unsettled > 0 && batch.OriginOf(0) is not null)
        {
            return outcome;
        }

        if (rejectedRows.Location is null)
        {
            LogInvalidRows(batch);
            return rejected.Count == 0 ? outcome : outcome with { Failure = outcome.Failure ?? NoLocation(batch, rejected) };
        }

        try
        {
            List<RejectedRow> rows = MergeByRow(batch, rejected, invalid);
            var origin = new RejectedRowOrigin(request.File, file.ETag, file.RowGroups.Count, writer.Destination)
            {
                Mapping = file.Mapping,
            };
            string location = await rejectedRows.SaveAsync(origin, batch, rows, cancellationToken).ConfigureAwait(false);
            return outcome with { RejectedRowsLocation = location };
        }
        catch (RejectedRowsNotKeptException failure)
        {
            return outcome with { Failure = outcome.Failure ?? failure };
        }
    }

    private RejectedRowsNotKeptException NoLocation(MeasurementBatch batch, IReadOnlyList<RejectedRow> rejected) =>
        new(
            $"{rejected.Count} rows of row group {batch.RowGroup} of {_name} were rejected and cannot be kept: " +
            "set REJECTED_ROWS_LOCATION and run the load again. " +
            $"The reason for the first one, row {batch.SourceRowOf(rejected[0].Row)}: " +
            PlainText.Escape(rejected[0].Detail ?? rejected[0].Reason.ToString()),
            isTransient: false)
        {
            File = request.File,
        };

    private void LogInvalidRows(MeasurementBatch batch)
    {
        Span<RejectionReason> verdicts = batch.Verdicts;
        for (int row = 0; row < verdicts.Length && Volatile.Read(ref _invalidRowsLogged) < MaxInvalidRowsLogged; row++)
        {
            if (IsInvalid(verdicts[row]) && Interlocked.Increment(ref _invalidRowsLogged) <= MaxInvalidRowsLogged)
            {
                if (writer.Destination.IsDryRun)
                {
                    logger.InvalidRowOfDryRun(_name, batch.RowGroup, batch.SourceRowOf(row), verdicts[row]);
                }
                else
                {
                    logger.InvalidRow(_name, batch.RowGroup, batch.SourceRowOf(row), verdicts[row]);
                }
            }
        }
    }

    private static bool IsInvalid(RejectionReason verdict) => verdict != RejectionReason.None && !verdict.IsFiltered();

    private static List<RejectedRow> MergeByRow(MeasurementBatch batch, IReadOnlyList<RejectedRow> rejected, int invalid)
    {
        var rows = new List<RejectedRow>(invalid + rejected.Count);
        rows.AddRange(rejected);
        Span<RejectionReason> verdicts = batch.Verdicts;
        for (int row = 0; row < verdicts.Length; row++)
        {
            if (IsInvalid(verdicts[row]))
            {
                rows.Add(new RejectedRow(row, verdicts[row], batch.DetailOf(row)));
            }
        }

        rows.Sort(static (left, right) => left.Row.CompareTo(right.Row));
        return rows;
    }
}
