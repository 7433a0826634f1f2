using Loader.Domain;

namespace Loader.Cli.Samples;

/// <summary>What sample files are to be.</summary>
internal sealed record SampleSettings
{
    /// <summary>The days where neither days nor rows are asked for.</summary>
    public const int DefaultDays = 5;

    /// <summary>Gets the first time of every sample: a fixed one, so that files follow from the settings alone.</summary>
    public static DateTime Begin { get; } = new(2024, 1, 29, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Gets the folder below which files are written.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets the dataset, or <see langword="null"/> for all.</summary>
    public DatasetType? Dataset { get; init; }

    /// <summary>Gets the days, or <see langword="null"/> for as many as the rows take at one an hour.</summary>
    public int? Days { get; init; }

    /// <summary>Gets the rows of each dataset, or <see langword="null"/> for one an hour and series.</summary>
    public long? Rows { get; init; }

    /// <summary>Gets what picks the noise.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Returns the rows of a dataset with so many series.</summary>
    public long RowsOf(int series) => Rows ?? ((long)(Days ?? DefaultDays) * 24 * series);

    /// <summary>Returns the time between two rows of a series: an hour, or what spreads the rows over the days, in whole seconds where that is possible.</summary>
    public TimeSpan StepOf(int series)
    {
        if (Days is not { } days || Rows is not { } rows)
        {
            return TimeSpan.FromHours(1);
        }

        long steps = Math.Max(1, (rows + series - 1) / series);
        long ticks = TimeSpan.FromDays(days).Ticks / steps;
        long unit = ticks >= TimeSpan.TicksPerSecond ? TimeSpan.TicksPerSecond : TimeSpan.TicksPerMillisecond;
        return TimeSpan.FromTicks(Math.Max(unit, ticks / unit * unit));
    }
}
