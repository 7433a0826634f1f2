using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Application;

/// <summary>Decides how a load ends: its status, its failure, the row groups that its report covers, and where it can be resumed.</summary>
internal static class LoadConclusion
{
    /// <summary>Concludes a load in which no row group is in flight any more.</summary>
    /// <param name="load">The load.</param>
    /// <param name="maxInvalidPercent">The share of rows, in percent, that may be invalid or rejected.</param>
    /// <returns>The report.</returns>
    public static LoadReport Conclude(LoadState load, double maxInvalidPercent) => Audit(Decide(load, maxInvalidPercent));

    /// <summary>Concludes a load that failed outside its row groups: while the file or the destination was opened or closed.</summary>
    /// <param name="load">The load.</param>
    /// <param name="failure">The failure.</param>
    /// <returns>The report.</returns>
    public static LoadReport Fail(LoadState load, LoadException failure) =>
        Audit(Report(load, LoadStatus.Failed, load.Outcomes.Length, failure));

    /// <summary>
    /// Concludes a load that was cancelled outside its row groups, by its caller or its deadline. It covers nothing and cannot be resumed.
    /// </summary>
    /// <param name="load">The load.</param>
    /// <returns>The report. Its failure is <see langword="null"/> if the caller cancelled the load.</returns>
    public static LoadReport Cancel(LoadState load) =>
        Audit(Report(load, LoadStatus.Failed, load.FromRowGroup, load.IsCancelled ? null : NoProgress(load)));

    /// <summary>Concludes a load of a file that is not data.</summary>
    /// <param name="load">The load.</param>
    /// <param name="reason">Why nothing was loaded.</param>
    /// <returns>The report.</returns>
    public static LoadReport Skip(LoadState load, SkipReason reason) =>
        Report(load, LoadStatus.Skipped, load.FromRowGroup, failure: null) with { SkippedBecause = reason };

    /// <summary>
    /// Checks that the outcomes of a report account for every row. If they do not, nobody may take the load for one that succeeded.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <returns>The same report, or a failed one.</returns>
    internal static LoadReport Audit(LoadReport report) =>
        report.Ledger.IsBalanced && (report.Status != LoadStatus.Succeeded || report.Ledger.Unsettled == 0)
            ? report
            : report with
            {
                Status = LoadStatus.Failed,
                Resume = null,
                Failure = new LedgerImbalanceException(
                    $"The outcomes of {PlainText.Escape(report.File.ToString())} do not add up to the rows read: {report.Ledger}. " +
                    "This is a defect of the loader; please report it.",
                    report.Failure),
            };

    private static LoadReport Decide(LoadState load, double maxInvalidPercent)
    {
        int unsettled = FindFirstUnsettled(load);
        bool hasProgress = unsettled > load.FromRowGroup;
        LoadException? failure = FindFirstFailure(load);
        if (failure is null && unsettled == load.Outcomes.Length)
        {
            return CheckRows(Report(load, LoadStatus.Succeeded, unsettled, failure: null), maxInvalidPercent);
        }

        // Waiting for hours is not worthwhile: what is settled stays settled, and the rest is resumed later.
        bool isThrottledForHours = failure is ThrottledException { LastsForHours: true } && hasProgress;
        if (failure is not null && !isThrottledForHours)
        {
            return Report(load, LoadStatus.Failed, load.Outcomes.Length, failure);
        }

        if (load.IsCancelled)
        {
            return Report(load, LoadStatus.Incomplete, unsettled, failure: null) with { Resume = TokenAt(load, unsettled) };
        }

        // A load that waited for others may need less time when it is run again.
        if (!hasProgress && !load.IsStopRequested && !load.WaitedForMemory)
        {
            return Report(load, LoadStatus.Failed, unsettled, NoProgress(load));
        }

        string why = isThrottledForHours ? "the destination throttles for hours"
            : load.IsStopRequested ? "a stop was requested"
            : !hasProgress ? "its deadline was near when other loads released the memory that it needs"
            : "its deadline is near";
        ResumeToken token = TokenAt(load, unsettled);
        var incomplete = new IncompleteLoadException(
            $"The load of {load.Name} stopped after {unsettled} of {load.Outcomes.Length} row groups, because {why}. Resume it from there.",
            token,
            failure)
        {
            File = load.File,
        };
        return Report(load, LoadStatus.Incomplete, unsettled, incomplete) with { Resume = token };
    }

    private static int FindFirstUnsettled(LoadState load)
    {
        int rowGroup = load.FromRowGroup;
        while (rowGroup < load.Outcomes.Length && load.Outcomes[rowGroup] is { IsSettled: true })
        {
            rowGroup++;
        }

        return rowGroup;
    }

    /// <summary>
    /// Finds the failure to report: a permanent one before a transient one, then the earliest row group, then the failure to read.
    /// </summary>
    private static LoadException? FindFirstFailure(LoadState load)
    {
        LoadException? first = null;
        foreach (LoadException? failure in load.Outcomes.Select(outcome => outcome?.Failure).Append(load.ReadFailure))
        {
            if (failure is not null && (first is null || (first.IsTransient && !failure.IsTransient)))
            {
                first = failure;
            }
        }

        return first;
    }

