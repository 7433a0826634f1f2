namespace Loader.Cli.Samples;

/// <summary>
/// Daily and yearly profiles of energy sources, consumers and lines, as a share of their peak. Times are UTC; the grid is in Brazil, three
/// hours behind UTC.
/// </summary>
internal static class SampleShapes
{
    private const double HoursBehindUtc = 3;

    /// <summary>Zero at night; during the day the height of the sun, reduced by clouds.</summary>
    public static double Solar(DateTime time, SampleNoise noise)
    {
        double height = Math.Sin((LocalHour(time) - 6) / 12 * Math.PI);
        return LocalHour(time) is <= 6 or >= 18 ? 0 : height * (0.55 + (0.45 * noise.Weather(HourOf(time))));
    }

    /// <summary>Follows the weather, with gusts.</summary>
    public static double Wind(DateTime time, SampleNoise noise) =>
        Math.Clamp(0.15 + (0.75 * noise.Weather(HourOf(time))) + Ripple(time, noise, 0.10), 0.02, 1);

    /// <summary>Follows the load, and is higher in the wet season.</summary>
    public static double Hydro(DateTime time, SampleNoise noise) =>
        (0.45 + (0.15 * WetSeason(time)) + (0.35 * DailyCurve(time))) * (1 + Ripple(time, noise, 0.02));

    /// <summary>Follows the load; highest in the evening.</summary>
    public static double Thermal(DateTime time, SampleNoise noise) => (0.25 + (0.45 * DailyCurve(time))) * (1 + Ripple(time, noise, 0.04));

    /// <summary>Nearly constant.</summary>
    public static double Nuclear(DateTime time, SampleNoise noise) => 0.97 + Ripple(time, noise, 0.01);

    /// <summary>Highest in the evening, every day.</summary>
    public static double Residential(DateTime time, SampleNoise noise) =>
        (0.35 + (0.60 * DailyCurve(time))) * (1 + Ripple(time, noise, 0.03));

    /// <summary>High during office hours on working days.</summary>
    public static double Commercial(DateTime time, SampleNoise noise) =>
        (0.30 + (IsWeekend(time) ? 0.10 : 0.60 * Bump(LocalHour(time), 13.5, 4.5))) * (1 + Ripple(time, noise, 0.03));

    /// <summary>Nearly constant, slightly lower at weekends.</summary>
    public static double Industrial(DateTime time, SampleNoise noise) => (IsWeekend(time) ? 0.78 : 0.92) * (1 + Ripple(time, noise, 0.02));

    /// <summary>The flow on a line between two regions: follows the load and the wind.</summary>
    public static double Line(DateTime time, SampleNoise noise) =>
        (0.30 + (0.40 * DailyCurve(time)) + (0.25 * noise.Weather(HourOf(time)))) * (1 + Ripple(time, noise, 0.03));

    /// <summary>Returns the load at a time of day, from 0 at night to 1 in the evening.</summary>
    private static double DailyCurve(DateTime time)
    {
        double hour = LocalHour(time);
        return Math.Min(1, (0.55 * Bump(hour, 14, 5)) + (0.9 * Bump(hour, 20, 2.5))) * (IsWeekend(time) ? 0.88 : 1);
    }

    private static double Bump(double hour, double middle, double width)
    {
        double away = Math.Abs(hour - middle);
        away = Math.Min(away, 24 - away) / width;
        return Math.Exp(-0.5 * away * away);
    }

    private static double WetSeason(DateTime time) => 0.5 + (0.5 * Math.Cos((time.DayOfYear - 45) / 365.25 * 2 * Math.PI));

    private static bool IsWeekend(DateTime time) => time.AddHours(-HoursBehindUtc).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    private static double LocalHour(DateTime time) => time.AddHours(-HoursBehindUtc).TimeOfDay.TotalHours;

    private static double HourOf(DateTime time) => time.Ticks / (double)TimeSpan.TicksPerHour;

    private static double Ripple(DateTime time, SampleNoise noise, double share) =>
        share * ((2 * noise.At(time.Ticks / TimeSpan.TicksPerSecond)) - 1);
}
