using System.Numerics;
using System.Runtime.InteropServices;

namespace Loader.Application.Quality;

/// <summary>Reads the values of one series of one file day by day, and finds the median of each part of a day.</summary>
/// <param name="days">The local days of the file's zone.</param>
internal struct DayScan(LocalDays days)
{
    /// <summary>More values of a day are thinned out evenly before their median is taken.</summary>
    private const int MaxDayValues = 288;

    private const int MinDayValues = 24;

    private int _day = int.MinValue;
    private long _dayFrom;
    private long _dayUntil;
    private DayRecord _part;
    private float[] _dayValues = [];
    private int _dayCount;
    private int _stride = 1;

    /// <summary>Ends the last day.</summary>
    /// <param name="table">Receives it.</param>
    /// <returns>The growth of the memory.</returns>
    public int End(ref DayTable table) => EndDay(ref table) + Forget();

    /// <summary>Forgets the values of the last day.</summary>
    /// <returns>The growth of the memory.</returns>
    public int Forget()
    {
        int length = _dayValues.Length;
        _dayValues = [];
        return -length * sizeof(float);
    }

    /// <summary>Adds rows in file order.</summary>
    /// <param name="table">Receives the days that end.</param>
    /// <param name="seconds">The times of the rows.</param>
    /// <param name="values">Their values.</param>
    /// <returns>The growth of the memory.</returns>
    public int Add(ref DayTable table, ReadOnlySpan<long> seconds, ReadOnlySpan<double> values)
    {
        long daysAhead = Math.Clamp((seconds[^1] - seconds[0]) / 86_400, 0, seconds.Length);
        int grown = table.Reserve((int)daysAhead);
        int i = 0;
        while (i < seconds.Length)
        {
            if (seconds[i] < _dayFrom || seconds[i] >= _dayUntil)
            {
                int day = days.DayOf(seconds[i], out _dayFrom, out _dayUntil);
                if (day != _day)
                {
                    grown += EndDay(ref table);
                    _day = day;
                }
            }

            int count = TimeRuns.CountIn(seconds[i..], _dayFrom, _dayUntil);
            grown += AddToDay(values.Slice(i, count));
            i += count;
        }

        return grown;
    }

    private int AddToDay(ReadOnlySpan<double> values)
    {
        int before = _part.Rows;
        (double min, double max) = Extremes.Of(values);
        _part.Min = before == 0 ? (float)min : Math.Min(_part.Min, (float)min);
        _part.Max = before == 0 ? (float)max : Math.Max(_part.Max, (float)max);
        double sum = _part.Sum;
        foreach (double value in values)
        {
            sum += value;
        }

        _part.Sum = sum;
        _part.Rows += values.Length;
        return AddDayValues(values, before);
    }

    private int AddDayValues(ReadOnlySpan<double> values, int before)
    {
        int length = _dayValues.Length;
        if (_stride == 1 && _dayCount + values.Length <= MaxDayValues)
        {
            if (_dayCount + values.Length > length)
            {
                Array.Resize(ref _dayValues, Math.Clamp(Math.Max(length * 2, _dayCount + values.Length), MinDayValues, MaxDayValues));
            }

            CopyMagnitudes(values, _dayValues.AsSpan(_dayCount, values.Length));
            _dayCount += values.Length;
        }
        else
        {
            for (int i = 0; i < values.Length; i++)
            {
                if (((before + i) & (_stride - 1)) == 0 && (_dayCount < _dayValues.Length || MakeRoom(before + i)))
                {
                    _dayValues[_dayCount++] = Math.Abs((float)values[i]);
                }
            }
        }

        return (_dayValues.Length - length) * sizeof(float);
    }

    private static void CopyMagnitudes(ReadOnlySpan<double> values, Span<float> magnitudes)
    {
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var some = Vector.Narrow(new Vector<double>(values[i..]), new Vector<double>(values[(i + Vector<double>.Count)..]));
            Vector.Abs(some).CopyTo(magnitudes[i..]);
        }

        for (; i < values.Length; i++)
        {
            magnitudes[i] = Math.Abs((float)values[i]);
        }
    }

    /// <summary>Enlarges the values of the day, or thins them out.</summary>
    /// <returns><see langword="false"/> if the row that room was made for is not one of the values any more.</returns>
    private bool MakeRoom(int row)
    {
        if (_dayValues.Length < MaxDayValues)
        {
            Array.Resize(ref _dayValues, Math.Clamp(_dayValues.Length * 2, MinDayValues, MaxDayValues));
            return true;
        }

        _dayCount /= 2;
        for (int i = 0; i < _dayCount; i++)
        {
            _dayValues[i] = _dayValues[i * 2];
        }

        _stride *= 2;
        return (row & (_stride - 1)) == 0;
    }

    private int EndDay(ref DayTable table)
    {
        if (_part.Rows == 0)
        {
            return 0;
        }

        // The upper one of two in the middle.
        Span<int> bits = MemoryMarshal.Cast<float, int>(_dayValues.AsSpan(0, _dayCount));
        _part.Median = BitConverter.Int32BitsToSingle(OrderStatistic.Find(bits, bits.Length / 2));
        _part.MedianRows = _part.Rows;
        int grown = table.Add(_day, _part);
        _part = default;
        _dayCount = 0;
        _stride = 1;
        return grown;
    }
}
