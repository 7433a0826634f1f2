using System.Text.Json;
using System.Text.Json.Serialization;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Cli.Backfill;

/// <summary>The prices of what a backfill uses, in USD.</summary>
/// <remarks>The defaults are those of us-east-1, from public sources, beyond the free tiers.</remarks>
internal sealed record BackfillPrices
{
    /// <summary>Gets the price of a million state transitions of STANDARD executions.</summary>
    public decimal PerMillionTransitions { get; init; } = 25m;

    /// <summary>Gets the price of a million calls of a function.</summary>
    public decimal PerMillionCalls { get; init; } = 0.20m;

    /// <summary>Gets the price of a second of a function with 1 GB (2³⁰ bytes) of memory.</summary>
    public decimal PerGigabyteSecond { get; init; } = 0.0000166667m;

    /// <summary>Gets the price of a thousand GET requests of S3.</summary>
    public decimal PerThousandReads { get; init; } = 0.0004m;

    /// <summary>Gets the price of a thousand LIST requests of S3.</summary>
    public decimal PerThousandLists { get; init; } = 0.005m;

    /// <summary>Reads a file. A price that it does not contain has its default.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or something in it is wrong.</exception>
    public static BackfillPrices Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            BackfillPrices prices = JsonSerializer.Deserialize(file, BackfillJson.Default.BackfillPrices) ?? new BackfillPrices();
            return Smallest(prices) >= 0 ? prices : throw new ConfigurationException($"{PlainText.Escape(path)} has a price below 0.");
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(PlainText.Escape($"The prices in {path} cannot be read: {fault.Message}"));
        }
    }

    private static decimal Smallest(BackfillPrices prices) => new[]
    {
        prices.PerMillionTransitions, prices.PerMillionCalls, prices.PerGigabyteSecond, prices.PerThousandReads, prices.PerThousandLists,
    }.Min();
}

/// <summary>Serializes prices and estimates.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(BackfillPrices))]
[JsonSerializable(typeof(BackfillDocument))]
internal sealed partial class BackfillJson : JsonSerializerContext;
