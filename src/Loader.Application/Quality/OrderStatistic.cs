using System.Numerics;

namespace Loader.Application.Quality;

/// <summary>The number with a rank among others.</summary>
internal static class OrderStatistic
{
    /// <summary>Fewer numbers are sorted.</summary>
    private const int MinSearched = 12;

    /// <summary>Finds a number by its rank.</summary>
    /// <remarks>
    /// The range of the number is halved until a limit divides the numbers at the rank. That takes no branch that depends on a single
    /// number. Floating-point numbers that are not negative have the order of their bits.
    /// </remarks>
    /// <param name="numbers">The numbers, none of them negative. Their order may change.</param>
    /// <param name="rank">The rank, from 0 for the least.</param>
    public static T Find<T>(Span<T> numbers, int rank)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (numbers.Length < MinSearched)
        {
            numbers.Sort();
            return numbers[rank];
        }

        (T low, T high) = Extremes.Of<T>(numbers);
        while (low < high)
        {
            T limit = low + ((high - low) >> 1);
            int notAbove = CountNotAbove(numbers, limit);
            if (notAbove == rank + 1)
            {
                return MaxNotAbove(numbers, limit);
            }

            if (notAbove == rank)
            {
                return MinAbove(numbers, limit);
            }

            bool isNotAbove = notAbove > rank;
            high = isNotAbove ? limit : high;
            low = isNotAbove ? low : limit + T.One;
        }

        return low;
    }

    /// <summary>Counts the numbers above a limit.</summary>
    public static int CountAbove<T>(ReadOnlySpan<T> numbers, T limit)
        where T : struct, IBinaryInteger<T> => numbers.Length - CountNotAbove(numbers, limit);

    private static int CountNotAbove<T>(ReadOnlySpan<T> numbers, T limit)
        where T : struct, IBinaryInteger<T>
    {
        var limits = new Vector<T>(limit);
        Vector<T> counts = Vector<T>.Zero;
        int i = 0;
        for (; i <= numbers.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            counts -= Vector.LessThanOrEqual(new Vector<T>(numbers[i..]), limits);
        }

        int count = int.CreateTruncating(Vector.Sum(counts));
        for (; i < numbers.Length; i++)
        {
            count += numbers[i] <= limit ? 1 : 0;
        }

        return count;
    }

    private static T MaxNotAbove<T>(ReadOnlySpan<T> numbers, T limit)
        where T : struct, IBinaryInteger<T>
    {
        var limits = new Vector<T>(limit);
        Vector<T> maxes = Vector<T>.Zero;
        int i = 0;
        for (; i <= numbers.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var some = new Vector<T>(numbers[i..]);
            maxes = Vector.Max(maxes, some & Vector.LessThanOrEqual(some, limits));
        }

        T max = T.Zero;
        for (int lane = 0; lane < Vector<T>.Count; lane++)
        {
            max = T.Max(max, maxes[lane]);
        }

        for (; i < numbers.Length; i++)
        {
            max = numbers[i] <= limit ? T.Max(max, numbers[i]) : max;
        }

        return max;
    }

    private static T MinAbove<T>(ReadOnlySpan<T> numbers, T limit)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        T min = T.MaxValue;
        var limits = new Vector<T>(limit);
        var mins = new Vector<T>(min);
        int i = 0;
        for (; i <= numbers.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var some = new Vector<T>(numbers[i..]);
            mins = Vector.ConditionalSelect(Vector.GreaterThan(some, limits), Vector.Min(mins, some), mins);
        }

        for (int lane = 0; lane < Vector<T>.Count; lane++)
        {
            min = T.Min(min, mins[lane]);
        }

        for (; i < numbers.Length; i++)
        {
            min = numbers[i] > limit ? T.Min(min, numbers[i]) : min;
        }

        return min;
    }
}
