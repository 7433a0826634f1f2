namespace Loader.Benchmarks.EndToEnd;

/// <summary>The write units of an input under several orders of rows.</summary>
internal sealed record WriteUnitResult
{
    public string Input { get; init; } = "";

    public long Rows { get; init; }

    /// <summary>With nothing in common attributes; then the order does not matter but for the last byte of a KiB.</summary>
    public long Plain { get; init; }

    public long InFileOrder { get; init; }

    /// <summary>Series in the order in which rows show them, each by time.</summary>
    public long BySeriesAsMet { get; init; }

    /// <summary>Series sorted by their dimensions, that with the fewest values first: the loader's order.</summary>
    public long ByFewestValuesFirst { get; init; }

    public long ByMostValuesFirst { get; init; }

    public double Per1000Rows => 1000.0 * ByFewestValuesFirst / Rows;

    public double Per1000RowsPlain => 1000.0 * Plain / Rows;

    public static WriteUnitResult operator +(WriteUnitResult left, WriteUnitResult right) => left with
    {
        Rows = left.Rows + right.Rows,
        Plain = left.Plain + right.Plain,
        InFileOrder = left.InFileOrder + right.InFileOrder,
        BySeriesAsMet = left.BySeriesAsMet + right.BySeriesAsMet,
        ByFewestValuesFirst = left.ByFewestValuesFirst + right.ByFewestValuesFirst,
        ByMostValuesFirst = left.ByMostValuesFirst + right.ByMostValuesFirst,
    };
}
