using Loader.Application.Results;

namespace Loader.Cli.Output;

/// <summary>What writing to Timestream would take, as the same rows planned and encoded without being sent say.</summary>
/// <param name="Requests">The requests.</param>
/// <param name="Bytes">The bytes of their bodies.</param>
/// <param name="WriteUnits">The metered write units of 1 KiB.</param>
/// <param name="WriteUnitsPlain">The write units with nothing in common attributes.</param>
/// <param name="PricePerMillionWrites">The price that is assumed, in USD.</param>
internal sealed record CostEstimate(long Requests, long Bytes, long WriteUnits, long WriteUnitsPlain, decimal PricePerMillionWrites)
{
    /// <summary>Gets the money that the write units cost, in USD.</summary>
    public decimal Cost => Price(WriteUnits);

    /// <summary>Gets the money that they would cost with nothing in common attributes, in USD.</summary>
    public decimal CostPlain => Price(WriteUnitsPlain);

    public static CostEstimate Of(in WriteEffort effort, decimal pricePerMillionWrites) =>
        new(effort.Requests, effort.BytesSent, effort.WriteUnits, effort.WriteUnitsPlain, pricePerMillionWrites);

    private decimal Price(long units) => Math.Round(units * PricePerMillionWrites / 1_000_000m, 6);
}
