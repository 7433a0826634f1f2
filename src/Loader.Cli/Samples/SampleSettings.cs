using Loader.Domain;

namespace Loader.Cli.Samples;

/// <summary>The arguments and options of <c>loader sample</c>.</summary>
internal sealed record SampleSettings
{
    /// <summary>The number of days if neither days nor rows are given.</summary>
    public const int DefaultDays = 5;

    /// <summary>Gets the first time of every sample. It is fixed, so that the same settings give the same files.</summary>
    public static DateTime FirstTime { get; } = new(2024, 1, 29, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Gets the folder to write to.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets the dataset, or <see langword="null"/> for all datasets.</summary>
    public DatasetType? Dataset { get; init; }

    /// <summary>Gets the number of days, or <see langword="null"/> for as many as the rows need at one row per hour and series.</summary>
    public int? Days { get; init; }

    /// <summary>Gets the number of rows of each dataset, or <see langword="null"/> for one row per hour and series.</summary>
    public long? Rows { get; init; }

    /// <summary>Gets the seed of the noise.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Returns the number of rows of a dataset.</summary>
    public long CountRows(int seriesCount) => Rows ?? ((long)(Days ?? DefaultDays) * 24 * seriesCount);

    /// <summary>
    /// Returns the time between two rows of a series: an hour, or the step that spreads the rows over the days, in whole seconds if it is
    /// at least one.
    /// </summary>
    public TimeSpan ComputeStep(int seriesCount)
    {
        if (Days is not { } days || Rows is not { } rows)
        {
            return TimeSpan.FromHours(1);
        }

        long steps = Math.Max(1, (rows + seriesCount - 1) / seriesCount);
        long ticks = TimeSpan.FromDays(days).Ticks / steps;
        long unit = ticks >= TimeSpan.TicksPerSecond ? TimeSpan.TicksPerSecond : TimeSpan.TicksPerMillisecond;
        return TimeSpan.FromTicks(Math.Max(unit, ticks / unit * unit));
    }
}
