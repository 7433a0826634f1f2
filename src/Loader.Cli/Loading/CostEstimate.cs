using Loader.Application.Results;

namespace Loader.Cli.Loading;

/// <summary>
/// What writing the rows to Timestream would cost. The requests were planned and encoded, but not sent. Part of the JSON output: its member
/// names are a contract.
/// </summary>
/// <param name="Requests">The number of requests.</param>
/// <param name="Bytes">The size of their bodies.</param>
/// <param name="WriteUnits">The metered write units of 1 KiB.</param>
/// <param name="WriteUnitsPlain">The write units without common attributes.</param>
/// <param name="PricePerMillionWrites">The assumed price, in USD.</param>
internal sealed record CostEstimate(long Requests, long Bytes, long WriteUnits, long WriteUnitsPlain, decimal PricePerMillionWrites)
{
    /// <summary>Gets the cost of the write units, in USD.</summary>
    public decimal Cost => Price(WriteUnits);

    /// <summary>Gets the cost of the write units without common attributes, in USD.</summary>
    public decimal CostPlain => Price(WriteUnitsPlain);

    public static CostEstimate From(in WriteEffort effort, decimal pricePerMillionWrites) =>
        new(effort.Requests, effort.BytesSent, effort.WriteUnits, effort.WriteUnitsPlain, pricePerMillionWrites);

    private decimal Price(long units) => Math.Round(units * PricePerMillionWrites / 1_000_000m, 6);
}
