namespace Loader.Infrastructure.Aws;

/// <summary>The time as AWS sees it: this machine's, corrected by what a server's <c>Date</c> has shown.</summary>
/// <param name="timeProvider">This machine's time.</param>
internal sealed class ServerClock(TimeProvider timeProvider)
{
    /// <summary>How far off a clock must be before a refused signature is blamed on it: AWS takes five minutes, less a minute for the way.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(4);

    private long _offsetTicks;

    /// <summary>Gets the time as AWS sees it.</summary>
    public DateTimeOffset UtcNow => timeProvider.GetUtcNow() + new TimeSpan(Volatile.Read(ref _offsetTicks));

    /// <summary>Takes over a server's time when it differs by more than signatures bear.</summary>
    /// <param name="serverTime">The time in an answer.</param>
    /// <returns>Whether the clock was off, so that signing again may help.</returns>
    public bool Correct(DateTimeOffset serverTime)
    {
        if ((serverTime - UtcNow).Duration() < Tolerance)
        {
            return false;
        }

        Volatile.Write(ref _offsetTicks, (serverTime - timeProvider.GetUtcNow()).Ticks);
        return true;
    }
}
