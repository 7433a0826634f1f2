using System.Globalization;

namespace Loader.Benchmarks.Input;

/// <summary>What a generated file holds: each moment brings one row of every series, as processors of measurements write them.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="SubjectColumn">The column that only this dataset has.</param>
/// <param name="MeasurementType">The only measurement type.</param>
/// <param name="Series">Region and subject of each series.</param>
/// <param name="Step">The time between two moments.</param>
internal sealed record InputShape(
    string Dataset, string SubjectColumn, string MeasurementType, IReadOnlyList<(string Region, string Subject)> Series, TimeSpan Step)
{
    private static readonly string[] Regions = ["SE", "S", "NE", "N"];
    private static readonly string[] Sources = ["hydro", "wind", "solar", "thermal", "nuclear", "biomass"];

    /// <summary>Generation by the minute, four regions with six sources each.</summary>
    public static InputShape Interleaved { get; } = new(
        "generation",
        "energy_source",
        "power",
        [.. Regions.SelectMany(_ => Sources, (region, source) => (region, source))],
        TimeSpan.FromMinutes(1));

    /// <summary>Transmission by the quarter of an hour on 10,000 lines: few rows a series, and nearly all series in every row group.</summary>
    public static InputShape ShortSeries { get; } = new(
        "transmission",
        "line_id",
        "flow",
        [.. Enumerable.Range(1, 10_000).Select(line => (Regions[line % 4], string.Create(CultureInfo.InvariantCulture, $"LT-{line:00000}")))],
        TimeSpan.FromMinutes(15));
}
