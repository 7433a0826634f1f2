namespace Loader.Application.Results;

/// <summary>The requests that it took to write rows.</summary>
public readonly record struct WriteEffort
{
    /// <summary>Gets the number of requests that the destination accepted, completely or in part.</summary>
    public long Requests { get; init; }

    /// <summary>Gets the number of bytes of request bodies that were sent, including those sent again.</summary>
    public long BytesSent { get; init; }

    /// <summary>
    /// Gets the estimated number of write units that the destination meters for the accepted requests; 0 if it meters none.
    /// </summary>
    public long WriteUnits { get; init; }

    /// <summary>Gets the number of write units that the same requests would take without common attributes.</summary>
    public long WriteUnitsPlain { get; init; }

    /// <summary>Gets the number of requests that were throttled.</summary>
    public long Throttles { get; init; }

    /// <summary>Gets the number of requests that were sent again for another reason.</summary>
    public long Retries { get; init; }

    /// <summary>Adds two values, count by count.</summary>
    /// <param name="left">The first value.</param>
    /// <param name="right">The second value.</param>
    /// <returns>The sum.</returns>
    public static WriteEffort operator +(WriteEffort left, WriteEffort right) => new()
    {
        Requests = left.Requests + right.Requests,
        BytesSent = left.BytesSent + right.BytesSent,
        WriteUnits = left.WriteUnits + right.WriteUnits,
        WriteUnitsPlain = left.WriteUnitsPlain + right.WriteUnitsPlain,
        Throttles = left.Throttles + right.Throttles,
        Retries = left.Retries + right.Retries,
    };
}
