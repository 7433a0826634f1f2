namespace Loader.Domain;

/// <summary>The unit of a time that is counted from 1970-01-01T00:00:00Z.</summary>
public enum TimeUnit
{
    /// <summary>10⁻³ s.</summary>
    Milliseconds,

    /// <summary>10⁻⁶ s.</summary>
    Microseconds,

    /// <summary>10⁻⁹ s; a 64-bit count reaches from 1677-09-21 to 2262-04-11.</summary>
    Nanoseconds,
}
