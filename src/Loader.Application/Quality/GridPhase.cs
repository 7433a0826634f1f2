using System.Buffers;

namespace Loader.Application.Quality;

/// <summary>The minutes by which the points of a grid come after the multiples of its step: the most frequent ones of a series.</summary>
/// <param name="Minutes">The phase; for a step of a day, the local time.</param>
/// <param name="Strays">The number of whole minutes with another phase.</param>
/// <param name="FirstStray">The first of them, in minutes since 1970 (UTC).</param>
internal readonly record struct GridPhase(int Minutes, long Strays, long? FirstStray)
{
    /// <summary>Finds the most frequent phase, the least of several.</summary>
    /// <param name="coverage">The times.</param>
    /// <param name="step">The step in minutes.</param>
    /// <param name="days">The local days, for a step of a day.</param>
    public static GridPhase Find(CoverageMap coverage, int step, LocalDays days)
    {
        if (step != Steps.Day && coverage.Grid % step == 0)
        {
            return default;
        }

        long[] counts = ArrayPool<long>.Shared.Rent(step);
        long[] first = ArrayPool<long>.Shared.Rent(step);
        Array.Clear(counts, 0, step);
        long total = 0;
        for (CoverageMap.MinuteReader minutes = coverage.Minutes(); minutes.Next();)
        {
            int phase = step == Steps.Day ? days.MinuteOfDay(minutes.Minute * 60) : Of(minutes.Minute, step);
            first[phase] = counts[phase]++ == 0 ? minutes.Minute : first[phase];
            total++;
        }

        int best = 0;
        for (int phase = 1; phase < step; phase++)
        {
            best = counts[phase] > counts[best] ? phase : best;
        }

        long? firstStray = null;
        for (int phase = 0; phase < step; phase++)
        {
            if (phase != best && counts[phase] > 0)
            {
                firstStray = Math.Min(firstStray ?? long.MaxValue, first[phase]);
            }
        }

        long strays = total - counts[best];
        ArrayPool<long>.Shared.Return(counts);
        ArrayPool<long>.Shared.Return(first);
        return new GridPhase(best, strays, firstStray);
    }

    /// <summary>Returns the phase of a time.</summary>
    /// <param name="minute">The time, in minutes since 1970 (UTC).</param>
    /// <param name="step">The step in minutes.</param>
    public static int Of(long minute, int step)
    {
        int rest = (int)(minute % step);
        return rest < 0 ? rest + step : rest;
    }
}
