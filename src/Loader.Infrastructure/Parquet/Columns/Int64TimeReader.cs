using Loader.Domain;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes timestamps of 64 bits in ms, µs or ns.</summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The room of the file.</param>
/// <param name="clock">The clock of the zone that local timestamps are in.</param>
internal sealed class Int64TimeReader(SourceColumn column, PageBuffers buffers, LocalClock clock)
    : NumberTimeReader<long>(column, column.Element.Annotation.Unit, buffers, column.Element.Annotation.IsUtc ? null : clock)
{
    private readonly TimeUnit _unit = column.Element.Annotation.Unit;

    /// <inheritdoc/>
    protected override bool Convert(ReadOnlySpan<long> values, Span<long> times)
    {
        values.CopyTo(times);

        // The one count that stands for a missing time is, as a time of the file, out of range.
        return !values.Contains(MeasurementBatch.MissingTime);
    }

    /// <inheritdoc/>
    protected override string Describe(long value, string suffix) => DecodedTimes.Describe(value, _unit, suffix);
}
