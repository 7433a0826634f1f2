using Loader.Application.Ports;
using Loader.Domain;
using Loader.DuckDb.Comparing;

namespace Loader.Cli.Verifying;

/// <summary>The result of verifying one file.</summary>
/// <param name="Name">The file's name, or the source as the user wrote it if it could not be listed.</param>
internal sealed record FileVerification(string Name)
{
    /// <summary>Gets the number of the file among all files, or 0 if it could not be listed.</summary>
    public int Number { get; init; }

    /// <summary>Gets a value indicating whether the user named this file, and not a folder or prefix that contains it.</summary>
    public bool WasNamed { get; init; }

    /// <summary>Gets how the verification ended.</summary>
    public VerifyStatus Status { get; init; }

    /// <summary>Gets why the file is not verified, or <see langword="null"/>.</summary>
    public SkipReason? SkippedBecause { get; init; }

    /// <summary>Gets the error, or <see langword="null"/> if there was none.</summary>
    public Exception? Failure { get; init; }

    /// <summary>Gets the dataset, or <see langword="null"/> if it is not known.</summary>
    public DatasetType? Dataset { get; init; }

    /// <summary>Gets the table, or <see langword="null"/> if it was not asked for.</summary>
    public StoredTable? Table { get; init; }

    /// <summary>Gets the counts; all are 0 if the file could not be verified.</summary>
    public VerifyCounts Counts { get; init; }

    /// <summary>Gets the number of invalid and filtered rows by reason.</summary>
    public IReadOnlyDictionary<RejectionReason, long> RowsByReason { get; init; } = new Dictionary<RejectionReason, long>();

    /// <summary>Gets the number of series with rows that are looked for.</summary>
    public int SeriesCount { get; init; }

    /// <summary>Gets the series, those with most differences first, up to <see cref="MaxSeries"/>.</summary>
    public IReadOnlyList<SeriesVerification> Series { get; init; } = [];

    /// <summary>Gets the first differences of each kind.</summary>
    public IReadOnlyList<RowDifference> Differences { get; init; } = [];

    /// <summary>Gets how many missing rows were found when they were asked for again.</summary>
    public long FoundAfterWait { get; init; }

    /// <summary>Gets what the queries were expected to cost, or <see langword="null"/> if they have no price.</summary>
    public QueryEstimate? Estimate { get; init; }

    /// <summary>Gets the number of bytes read from the source.</summary>
    public long BytesRead { get; init; }

    /// <summary>Gets the time that it took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The number of series that a result lists.</summary>
    public const int MaxSeries = 1_000;
}

/// <summary>How the verification of a file, or of a run, ended.</summary>
internal enum VerifyStatus
{
    /// <summary>Every row that a load would store is stored, or a newer version of it is.</summary>
    Verified,

    /// <summary>Rows are missing, different or foreign.</summary>
    Differs,

    /// <summary>The file or the destination could not be read.</summary>
    Failed,

    /// <summary>The run was interrupted.</summary>
    Incomplete,

    /// <summary>The file is not one to verify.</summary>
    Skipped,
}

/// <summary>The counts of one file, or of a run.</summary>
/// <param name="Read">The rows of the file.</param>
/// <param name="Invalid">The rows that a load would not store because they have a fault.</param>
/// <param name="Filtered">The rows that are left out on purpose.</param>
/// <param name="Compared">The counts of the other rows, and of foreign records.</param>
internal readonly record struct VerifyCounts(long Read, long Invalid, long Filtered, ComparisonCounts Compared)
{
    /// <summary>Gets a value indicating whether every row is in one count.</summary>
    public bool IsBalanced => Read == Invalid + Filtered + Compared.Stored + Compared.Missing + Compared.Different
        + Compared.Superseded + Compared.Duplicates;

    /// <summary>Adds counts one by one.</summary>
    public static VerifyCounts operator +(VerifyCounts left, VerifyCounts right) => new(
        left.Read + right.Read, left.Invalid + right.Invalid, left.Filtered + right.Filtered, left.Compared + right.Compared);
}

/// <summary>The counts of one series of a file.</summary>
internal sealed record SeriesVerification(Series Series, ComparisonCounts Counts);

/// <summary>One example of a difference.</summary>
/// <param name="Found">What differs.</param>
/// <param name="Series">The series.</param>
internal sealed record RowDifference(Difference Found, Series Series)
{
    /// <summary>Gets the index of the row in its row group of the file; <see langword="null"/> for a foreign record.</summary>
    public int? SourceRow { get; init; }

    /// <summary>Gets the column that the row was made from, or <see langword="null"/> unless a mapping turned columns into rows.</summary>
    public string? SourceColumn { get; init; }

    /// <summary>Gets the time, to 100 ns.</summary>
    public DateTimeOffset? Time => TimeUnit.Nanoseconds.ToInstant(Found.Time);
}

internal static class VerifyStatusNames
{
    /// <summary>Returns the status as it appears in JSON and in tables.</summary>
    public static string ToName(this VerifyStatus status) => status switch
    {
        VerifyStatus.Verified => "verified",
        VerifyStatus.Differs => "differs",
        VerifyStatus.Incomplete => "incomplete",
        VerifyStatus.Skipped => "skipped",
        _ => "failed",
    };
}
