using System.Globalization;

namespace Loader.Lambda.Runtime;

/// <summary>Reads the deadline that Lambda states for an invocation.</summary>
/// <remarks>
/// A deadline is used if it is later than now and at most a day away. Any other value cannot be true, and a load that believed it would
/// fail for good at once, or fail to set its timer. The caller then uses <see cref="Longest"/>, so that the load runs; at worst, Lambda
/// ends it and the event is retried.
/// </remarks>
internal static class InvocationDeadline
{
    /// <summary>The longest timeout of a function (Lambda Developer Guide, "Lambda quotas").</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan FarthestUsable = TimeSpan.FromDays(1);

    /// <summary>Reads the header.</summary>
    /// <param name="header">Milliseconds since 1970 (UTC), or <see langword="null"/>.</param>
    /// <param name="now">The time.</param>
    /// <param name="deadline">The deadline.</param>
    /// <returns>Whether the header can be used.</returns>
    public static bool TryParse(string? header, DateTimeOffset now, out DateTimeOffset deadline)
    {
        deadline = default;
        if (!long.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds)
            || milliseconds <= now.ToUnixTimeMilliseconds()
            || milliseconds > (now + FarthestUsable).ToUnixTimeMilliseconds())
        {
            return false;
        }

        deadline = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return true;
    }
}
