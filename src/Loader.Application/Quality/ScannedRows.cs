namespace Loader.Application.Quality;

/// <summary>Where a row is in its file.</summary>
/// <param name="RowGroup">The index of the row group.</param>
/// <param name="Row">The index of the row in its row group.</param>
internal readonly record struct RowPlace(int RowGroup, int Row);

/// <summary>Rows of one series of one file, in file order.</summary>
/// <param name="seconds">Their times, in seconds since 1970 (UTC).</param>
/// <param name="values">Their values.</param>
/// <param name="places">Where they are in the file.</param>
internal readonly ref struct ScannedRows(ReadOnlySpan<long> seconds, ReadOnlySpan<double> values, ReadOnlySpan<RowPlace> places)
{
    public ReadOnlySpan<long> Seconds { get; } = seconds;

    public ReadOnlySpan<double> Values { get; } = values;

    public ReadOnlySpan<RowPlace> Places { get; } = places;

    /// <summary>Returns a row with a score.</summary>
    public RatedRow Rate(int at, double score, int step, int file) =>
        new(score, Seconds[at], Values[at], step, file, Places[at]);
}
