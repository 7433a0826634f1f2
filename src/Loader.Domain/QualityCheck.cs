using System.Collections.Immutable;

namespace Loader.Domain;

/// <summary>What is checked in a series. <c>docs/quality.md</c> has the definitions.</summary>
public enum QualityCheck
{
    /// <summary>Times between the first and the last row of a series have no row.</summary>
    Gap,

    /// <summary>A local day has fewer rows than it should have.</summary>
    LowCoverageDay,

    /// <summary>A day of 23 or 25 hours has the rows of 24 hours.</summary>
    DstDay,

    /// <summary>A time is not on the grid of its series.</summary>
    OffGrid,

    /// <summary>The distance of times varies.</summary>
    MixedResolution,

    /// <summary>A series starts later than the others.</summary>
    LateStart,

    /// <summary>A series ends earlier than the others.</summary>
    EarlyEnd,

    /// <summary>A time occurs twice.</summary>
    Duplicate,

    /// <summary>A time occurs twice, with two values.</summary>
    ConflictingDuplicate,

    /// <summary>A value is negative.</summary>
    Negative,

    /// <summary>Values are 0 for a day or longer.</summary>
    ZeroRun,

    /// <summary>Values other than 0 stay the same for hours.</summary>
    Stuck,

    /// <summary>One value differs from both of its neighbours.</summary>
    Spike,

    /// <summary>A value differs much from the one before it.</summary>
    Jump,

    /// <summary>A value is far from the median.</summary>
    Outlier,

    /// <summary>The values of neighbouring days differ by a factor of about 1,000.</summary>
    UnitJump,

    /// <summary>The unit of a series is not the same in all files.</summary>
    UnitChange,

    /// <summary>The quality flag of rows is not a good one.</summary>
    NotGood,

    /// <summary>A time lies in the future.</summary>
    Future,

    /// <summary>Values of a dimension differ only in blanks around them, case or Unicode form.</summary>
    NearEqualCodes,

    /// <summary>One region is the sum of the others.</summary>
    TotalAmongParts,

    /// <summary>There are many series for the number of rows.</summary>
    ManySeries,
}

/// <summary>How much a finding matters.</summary>
public enum QualitySeverity
{
    /// <summary>The check is not made.</summary>
    Off,

    /// <summary>Often right.</summary>
    Info,

    /// <summary>Someone should look at it.</summary>
    Warning,

    /// <summary>The data are probably wrong.</summary>
    Error,
}

/// <summary>The names of checks and severities in JSON and in mappings. They are a contract.</summary>
public static class QualityNames
{
    private static readonly ImmutableArray<string> Checks =
    [
        "gap", "low-coverage-day", "dst-day", "off-grid", "mixed-resolution", "late-start", "early-end", "duplicate",
        "conflicting-duplicate", "negative", "zero-run", "stuck", "spike", "jump", "outlier", "unit-jump", "unit-change", "not-good",
        "future", "near-equal-codes", "total-among-parts", "many-series",
    ];

    private static readonly ImmutableArray<string> Severities = ["off", "info", "warning", "error"];

    /// <summary>Gets the names of all checks, in the order of <see cref="QualityCheck"/>.</summary>
    public static ImmutableArray<string> AllChecks => Checks;

    /// <summary>Gets the names of all severities, in the order of <see cref="QualitySeverity"/>.</summary>
    public static ImmutableArray<string> AllSeverities => Severities;

    /// <summary>Returns the name of a check.</summary>
    /// <param name="check">The check.</param>
    /// <returns>The name, such as <c>low-coverage-day</c>.</returns>
    public static string ToName(this QualityCheck check) => Checks[(int)check];

    /// <summary>Returns the name of a severity.</summary>
    /// <param name="severity">The severity.</param>
    /// <returns>The name, such as <c>warning</c>.</returns>
    public static string ToName(this QualitySeverity severity) => Severities[(int)severity];
}

/// <summary>What a mapping says about the checks of its series.</summary>
public sealed record QualityRules
{
    /// <summary>Gets the distance of times, a whole number of minutes, or <see langword="null"/> to find it in the data.</summary>
    public TimeSpan? Step { get; init; }

    /// <summary>Gets the severities of checks that differ from the default.</summary>
    public IReadOnlyDictionary<QualityCheck, QualitySeverity> Severities { get; init; } =
        ImmutableDictionary<QualityCheck, QualitySeverity>.Empty;
}
