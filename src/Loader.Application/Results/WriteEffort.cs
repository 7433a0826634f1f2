namespace Loader.Application.Results;

/// <summary>What writing took, besides the outcomes of rows.</summary>
public readonly record struct WriteEffort
{
    /// <summary>Gets the requests that the destination accepted, wholly or in part.</summary>
    public long Requests { get; init; }

    /// <summary>Gets the bytes of request bodies that were sent, resent ones included.</summary>
    public long BytesSent { get; init; }

    /// <summary>Gets the write units that the destination meters for the accepted requests, as far as is known; 0 where nothing is metered.</summary>
    public long WriteUnits { get; init; }

    /// <summary>Gets the write units that the same requests would take with nothing in common attributes.</summary>
    public long WriteUnitsPlain { get; init; }

    /// <summary>Gets the requests that were throttled.</summary>
    public long Throttles { get; init; }

    /// <summary>Gets the requests that were sent again for any other reason.</summary>
    public long Retries { get; init; }

    /// <summary>Adds two efforts.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
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
