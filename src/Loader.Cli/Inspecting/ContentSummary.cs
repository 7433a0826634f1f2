using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Cli.Inspecting;

/// <summary>What the rows of a file say, once they are read and judged as a load would.</summary>
internal sealed class ContentSummary
{
    /// <summary>Gets the rows that were read.</summary>
    public long Rows { get; private set; }

    /// <summary>Gets the distinct series, invalid ones included.</summary>
    public int Series { get; private set; }

    /// <summary>Gets the earliest time of a good row, or <see langword="null"/> where there is none.</summary>
    public DateTimeOffset? Earliest { get; private set; }

    /// <summary>Gets the latest time of a good row.</summary>
    public DateTimeOffset? Latest { get; private set; }

    /// <summary>Gets the rows that no destination would take, by reason.</summary>
    public SortedDictionary<RejectionReason, long> Invalid { get; } = [];

    /// <summary>Reads a whole file, one row group at a time.</summary>
    /// <returns>The summary, up to the failure where there was one.</returns>
    public static async Task<(ContentSummary Summary, LoadException? Failure)> ReadAsync(
        IParquetSource source, SourceFile file, DatasetType dataset, CancellationToken cancellationToken)
    {
        var summary = new ContentSummary();
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
        Rows += batch.Count;
        Series = batch.SeriesById.Length;
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
                Invalid[verdicts[row]] = Invalid.GetValueOrDefault(verdicts[row]) + 1;
            }
        }

        if (earliest <= latest)
        {
            Earliest = Least(Earliest, batch.TimeUnit.ToInstant(earliest));
            Latest = Greatest(Latest, batch.TimeUnit.ToInstant(latest));
        }
    }

    private static DateTimeOffset? Least(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    private static DateTimeOffset? Greatest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;
}
