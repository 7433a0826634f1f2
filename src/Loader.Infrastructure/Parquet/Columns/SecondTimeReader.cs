using System.Buffers.Text;
using System.Globalization;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet.Columns;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;
using Loader.Parquet.Storage;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Completes dates by a second column: times of day, or the numbers of intervals since local midnight.</summary>
/// <param name="plan">What the column holds.</param>
/// <param name="stepSeconds">The length of an interval in seconds.</param>
/// <param name="buffers">The buffers of the file.</param>
/// <param name="clock">The clock of the zone of the dates.</param>
internal sealed class SecondTimeReader(MappedTime plan, int stepSeconds, ColumnBuffers buffers, LocalClock clock) : IDisposable
{
    private const long SecondsPerDay = 86_400;
    private const int NoPeriod = 0;

    private readonly DecodedTimes _second = new();
    private readonly PooledBuffer<int> _periods = new();
    private readonly TimeReader? _timeReader = plan.Of != TimePart.TimeOfDay
        ? null
        : plan.SecondFormats is { } formats
            ? new FormattedTimeReader(plan.Second!, buffers, new LocalClock(TimeZoneInfo.Utc), formats)
            : new ClockTimeReader(plan.Second!, buffers);

    /// <summary>Reads the column of one row group.</summary>
    /// <param name="chunk">The column's chunk.</param>
    /// <param name="times">The dates as local times, which become times in UTC.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="cancellationToken">Cancels the operation between two pages.</param>
    public void Read(ColumnChunk chunk, DecodedTimes times, int rowCount, CancellationToken cancellationToken)
    {
        if (_timeReader is not null)
        {
            ReadTimesOfDay(chunk, times, rowCount, cancellationToken);
        }
        else
        {
            ReadPeriods(chunk, times, rowCount, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _second.Dispose();
        _periods.Dispose();
    }

    private void ReadTimesOfDay(ColumnChunk chunk, DecodedTimes times, int rowCount, CancellationToken cancellationToken)
    {
        _second.Begin(rowCount);
        _timeReader!.Read(chunk, _second, cancellationToken);
        TimeUnit unit = _second.Unit > times.Unit ? _second.Unit : times.Unit;
        if (unit != times.Unit)
        {
            times.ChangeUnit(unit, rowCount);
        }

        if (unit != _second.Unit)
        {
            _second.ChangeUnit(unit, rowCount);
        }

        long perDay = SecondsPerDay * unit.PerSecond();
        for (int row = 0; row < rowCount; row++)
        {
            if (times.Times[row] == MeasurementBatch.MissingTime)
            {
                continue;
            }

            long second = _second.Times[row];
            if (second == MeasurementBatch.MissingTime)
            {
                Reject(times, row, "without a time of day that can be read");
                continue;
            }

            times.Times[row] = LocalClock.FloorDivide(times.Times[row], perDay) * perDay;
            times.Add(row, second - (LocalClock.FloorDivide(second, perDay) * perDay));
        }

        if (!clock.IsUtc)
        {
            times.ConvertToUtc(0, rowCount, clock);
        }
    }

    private void ReadPeriods(ColumnChunk chunk, DecodedTimes times, int rowCount, CancellationToken cancellationToken)
    {
        Span<int> periods = _periods.Reserve(rowCount)[..rowCount];
        switch (plan.Second!.Element.Type)
        {
            case PhysicalType.Int32:
                ReadNumbers<int>(chunk, periods, cancellationToken);
                break;
            case PhysicalType.Int64:
                ReadNumbers<long>(chunk, periods, cancellationToken);
                break;
            default:
                ReadTexts(chunk, periods, cancellationToken);
                break;
        }

        long perSecond = times.Unit.PerSecond();
        for (int row = 0; row < rowCount; row++)
        {
            if (times.Times[row] == MeasurementBatch.MissingTime)
            {
                continue;
            }

            long day = LocalClock.FloorDivide(LocalClock.FloorDivide(times.Times[row], perSecond), SecondsPerDay);
            long midnight = FirstInstant(day);
            long instant = midnight + ((periods[row] - 1L) * stepSeconds);
            if (periods[row] == NoPeriod || instant >= FirstInstant(day + 1))
            {
                Reject(times, row, periods[row] == NoPeriod ? "without a period" : $"period {periods[row]}");
                continue;
            }

            times.Times[row] = instant * perSecond;
        }
    }

    /// <summary>Returns the first instant of a local day in seconds, also if its midnight was skipped.</summary>
    private long FirstInstant(long day)
    {
        long midnight = day * SecondsPerDay;
        if (clock.IsUtc)
        {
            return midnight;
        }

        int offset;
        while (!clock.TryGetOffset(midnight, out offset))
        {
            midnight += 60;
        }

        return midnight - offset;
    }

    private void ReadNumbers<T>(ColumnChunk chunk, Span<int> periods, CancellationToken cancellationToken)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        var reader = new NumberColumnReader<T>(plan.Second!.Element, buffers.Pages);
        reader.Open(chunk);
        while (reader.TryReadPage(out NumberPage<T> page))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<int> rows = periods.Slice(page.FirstRow, page.RowCount);
            for (int i = 0; i < page.Values.Length; i++)
            {
                rows[i] = ToPeriod(int.CreateSaturating(page.Values[i]));
            }

            Nulls.Spread(rows, page.DefinitionLevels, page.Values.Length, NoPeriod);
        }
    }

