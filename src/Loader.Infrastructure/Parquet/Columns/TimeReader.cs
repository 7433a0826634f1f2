using Loader.Domain;
using Loader.Parquet.Columns;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Reads the column of times, whatever its type, as counts of a unit since 1970-01-01T00:00:00Z.</summary>
internal abstract class TimeReader
{
    /// <summary>Reads the times of one row group.</summary>
    /// <param name="chunk">The column's chunk.</param>
    /// <param name="times">Receives the times and their unit; <see cref="DecodedTimes.Begin"/> has been called for the row group.</param>
    /// <param name="cancellationToken">Cancels the operation between two pages.</param>
    public abstract void Read(ColumnChunk chunk, DecodedTimes times, CancellationToken cancellationToken);
}

/// <summary>Reads times that are stored as numbers.</summary>
/// <typeparam name="T">The type with the bits of the physical type.</typeparam>
/// <param name="column">The column.</param>
/// <param name="unit">The unit that represents every time of the type exactly.</param>
/// <param name="buffers">The buffers of the file.</param>
/// <param name="clock">The clock of the times' zone, or <see langword="null"/> if they are in UTC.</param>
internal abstract class NumberTimeReader<T>(SchemaColumn column, TimeUnit unit, ColumnBuffers buffers, LocalClock? clock) : TimeReader
    where T : unmanaged
{
    private readonly NumberColumnReader<T> _reader = new(column.Element, buffers.Pages);

    /// <inheritdoc/>
    public override void Read(ColumnChunk chunk, DecodedTimes times, CancellationToken cancellationToken)
    {
        times.Unit = unit;
        _reader.Open(chunk);
        while (_reader.TryReadPage(out NumberPage<T> page))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<long> pageTimes = times.Times.Slice(page.FirstRow, page.RowCount);
            bool allFit = Convert(page.Values, pageTimes);
            Nulls.Spread(pageTimes, page.DefinitionLevels, page.Values.Length, MeasurementBatch.MissingTime);
            if (!allFit)
            {
                RejectOutOfRange(page, times);
            }

            if (clock is { IsUtc: false })
            {
                times.ConvertToUtc(page.FirstRow, page.RowCount, clock);
            }
        }
    }

    /// <summary>Converts values to counts of the unit.</summary>
    /// <param name="values">The values.</param>
    /// <param name="times">Receives the counts; <see cref="MeasurementBatch.MissingTime"/> for a value that is out of range.</param>
    /// <returns>Whether all values are in range.</returns>
    protected abstract bool Convert(ReadOnlySpan<T> values, Span<long> times);

    /// <summary>Formats a value as ISO 8601 text.</summary>
    /// <param name="value">A value that is out of range.</param>
    /// <param name="suffix"><c>Z</c> for UTC, empty for local time.</param>
    /// <returns>The text.</returns>
    protected abstract string Format(T value, string suffix);

    private void RejectOutOfRange(in NumberPage<T> page, DecodedTimes times)
    {
        Span<long> one = stackalloc long[1];
        int next = 0;
        for (int row = 0; row < page.RowCount; row++)
        {
            if (!page.DefinitionLevels.IsEmpty && page.DefinitionLevels[row] == 0)
            {
                continue;
            }

            T value = page.Values[next++];
            if (!Convert(new ReadOnlySpan<T>(in value), one))
            {
                times.Reject(page.FirstRow + row, RejectionReason.TimeOutOfRange, Format(value, clock is null ? "Z" : ""));
            }
        }
    }
}

/// <summary>Reads 64-bit timestamps in ms, µs or ns.</summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The buffers of the file.</param>
/// <param name="clock">The clock of the zone of local timestamps, or <see langword="null"/> if they are in UTC.</param>
internal sealed class Int64TimeReader(SchemaColumn column, ColumnBuffers buffers, LocalClock? clock)
    : NumberTimeReader<long>(column, ToTimeUnit(column), buffers, clock)
{
    private readonly TimeUnit _unit = ToTimeUnit(column);

    /// <inheritdoc/>
    protected override bool Convert(ReadOnlySpan<long> values, Span<long> times)
    {
        values.CopyTo(times);

        // The number that marks a missing time cannot be a time itself.
        return !values.Contains(MeasurementBatch.MissingTime);
    }

    /// <inheritdoc/>
    protected override string Format(long value, string suffix) => IsoTime.Format(value, _unit, suffix);

    private static TimeUnit ToTimeUnit(SchemaColumn column) => column.Element.LogicalType.Unit switch
    {
        TimestampUnit.Milliseconds => TimeUnit.Milliseconds,
        TimestampUnit.Microseconds => TimeUnit.Microseconds,
        _ => TimeUnit.Nanoseconds,
    };
}

/// <summary>
/// Reads 96-bit timestamps (a Julian day and the nanoseconds of the day) in ns. The column does not say whether they are local.
/// </summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The buffers of the file.</param>
/// <param name="clock">The clock of the source's zone, or <see langword="null"/> if the times are in UTC.</param>
internal sealed class Int96TimeReader(SchemaColumn column, ColumnBuffers buffers, LocalClock? clock)
    : NumberTimeReader<Int96Timestamp>(column, TimeUnit.Nanoseconds, buffers, clock)
{
    private const int JulianDayOfEpoch = 2_440_588;
    private const long SecondsPerDay = 86_400;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <inheritdoc/>
    protected override bool Convert(ReadOnlySpan<Int96Timestamp> values, Span<long> times)
    {
        bool allFit = true;
        for (int i = 0; i < values.Length; i++)
        {
            Int128 time = ((Int128)GetDays(values[i]) * (SecondsPerDay * NanosecondsPerSecond)) + values[i].NanosecondsOfDay;
            bool fits = time > long.MinValue && time <= long.MaxValue;
            times[i] = fits ? (long)time : MeasurementBatch.MissingTime;
            allFit &= fits;
        }

        return allFit;
    }

    /// <inheritdoc/>
    protected override string Format(Int96Timestamp value, string suffix)
    {
        long seconds = LocalClock.FloorDivide(value.NanosecondsOfDay, NanosecondsPerSecond);
        int nanoseconds = (int)(value.NanosecondsOfDay - (seconds * NanosecondsPerSecond));
        return IsoTime.Format((GetDays(value) * SecondsPerDay) + seconds, nanoseconds, suffix);
    }

    private static long GetDays(in Int96Timestamp value) => (long)value.JulianDay - JulianDayOfEpoch;
}

/// <summary>Reads dates, as the start of the day in the zone of the source, in ms.</summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The buffers of the file.</param>
/// <param name="clock">The clock of the source's zone.</param>
internal sealed class DateReader(SchemaColumn column, ColumnBuffers buffers, LocalClock clock)
    : NumberTimeReader<int>(column, TimeUnit.Milliseconds, buffers, clock)
{
    private const long MillisecondsPerDay = 86_400_000;

    /// <inheritdoc/>
    protected override bool Convert(ReadOnlySpan<int> values, Span<long> times)
    {
        // 32 bits of days fit into 58 bits of milliseconds.
        for (int i = 0; i < values.Length; i++)
        {
            times[i] = values[i] * MillisecondsPerDay;
        }

        return true;
    }

    /// <inheritdoc/>
    protected override string Format(int value, string suffix) => IsoTime.Format(value * MillisecondsPerDay, TimeUnit.Milliseconds, suffix);
}
