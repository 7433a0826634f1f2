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

    /// <summary>Fewer values are sorted.</summary>
    private const int MinSearched = 12;

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

        _part.Median = Middle(_dayValues.AsSpan(0, _dayCount));
        _part.MedianRows = _part.Rows;
        int grown = table.Add(_day, _part);
        _part = default;
        _dayCount = 0;
        _stride = 1;
        return grown;
    }

    /// <summary>Finds the upper median of magnitudes.</summary>
    /// <remarks>
    /// The bits of floats that are not negative are in their order, so the range of the median is halved until a limit divides the
    /// magnitudes at the median. That takes no branch that depends on a single magnitude.
    /// </remarks>
    private static float Middle(Span<float> magnitudes)
    {
        int rank = magnitudes.Length / 2;
        Span<int> bits = MemoryMarshal.Cast<float, int>(magnitudes);
        if (bits.Length < MinSearched)
        {
            bits.Sort();
            return magnitudes[rank];
        }

        int low = MinAbove(bits, -1);
        int high = MaxNotAbove(bits, int.MaxValue);
        while (low < high)
        {
            int limit = low + ((high - low) / 2);
            int notAbove = CountNotAbove(bits, limit);
            if (notAbove == rank + 1)
            {
                low = high = MaxNotAbove(bits, limit);
            }
            else if (notAbove == rank)
            {
                low = high = MinAbove(bits, limit);
            }
            else if (notAbove > rank)
            {
                high = limit;
            }
            else
            {
                low = limit + 1;
            }
        }

        return BitConverter.Int32BitsToSingle(low);
    }

    private static int CountNotAbove(ReadOnlySpan<int> bits, int limit)
    {
        var limits = new Vector<int>(limit);
        Vector<int> counts = Vector<int>.Zero;
        int i = 0;
        for (; i <= bits.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            counts -= Vector.LessThanOrEqual(new Vector<int>(bits[i..]), limits);
        }

        int count = Vector.Sum(counts);
        for (; i < bits.Length; i++)
        {
            count += bits[i] <= limit ? 1 : 0;
        }

        return count;
    }

    private static int MaxNotAbove(ReadOnlySpan<int> bits, int limit)
    {
        int max = 0;
        int i = 0;
        if (bits.Length >= Vector<int>.Count)
        {
            var limits = new Vector<int>(limit);
            Vector<int> maxes = Vector<int>.Zero;
            for (; i <= bits.Length - Vector<int>.Count; i += Vector<int>.Count)
            {
                var some = new Vector<int>(bits[i..]);
                maxes = Vector.Max(maxes, some & Vector.LessThanOrEqual(some, limits));
            }

            for (int lane = 0; lane < Vector<int>.Count; lane++)
            {
                max = Math.Max(max, maxes[lane]);
            }
        }

        for (; i < bits.Length; i++)
        {
            max = bits[i] <= limit ? Math.Max(max, bits[i]) : max;
        }

        return max;
    }

    private static int MinAbove(ReadOnlySpan<int> bits, int limit)
    {
        int min = int.MaxValue;
        int i = 0;
        if (bits.Length >= Vector<int>.Count)
        {
            var limits = new Vector<int>(limit);
            var mins = new Vector<int>(min);
            for (; i <= bits.Length - Vector<int>.Count; i += Vector<int>.Count)
            {
                var some = new Vector<int>(bits[i..]);
                mins = Vector.ConditionalSelect(Vector.GreaterThan(some, limits), Vector.Min(mins, some), mins);
            }

            for (int lane = 0; lane < Vector<int>.Count; lane++)
            {
                min = Math.Min(min, mins[lane]);
            }
        }

        for (; i < bits.Length; i++)
        {
            min = bits[i] > limit ? Math.Min(min, bits[i]) : min;
        }

        return min;
    }
}