    private void ReadTexts(ColumnChunk chunk, Span<int> periods, CancellationToken cancellationToken)
    {
        var reader = new ByteArrayColumnReader(plan.Second!.Element, buffers.Pages);
        reader.Open(chunk);
        while (reader.TryReadPage(out ByteArrayPage page))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<int> rows = periods.Slice(page.FirstRow, page.RowCount);
            for (int i = 0; i < page.ValueCount; i++)
            {
                ReadOnlySpan<byte> text = (page.UsesDictionary
                    ? reader.Dictionary[page.Indexes.IsEmpty ? page.RepeatedIndex : page.Indexes[i]]
                    : page.Values[i]).Trim(" \t"u8);
                rows[i] = Utf8Parser.TryParse(text, out int period, out int used) && used == text.Length ? ToPeriod(period) : NoPeriod;
            }

            Nulls.Spread(rows, page.DefinitionLevels, page.ValueCount, NoPeriod);
        }
    }

    /// <summary>A number that no day has is none; the largest one keeps the product with the step far from an overflow.</summary>
    private static int ToPeriod(int number) => number is >= 1 and <= (int)(2 * SecondsPerDay) ? number : NoPeriod;

    private static void Reject(DecodedTimes times, int row, string what)
    {
        string date = IsoTime.Format(times.Times[row], times.Unit, "");
        times.Reject(row, RejectionReason.UnreadableTime, string.Create(CultureInfo.InvariantCulture, $"{date} {what}"));
    }
}

/// <summary>Reads times of day in ISO 8601, such as <c>18:00</c> and <c>18:00:00.5</c>, as times on the first day of 1970.</summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The buffers of the file.</param>
internal sealed class ClockTimeReader(SchemaColumn column, ColumnBuffers buffers)
    : TextTimeReader(column, buffers, new LocalClock(TimeZoneInfo.Utc))
{
    private const int MaxBytes = 32;

    /// <inheritdoc/>
    protected override bool TryParse(ReadOnlySpan<byte> text, out IsoTime time)
    {
        time = default;
        text = text.Trim(" \t"u8);
        if (text.Length > MaxBytes)
        {
            return false;
        }

        ReadOnlySpan<byte> date = "1970-01-01T"u8;
        Span<byte> full = stackalloc byte[date.Length + MaxBytes];
        date.CopyTo(full);
        text.CopyTo(full[date.Length..]);
        return IsoTime.TryParse(full[..(date.Length + text.Length)], out time) && !time.HasOffset;
    }

    /// <inheritdoc/>
    protected override bool HasTimeOfDay(ReadOnlySpan<byte> text) => true;
}
