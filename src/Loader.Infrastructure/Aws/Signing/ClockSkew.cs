namespace Loader.Infrastructure.Aws.Signing;

/// <summary>Corrects the local clock by the difference that a service's <c>Date</c> header has shown.</summary>
/// <param name="timeProvider">The local clock.</param>
internal sealed class ClockSkew(TimeProvider timeProvider)
{
    /// <summary>
    /// The difference from which a rejected signature is blamed on the clock: AWS accepts five minutes; one minute is left for the request.
    /// </summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(4);

    private long _offsetTicks;

    /// <summary>Gets the corrected time.</summary>
    public DateTimeOffset UtcNow => timeProvider.GetUtcNow() + new TimeSpan(Volatile.Read(ref _offsetTicks));

    /// <summary>Adopts the service's time if the difference is too large for signatures to be accepted.</summary>
    /// <param name="serverTime">The time in a response.</param>
    /// <returns>Whether the clock was corrected, so that signing the request again can help.</returns>
    public bool TryCorrect(DateTimeOffset serverTime)
    {
        if ((serverTime - UtcNow).Duration() < Tolerance)
        {
            return false;
        }

        Volatile.Write(ref _offsetTicks, (serverTime - timeProvider.GetUtcNow()).Ticks);
        return true;
    }
}
