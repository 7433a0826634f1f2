using System.Globalization;
using Loader.Domain;

namespace Loader.Application.Results;

/// <summary>The sum of the results of many loads.</summary>
/// <remarks>Takes the same memory for any number of loads. Not thread-safe.</remarks>
public sealed class LoadTotals
{
    private readonly long[] _files = new long[Enum.GetValues<LoadStatus>().Length];
    private readonly SortedDictionary<RejectionReason, long> _invalidByReason = [];
    private readonly SortedDictionary<RejectionReason, long> _filteredByReason = [];

    private readonly SortedDictionary<(RejectionReason, bool IsRejected), List<RowExample>> _rowExamples = [];

    /// <summary>Gets the number of loads.</summary>
    public long Files { get; private set; }

    /// <summary>Gets the outcomes of all rows.</summary>
    public Ledger Ledger { get; private set; }

    /// <summary>Gets the requests that it took to write the rows.</summary>
    public WriteEffort Effort { get; private set; }

    /// <summary>Gets the number of invalid rows by reason; they add up to <see cref="Ledger.Invalid"/>.</summary>
    public IReadOnlyDictionary<RejectionReason, long> InvalidByReason => _invalidByReason;

    /// <summary>Gets the number of filtered rows by reason; they add up to <see cref="Ledger.Filtered"/>.</summary>
    public IReadOnlyDictionary<RejectionReason, long> FilteredByReason => _filteredByReason;

    /// <summary>Gets the first rows of each reason that are not stored, in the order of files and rows.</summary>
    public IEnumerable<RowExample> RowExamples => _rowExamples.Values.SelectMany(rows => rows);

    /// <inheritdoc cref="LoadReport.ConflictingDuplicates"/>
    public long ConflictingDuplicates { get; private set; }

    /// <inheritdoc cref="LoadReport.AmbiguousTimes"/>
    public long AmbiguousTimes { get; private set; }

    /// <summary>Gets the number of bytes read from the source.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Returns the number of loads that ended with a status.</summary>
    /// <param name="status">The status.</param>
    /// <returns>The number of loads.</returns>
    public long Count(LoadStatus status) => _files[(int)status];

    /// <summary>Returns the number of loads by status, and the sum of their ledgers.</summary>
    /// <returns>Text such as <c>3 files, 2 succeeded, 1 failed: 9 read, 6 written, …</c>.</returns>
    public override string ToString()
    {
        string statuses = string.Concat(Enum.GetValues<LoadStatus>().Where(status => Count(status) > 0)
            .Select(status => string.Create(CultureInfo.InvariantCulture, $", {Count(status)} {status.ToString().ToLowerInvariant()}")));
        return string.Create(CultureInfo.InvariantCulture, $"{Files} files{statuses}: {Ledger}");
    }

    /// <summary>Adds a load.</summary>
    /// <param name="status">How the load ended.</param>
    /// <param name="report">Its report, or <see langword="null"/> if there is none.</param>
    public void Add(LoadStatus status, LoadReport? report)
    {
        Files++;
        _files[(int)status]++;
        if (report is null)
        {
            return;
        }

        Ledger += report.Ledger;
        Effort += report.Effort;
        AmbiguousTimes += report.AmbiguousTimes;
        BytesRead += report.BytesRead;
        ConflictingDuplicates += report.ConflictingDuplicates;
        Add(_invalidByReason, report.InvalidByReason);
        Add(_filteredByReason, report.FilteredByReason);
        if (report.RowExamples.Count > 0)
        {
            AddExamples(report.File.ToString(), report.RowExamples);
        }
    }

    /// <summary>Adds rows so that the result does not depend on the order in which loads end.</summary>
    private void AddExamples(string file, IReadOnlyList<RowExample> examples)
    {
        foreach (RowExample example in examples)
        {
            if (!_rowExamples.TryGetValue((example.Reason, example.IsRejected), out List<RowExample>? rows))
            {
                _rowExamples.Add((example.Reason, example.IsRejected), rows = []);
            }

            rows.Add(example with { File = file });
            rows.Sort(static (left, right) => string.CompareOrdinal(left.File, right.File) is not 0 and int order
                ? order
                : (left.RowGroup, left.Row).CompareTo((right.RowGroup, right.Row)));
            if (rows.Count > RowExample.MaxPerReason)
            {
                rows.RemoveAt(RowExample.MaxPerReason);
            }
        }
    }

    private static void Add(SortedDictionary<RejectionReason, long> sums, IReadOnlyDictionary<RejectionReason, long> counts)
    {
        foreach ((RejectionReason reason, long rows) in counts)
        {
            sums[reason] = sums.GetValueOrDefault(reason) + rows;
        }
    }
}
