using Loader.Domain;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes timestamps of 96 bits, a Julian day and nanoseconds of the day, to ns. They say no zone, so that of the source counts.</summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The room of the file.</param>
/// <param name="clock">The zone's clock.</param>
internal sealed class Int96TimeReader(SourceColumn column, PageBuffers buffers, LocalClock clock) : NumberTimeReader<Int96>(column, TimeUnit.Nanoseconds, buffers, clock)
{
    private const int JulianDayOfEpoch = 2_440_588;
    private const long SecondsPerDay = 86_400;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <inheritdoc/>
    protected override bool Convert(ReadOnlySpan<Int96> values, Span<long> times)
    {
        bool allFit = true;
        for (int i = 0; i < values.Length; i++)
        {
            Int128 time = ((Int128)DaysOf(values[i]) * (SecondsPerDay * NanosecondsPerSecond)) + values[i].NanosecondsOfDay;
            bool fits = time > long.MinValue && time <= long.MaxValue;
            times[i] = fits ? (long)time : MeasurementBatch.MissingTime;
            allFit &= fits;
        }

        return allFit;
    }

    /// <inheritdoc/>
    protected override string Describe(Int96 value, string suffix)
    {
        long seconds = LocalClock.FloorDivide(value.NanosecondsOfDay, NanosecondsPerSecond);
        int below = (int)(value.NanosecondsOfDay - (seconds * NanosecondsPerSecond));
        return IsoTime.Format((DaysOf(value) * SecondsPerDay) + seconds, below, suffix);
    }

    private static long DaysOf(in Int96 value) => (long)value.JulianDay - JulianDayOfEpoch;
}
