using Loader.Domain;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes dates, as the beginning of the day in the zone of the source, in ms.</summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The room of the file.</param>
/// <param name="clock">The zone's clock.</param>
internal sealed class DateReader(SourceColumn column, PageBuffers buffers, LocalClock clock) : NumberTimeReader<int>(column, TimeUnit.Milliseconds, buffers, clock)
{
    private const long MillisecondsPerDay = 86_400_000;

    /// <inheritdoc/>
    protected override bool Convert(ReadOnlySpan<int> values, Span<long> times)
    {
        // 32 bits of days are 58 bits of milliseconds.
        for (int i = 0; i < values.Length; i++)
        {
            times[i] = values[i] * MillisecondsPerDay;
        }

        return true;
    }

    /// <inheritdoc/>
    protected override string Describe(int value, string suffix) => DecodedTimes.Describe(value * MillisecondsPerDay, TimeUnit.Milliseconds, suffix);
}
