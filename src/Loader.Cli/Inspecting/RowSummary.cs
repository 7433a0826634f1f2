using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Cli.Inspecting;

/// <summary>A summary of the rows of a file, read and validated as a load does.</summary>
internal sealed class RowSummary
{
    private const int MaxSampleRows = 5;
    private const int MaxSampleCells = 20;

    /// <summary>Gets the number of rows read.</summary>
    public long RowCount { get; private set; }

    /// <summary>Gets the number of distinct series, including invalid ones.</summary>
    public int SeriesCount { get; private set; }

    /// <summary>Gets the earliest time of a valid row, or <see langword="null"/> if there is none.</summary>
    public DateTimeOffset? Earliest { get; private set; }

    /// <summary>Gets the latest time of a valid row, or <see langword="null"/> if there is none.</summary>
    public DateTimeOffset? Latest { get; private set; }

    /// <summary>Gets the number of rows by the reason why they are invalid for every destination.</summary>
    public SortedDictionary<RejectionReason, long> Invalid { get; } = [];

    /// <summary>Gets the number of rows by the reason why the mapping leaves them out.</summary>
    public SortedDictionary<RejectionReason, long> Filtered { get; } = [];

    /// <summary>Gets what becomes of the first rows of the file: in a wide file, of several cells of each.</summary>
    public IReadOnlyList<SampleRow> First { get; private set; } = [];

    /// <summary>Reads a whole file, one row group at a time.</summary>
    /// <returns>The summary of the rows read, and the failure that ended reading, or <see langword="null"/>.</returns>
    public static async Task<(RowSummary Summary, LoadException? Failure)> ReadAsync(
        IParquetSource source, SourceFile file, DatasetType dataset, CancellationToken cancellationToken)
    {
        var summary = new RowSummary();
        try
        {
            IParquetFile open = await source.OpenAsync(file, dataset, cancellationToken).ConfigureAwait(false);
            await using (open.ConfigureAwait(false))
            {
                await foreach (MeasurementBatch batch in open.ReadAsync(0, new ObjectVersion(1), cancellationToken).ConfigureAwait(false))
                {
                    using (batch)
                    {
                        summary.Add(batch);
                    }
                }
            }

            return (summary, null);
        }
        catch (LoadException failure)
        {
            return (summary, failure);
        }
    }

    private void Add(MeasurementBatch batch)
    {
        MeasurementRules.Validate(batch, DestinationLimits.None);
        if (RowCount == 0)
        {
            First = TakeFirst(batch);
        }

        RowCount += batch.Count;
        SeriesCount = batch.SeriesById.Length;
        ReadOnlySpan<RejectionReason> verdicts = batch.Verdicts;
        ReadOnlySpan<long> times = batch.Times;
        long earliest = long.MaxValue;
        long latest = long.MinValue;
        for (int row = 0; row < verdicts.Length; row++)
        {
            if (verdicts[row] == RejectionReason.None)
            {
                earliest = Math.Min(earliest, times[row]);
                latest = Math.Max(latest, times[row]);
            }
            else
            {
                SortedDictionary<RejectionReason, long> counts = verdicts[row].IsFiltered() ? Filtered : Invalid;
                counts[verdicts[row]] = counts.GetValueOrDefault(verdicts[row]) + 1;
            }
        }

        if (earliest <= latest)
        {
            Earliest = Earlier(Earliest, batch.TimeUnit.ToInstant(earliest));
            Latest = Later(Latest, batch.TimeUnit.ToInstant(latest));
        }
    }

    /// <summary>Takes the cells of the first rows, ordered by row. In a wide batch, those of one column come after the other.</summary>
    private static SampleRow[] TakeFirst(MeasurementBatch batch)
    {
        int columns = Math.Max(batch.Columns.IsDefault ? 0 : batch.Columns.Length, 1);
        int rowsInFile = batch.Count / columns;
        int shownRows = Math.Min(MaxSampleRows, rowsInFile);
        int shownColumns = Math.Min(columns, MaxSampleCells / MaxSampleRows);
        return
        [
            .. Enumerable.Range(0, shownRows).SelectMany(row => Enumerable.Range(0, shownColumns)
                .Select(column => SampleRow.From(batch, (column * rowsInFile) + row))),
        ];
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;
}
