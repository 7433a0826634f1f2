using System.Numerics;

namespace Loader.Application.Quality;

/// <summary>Finds how many of the next times belong together.</summary>
internal static class TimeRuns
{
    /// <summary>Returns how many times from the first one on are the same distance apart, with the first one.</summary>
    /// <param name="seconds">One time or more.</param>
    /// <param name="distance">The distance.</param>
    public static int CountApart(ReadOnlySpan<long> seconds, long distance)
    {
        int i = 1;
        var distances = new Vector<long>(distance);
        while (i <= seconds.Length - Vector<long>.Count
            && Vector.EqualsAll(new Vector<long>(seconds[i..]) - new Vector<long>(seconds[(i - 1)..]), distances))
        {
            i += Vector<long>.Count;
        }

        while (i < seconds.Length && seconds[i] - seconds[i - 1] == distance)
        {
            i++;
        }

        return i;
    }

    /// <summary>Returns how many times from the first one on are in a range.</summary>
    /// <param name="seconds">The times.</param>
    /// <param name="from">The first time of the range.</param>
    /// <param name="until">The first time after it.</param>
    public static int CountIn(ReadOnlySpan<long> seconds, long from, long until)
    {
        int i = 0;
        var first = new Vector<long>(from);
        var end = new Vector<long>(until);
        for (; i <= seconds.Length - Vector<long>.Count; i += Vector<long>.Count)
        {
            var some = new Vector<long>(seconds[i..]);
            if (Vector.LessThanAny(some, first) || Vector.GreaterThanOrEqualAny(some, end))
            {
                break;
            }
        }

        while (i < seconds.Length && seconds[i] >= from && seconds[i] < until)
        {
            i++;
        }

        return i;
    }
}
