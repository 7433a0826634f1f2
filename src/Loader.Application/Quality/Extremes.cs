using System.Numerics;

namespace Loader.Application.Quality;

/// <summary>The smallest and the largest of numbers.</summary>
internal static class Extremes
{
    /// <summary>Returns the smallest and the largest number; -0 is less than 0.</summary>
    /// <param name="numbers">One number or more, none of them NaN.</param>
    public static (T Min, T Max) Of<T>(ReadOnlySpan<T> numbers)
        where T : struct, INumber<T>
    {
        T min = numbers[0];
        T max = numbers[0];
        int i = 0;
        if (numbers.Length >= Vector<T>.Count * 2)
        {
            var mins = new Vector<T>(min);
            var maxes = new Vector<T>(max);
            for (; i <= numbers.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                var some = new Vector<T>(numbers[i..]);
                mins = Vector.Min(mins, some);
                maxes = Vector.Max(maxes, some);
            }

            for (int lane = 0; lane < Vector<T>.Count; lane++)
            {
                min = T.Min(min, mins[lane]);
                max = T.Max(max, maxes[lane]);
            }
        }

        for (; i < numbers.Length; i++)
        {
            min = T.Min(min, numbers[i]);
            max = T.Max(max, numbers[i]);
        }

        return (min, max);
    }
}
