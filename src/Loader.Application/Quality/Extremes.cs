using System.Numerics;

namespace Loader.Application.Quality;

/// <summary>The smallest and the largest of values.</summary>
internal static class Extremes
{
    /// <summary>Returns the smallest and the largest value; -0 is less than 0.</summary>
    public static (double Min, double Max) Of(ReadOnlySpan<double> values)
    {
        double min = double.PositiveInfinity;
        double max = double.NegativeInfinity;
        int i = 0;
        if (values.Length >= Vector<double>.Count * 2)
        {
            var mins = new Vector<double>(min);
            var maxes = new Vector<double>(max);
            for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
            {
                var some = new Vector<double>(values[i..]);
                mins = Vector.Min(mins, some);
                maxes = Vector.Max(maxes, some);
            }

            for (int lane = 0; lane < Vector<double>.Count; lane++)
            {
                min = Math.Min(min, mins[lane]);
                max = Math.Max(max, maxes[lane]);
            }
        }

        for (; i < values.Length; i++)
        {
            min = Math.Min(min, values[i]);
            max = Math.Max(max, values[i]);
        }

        return (min, max);
    }

    /// <summary>Returns the smallest and the largest number.</summary>
    public static (long Min, long Max) Of(ReadOnlySpan<long> numbers)
    {
        long min = long.MaxValue;
        long max = long.MinValue;
        int i = 0;
        if (numbers.Length >= Vector<long>.Count * 2)
        {
            var mins = new Vector<long>(min);
            var maxes = new Vector<long>(max);
            for (; i <= numbers.Length - Vector<long>.Count; i += Vector<long>.Count)
            {
                var some = new Vector<long>(numbers[i..]);
                mins = Vector.Min(mins, some);
                maxes = Vector.Max(maxes, some);
            }

            for (int lane = 0; lane < Vector<long>.Count; lane++)
            {
                min = Math.Min(min, mins[lane]);
                max = Math.Max(max, maxes[lane]);
            }
        }

        for (; i < numbers.Length; i++)
        {
            min = Math.Min(min, numbers[i]);
            max = Math.Max(max, numbers[i]);
        }

        return (min, max);
    }
}
