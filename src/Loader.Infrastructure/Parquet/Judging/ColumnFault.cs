namespace Loader.Infrastructure.Parquet.Judging;

/// <summary>Why a file is not of its dataset: a column that is missing or cannot be used.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Expected">What it should be.</param>
/// <param name="Found">What the file has.</param>
/// <param name="Hint">A column of the file that may be meant, or <see langword="null"/>.</param>
internal sealed record ColumnFault(string Column, string Expected, string Found, string? Hint)
{
    /// <summary>Returns the fault in words.</summary>
    /// <returns>For example <c>'timestamp': expected a time (…), found nothing; is 'Timestamp' meant?</c>.</returns>
    public override string ToString() =>
        $"'{Column}': expected {Expected}, found {Found}{(Hint is null ? "" : $"; is '{Hint}' meant?")}";
}
