using Loader.Domain;

namespace Loader.Cli.Samples;

/// <summary>The series of a sample file.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="MeasurementType">The value of the <c>measurement_type</c> column.</param>
/// <param name="Series">The series, in the order of the rows of one time.</param>
internal sealed record SampleDataset(DatasetType Dataset, string MeasurementType, IReadOnlyList<SampleSeries> Series)
{
    /// <summary>The unit of all values.</summary>
    public const string Unit = "MW";

    /// <summary>Gets the samples of all datasets.</summary>
    public static IReadOnlyList<SampleDataset> All { get; } =
    [
        new(DatasetType.Generation, "power",
        [
            new("SE", "hydro", 32_000, SampleShapes.Hydro), new(
                "SE", "thermal", 9_000, SampleShapes.Thermal), new("SE", "nuclear", 1_990, SampleShapes.Nuclear),
            new("SE", "solar", 7_400, SampleShapes.Solar),
            new("S", "hydro", 12_500, SampleShapes.Hydro), new(
                "S", "thermal", 2_100, SampleShapes.Thermal), new("S", "wind", 1_900, SampleShapes.Wind),
            new(
                "NE",
                "hydro",
                6_800,
                SampleShapes.Hydro), new("NE", "wind", 17_500, SampleShapes.Wind), new("NE", "solar", 5_600, SampleShapes.Solar),
            new("N", "hydro", 14_200, SampleShapes.Hydro), new("N", "thermal", 3_300, SampleShapes.Thermal),
        ]),
        new(DatasetType.Consumption, "demand",
        [
            new("SE", "residential", 14_500, SampleShapes.Residential), new("SE", "commercial", 9_800, SampleShapes.Commercial), new(
                "SE", "industrial", 16_000, SampleShapes.Industrial),
            new("S", "residential", 4_600, SampleShapes.Residential), new(
                "S", "commercial", 3_000, SampleShapes.Commercial), new("S", "industrial", 4_900, SampleShapes.Industrial),
            new("NE", "residential", 4_900, SampleShapes.Residential), new(
                "NE", "commercial", 2_800, SampleShapes.Commercial), new("NE", "industrial", 4_400, SampleShapes.Industrial),
            new("N", "residential", 2_600, SampleShapes.Residential), new(
                "N", "commercial", 1_400, SampleShapes.Commercial), new("N", "industrial", 3_100, SampleShapes.Industrial),
        ]),
        new(DatasetType.Transmission, "flow",
        [
            new("SE", "SE-S-765-1", 3_900, SampleShapes.Line), new("SE", "SE-S-765-2", 3_900, SampleShapes.Line), new(
                "NE", "NE-SE-500-1", 4_200, SampleShapes.Line),
            new("NE", "NE-N-500-1", 2_600, SampleShapes.Line), new(
                "N", "N-SE-800DC-1", 4_000, SampleShapes.Line), new("N", "N-SE-800DC-2", 4_000, SampleShapes.Line),
        ]),
    ];
}

/// <summary>One series of a sample: its dimensions, and how its values are generated.</summary>
/// <param name="Region">The region.</param>
/// <param name="Subject">The energy source, consumer type or line.</param>
/// <param name="Peak">The approximate maximum, in MW.</param>
/// <param name="Shape">Returns the value at a time as a share of the peak.</param>
internal sealed record SampleSeries(string Region, string Subject, double Peak, Func<DateTime, SampleNoise, double> Shape)
{
    /// <summary>The share of rows without a quality flag, as in real data.</summary>
    private const double UnflaggedShare = 0.04;

    private const double EstimatedShare = 0.02;

    /// <summary>Returns the value at a time, in MW, rounded to the kilowatt.</summary>
    public double ValueAt(DateTime time, SampleNoise noise) => Math.Round(Math.Max(0, Peak * Shape(time, noise)), 3);

    /// <summary>Returns the quality flag at a time, or <see langword="null"/>.</summary>
    public static string? FlagAt(DateTime time, SampleNoise noise) => noise.At(time.Ticks / TimeSpan.TicksPerSecond, purpose: 2) switch
    {
        < UnflaggedShare => null,
        < UnflaggedShare + EstimatedShare => "estimated",
        _ => "good",
    };
}
