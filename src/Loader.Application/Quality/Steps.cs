using System.Runtime.CompilerServices;

namespace Loader.Application.Quality;

/// <summary>The distances of times that a series can have.</summary>
internal static class Steps
{
    /// <summary>The length of a day of 24 hours, in minutes.</summary>
    public const int Day = 1440;

    /// <summary>The distances in minutes.</summary>
    public static readonly int[] All = [1, 5, 10, 15, 30, 60, Day];

    /// <summary>Returns the index of a distance in <see cref="All"/>, or -1. Days of 23 and 25 hours count as days.</summary>
    /// <param name="minutes">The distance.</param>
    public static int IndexOf(long minutes) => minutes switch
    {
        1 => 0,
        5 => 1,
        10 => 2,
        15 => 3,
        30 => 4,
        60 => 5,
        >= Day - 60 and <= Day + 60 => 6,
        _ => -1,
    };

    /// <summary>Returns whether two distances in seconds are the same. Days of 23 and 25 hours are days.</summary>
    public static bool AreSame(long seconds, long others) =>
        seconds == others || (IsDay(seconds) && IsDay(others));

    /// <summary>Returns the most frequent distance, the shortest of several, or 0 if none occurs.</summary>
    public static int MostFrequent(ReadOnlySpan<int> counts)
    {
        int best = 0;
        for (int i = 1; i < counts.Length; i++)
        {
            best = counts[i] > counts[best] ? i : best;
        }

        return counts[best] == 0 ? 0 : All[best];
    }

    private static bool IsDay(long seconds) => seconds is >= (Day - 60) * 60 and <= (Day + 60) * 60;
}

/// <summary>A number for each of <see cref="Steps.All"/>.</summary>
[InlineArray(7)]
internal struct StepCounts
{
    private int _first;
}
