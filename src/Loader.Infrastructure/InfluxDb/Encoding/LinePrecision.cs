using Loader.Domain;

namespace Loader.Infrastructure.InfluxDb.Encoding;

/// <summary>The unit of the times in a request.</summary>
/// <param name="Version2">Its name in the parameter <c>precision</c> of engine 2.</param>
/// <param name="Version3">Its name in the parameter <c>precision</c> of engine 3.</param>
/// <param name="PerSecond">The number of units in a second.</param>
internal sealed record LinePrecision(string Version2, string Version3, long PerSecond)
{
    private static readonly LinePrecision Seconds = new("s", "second", 1);
    private static readonly LinePrecision Milliseconds = new("ms", "millisecond", 1_000);
    private static readonly LinePrecision Microseconds = new("us", "microsecond", 1_000_000);
    private static readonly LinePrecision Nanoseconds = new("ns", "nanosecond", 1_000_000_000);

    /// <summary>Finds the coarsest unit that represents all times exactly: fewer digits, and better compression in the server.</summary>
    /// <param name="unit">The unit of the times.</param>
    /// <param name="times">The times.</param>
    /// <returns>The precision.</returns>
    public static LinePrecision Find(TimeUnit unit, ReadOnlySpan<long> times) => unit switch
    {
        TimeUnit.Milliseconds => AreThousands(times) ? Seconds : Milliseconds,
        TimeUnit.Microseconds => AreMillions(times) ? Seconds : AreThousands(times) ? Milliseconds : Microseconds,
        _ => AreBillions(times) ? Seconds
            : AreMillions(times) ? Milliseconds
            : AreThousands(times) ? Microseconds
            : Nanoseconds,
    };

    // Three loops, because the processor divides by a constant several times faster than by a variable.
    private static bool AreThousands(ReadOnlySpan<long> times)
    {
        foreach (long time in times)
        {
            if (time % 1_000 != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreMillions(ReadOnlySpan<long> times)
    {
        foreach (long time in times)
        {
            if (time % 1_000_000 != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreBillions(ReadOnlySpan<long> times)
    {
        foreach (long time in times)
        {
            if (time % 1_000_000_000 != 0)
            {
                return false;
            }
        }

        return true;
    }
}