    /// <summary>Checks that not too many rows are invalid or left out.</summary>
    private static LoadReport CheckRows(LoadReport report, double maxInvalidPercent)
    {
        if (LeavesOutAllRows(report))
        {
            return report with { Status = LoadStatus.Failed, Failure = EverythingFiltered(report) };
        }

        long judged = report.Ledger.Read - report.Ledger.Filtered;
        long invalid = report.Ledger.Invalid + report.Ledger.Rejected;
        if (invalid * 100.0 <= maxInvalidPercent * judged)
        {
            return report;
        }

        string reasons = string.Concat(report.InvalidByReason.Select(pair => $"{pair.Value} {pair.Key}, "));
        string place = report.RejectedRowsLocation is { } location ? $" See the rows under {PlainText.Escape(location)}." : "";
        var failure = new TooManyInvalidRowsException(
            $"{invalid} of {judged} rows of {PlainText.Escape(report.File.ToString())} are invalid or rejected " +
            $"({reasons}{report.Ledger.Rejected} rejected), more than MAX_INVALID_PERCENT = {maxInvalidPercent:0.##} allows. " +
            $"{(report.Destination is { IsDryRun: true } ? "All other rows can be stored." : "All other rows are stored.")}{place} " +
            "Correct the file, or raise the limit.")
        {
            File = report.File,
        };
        return report with { Status = LoadStatus.Failed, Failure = failure };
    }

    /// <summary>
    /// Returns whether the mapping leaves out every row that is in the range of time. That is nearly always a mistake in a condition.
    /// </summary>
    private static bool LeavesOutAllRows(LoadReport report)
    {
        long outsideRange = report.FilteredByReason.GetValueOrDefault(RejectionReason.OutsideTimeRange);
        return report.Mapping is { AllowsEmpty: false }
            && report.Ledger.Read > outsideRange
            && report.Ledger.Filtered == report.Ledger.Read;
    }

    private static EverythingFilteredException EverythingFiltered(LoadReport report) =>
        new(
            $"The mapping '{PlainText.Escape(report.Mapping!.Name)}' leaves out all {report.Ledger.Read} rows of " +
            $"{PlainText.Escape(report.File.ToString())} " +
            $"({string.Join(", ", report.FilteredByReason.Select(pair => $"{pair.Value} {pair.Key}"))}). " +
            "Correct its conditions, or set \"allowEmpty\": true in the mapping if such files are expected.")
        {
            File = report.File,
        };

    private static ResumeToken TokenAt(LoadState load, int rowGroup) =>
        new(rowGroup, load.ETag!, load.VersionId, load.Version!.Value) { MappingSha256 = load.Mapping?.Sha256 };

    private static NoProgressException NoProgress(LoadState load) =>
        new(
            $"No row group of {load.Name} was settled before the deadline. " +
            "Give the load more time, or write the file with smaller row groups.")
        {
            File = load.File,
        };

    /// <summary>Reports the row groups from the first one to load up to, but not including, <paramref name="end"/>.</summary>
    private static LoadReport Report(LoadState load, LoadStatus status, int end, LoadException? failure)
    {
        Ledger ledger = default;
        WriteEffort effort = default;
        long ambiguousTimes = 0;
        long conflictingDuplicates = 0;
        string? rejectedRowsLocation = null;
        long[] byReason = new long[RowGroupOutcome.ReasonCount];
        for (int rowGroup = load.FromRowGroup; rowGroup < end; rowGroup++)
        {
            if (load.Outcomes[rowGroup] is not { } outcome)
            {
                continue;
            }

            ledger += outcome.Ledger;
            effort += outcome.Effort;
            ambiguousTimes += outcome.AmbiguousTimes;
            rejectedRowsLocation ??= outcome.RejectedRowsLocation;
            conflictingDuplicates += outcome.ConflictingDuplicates;
            for (int reason = 0; reason < byReason.Length && outcome.RowsByReason is not null; reason++)
            {
                byReason[reason] += outcome.RowsByReason[reason];
            }
        }

        return new LoadReport
        {
            File = load.File,
            Dataset = load.Dataset,
            Version = load.Version,
            ETag = load.ETag,
            Mapping = load.Mapping,
            Destination = load.Destination,
            ReplacedSinceEvent = load.IsReplacedSinceEvent,
            FromRowGroup = load.FromRowGroup,
            Status = status,
            Ledger = ledger,
            Effort = effort,
            InvalidByReason = Select(byReason, areFiltered: false),
            FilteredByReason = Select(byReason, areFiltered: true),
            RowExamples = load.UnstoredRows.Before(end),
            ConflictingDuplicates = conflictingDuplicates,
            AmbiguousTimes = ambiguousTimes,
            BytesRead = load.BytesRead,
            Elapsed = load.Elapsed,
            RejectedRowsLocation = rejectedRowsLocation,
            Failure = failure,
        };
    }

    private static Dictionary<RejectionReason, long> Select(long[] byReason, bool areFiltered) => byReason.Index()
        .Where(pair => pair.Item > 0 && ((RejectionReason)pair.Index).IsFiltered() == areFiltered)
        .ToDictionary(pair => (RejectionReason)pair.Index, pair => pair.Item);
}
