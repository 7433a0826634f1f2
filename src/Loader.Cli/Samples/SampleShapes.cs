namespace Loader.Cli.Samples;

/// <summary>How sources, consumers and lines behave over days and years, as shares of their peak. Times are UTC; the grid is Brazil's, three hours behind.</summary>
internal static class SampleShapes
{
    private const double HoursBehindUtc = 3;

    /// <summary>Nothing at night; by day the height of the sun, less clouds.</summary>
    public static double Solar(DateTime time, SampleNoise noise)
    {
        double height = Math.Sin((LocalHour(time) - 6) / 12 * Math.PI);
        return LocalHour(time) is <= 6 or >= 18 ? 0 : height * (0.55 + (0.45 * noise.Weather(HourOf(time))));
    }

    /// <summary>Weather, with a gust on top.</summary>
    public static double Wind(DateTime time, SampleNoise noise) =>
        Math.Clamp(0.15 + (0.75 * noise.Weather(HourOf(time))) + Ripple(time, noise, 0.10), 0.02, 1);

    /// <summary>Follows the load, more so in the wet months.</summary>
    public static double Hydro(DateTime time, SampleNoise noise) => (0.45 + (0.15 * WetSeason(time)) + (0.35 * DailyCurve(time))) * (1 + Ripple(time, noise, 0.02));

    /// <summary>Fills the evening.</summary>
    public static double Thermal(DateTime time, SampleNoise noise) => (0.25 + (0.45 * DailyCurve(time))) * (1 + Ripple(time, noise, 0.04));

    /// <summary>The same at all times.</summary>
    public static double Nuclear(DateTime time, SampleNoise noise) => 0.97 + Ripple(time, noise, 0.01);

    /// <summary>Highest in the evening, every day.</summary>
    public static double Residential(DateTime time, SampleNoise noise) => (0.35 + (0.60 * DailyCurve(time))) * (1 + Ripple(time, noise, 0.03));

    /// <summary>Office hours of working days.</summary>
    public static double Commercial(DateTime time, SampleNoise noise) =>
        (0.30 + (IsWeekend(time) ? 0.10 : 0.60 * Bump(LocalHour(time), 13.5, 4.5))) * (1 + Ripple(time, noise, 0.03));

    /// <summary>Nearly flat, a little less at weekends.</summary>
    public static double Industrial(DateTime time, SampleNoise noise) => (IsWeekend(time) ? 0.78 : 0.92) * (1 + Ripple(time, noise, 0.02));

    /// <summary>The load of a line between two regions, with hours of relief when the wind blows.</summary>
    public static double Line(DateTime time, SampleNoise noise) => (0.30 + (0.40 * DailyCurve(time)) + (0.25 * noise.Weather(HourOf(time)))) * (1 + Ripple(time, noise, 0.03));

    /// <summary>The load of a day, from 0 in the small hours to 1 in the evening.</summary>
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

    private static double Ripple(DateTime time, SampleNoise noise, double share) => share * ((2 * noise.At(time.Ticks / TimeSpan.TicksPerSecond)) - 1);
}
