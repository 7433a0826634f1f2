namespace Loader.Cli.Samples;

/// <summary>One series of a sample: what its dimensions are, and its values.</summary>
/// <param name="Region">The region.</param>
/// <param name="Subject">The source, type of consumer or line.</param>
/// <param name="Peak">About the highest value, in MW.</param>
/// <param name="Shape">The share of the peak at a time.</param>
internal sealed record SampleSeries(string Region, string Subject, double Peak, Func<DateTime, SampleNoise, double> Shape)
{
    /// <summary>One reading in so many was not flagged, as happens where a plant's own system is down.</summary>
    private const double UnflaggedShare = 0.04;

    private const double EstimatedShare = 0.02;

    /// <summary>Returns the value at a time, in MW to the kilowatt.</summary>
    public double ValueAt(DateTime time, SampleNoise noise) => Math.Round(Math.Max(0, Peak * Shape(time, noise)), 3);

    /// <summary>Returns the mark of quality at a time, or <see langword="null"/>.</summary>
    public static string? FlagAt(DateTime time, SampleNoise noise) => noise.At(time.Ticks / TimeSpan.TicksPerSecond, purpose: 2) switch
    {
        < UnflaggedShare => null,
        < UnflaggedShare + EstimatedShare => "estimated",
        _ => "good",
    };
}
