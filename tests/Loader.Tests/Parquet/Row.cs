using Loader.Domain;

namespace Loader.Tests.Parquet;

/// <summary>A row as it was read.</summary>
internal sealed record Row(
    int RowGroup,
    long RowInFile,
    long Time,
    TimeUnit Unit,
    double Value,
    SeriesKey Key,
    RejectionReason SeriesFault,
    long Version,
    RejectionReason Verdict,
    string? OriginalTime)
{
    /// <summary>Gets the time in nanoseconds, whatever the unit.</summary>
    public Int128 Nanoseconds => (Int128)Time * (1_000_000_000 / Unit.PerSecond());
}
