namespace Loader.Application.Quality;

/// <summary>Rows of one series and row group, in file order.</summary>
/// <param name="seconds">Their times, in seconds since 1970 (UTC).</param>
/// <param name="values">Their values.</param>
/// <param name="rows">Their indexes in the row group.</param>
/// <param name="rowGroup">The index of the row group.</param>
internal readonly ref struct ScannedRows(ReadOnlySpan<long> seconds, ReadOnlySpan<double> values, ReadOnlySpan<int> rows, int rowGroup)
{
    public ReadOnlySpan<long> Seconds { get; } = seconds;

    public ReadOnlySpan<double> Values { get; } = values;

    public ReadOnlySpan<int> Rows { get; } = rows;

    public int RowGroup { get; } = rowGroup;

    /// <summary>Returns a row with a score.</summary>
    public RatedRow Rate(int at, double score, int step, int file) =>
        new(score, Seconds[at], Values[at], step, file, RowGroup, Rows[at]);
}
