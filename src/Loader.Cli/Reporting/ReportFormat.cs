using System.Globalization;
using Loader.Application.Quality;
using Loader.Domain;

namespace Loader.Cli.Reporting;

/// <summary>Formats values for a page.</summary>
internal static class ReportFormat
{
    /// <summary>What stands in a cell without a value.</summary>
    public const string Nothing = "–";

    /// <summary>Formats a time in UTC, with seconds if it has any.</summary>
    public static string Utc(DateTimeOffset time) => Clock(time.UtcDateTime);

    /// <summary>Formats a local time with its offset: <c>2024-03-31 03:00 +02</c>.</summary>
    public static string Local(DateTimeOffset time, TimeZoneInfo zone)
    {
        TimeSpan offset = zone.GetUtcOffset(time);
        long ticks = Math.Clamp(time.UtcTicks + offset.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
        string sign = offset < TimeSpan.Zero ? "-" : "+";
        string text = offset.ToString(offset.Minutes == 0 ? "hh" : @"hh\:mm", CultureInfo.InvariantCulture);
        return $"{Clock(new DateTime(ticks))} {sign}{text}";
    }

    /// <summary>Formats a day.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Formats a value with about five digits.</summary>
    public static string Value(double? value) => value is not { } number ? Nothing
        : Math.Abs(number) switch
        {
            >= 10_000 and < 1e9 => number.ToString("N0", CultureInfo.InvariantCulture),
            >= 100 and < 10_000 => number.ToString("#,##0.#", CultureInfo.InvariantCulture),
            >= 1 and < 100 => number.ToString("0.###", CultureInfo.InvariantCulture),
            _ => number.ToString("G4", CultureInfo.InvariantCulture),
        };

    /// <summary>Formats a share, rounded so that only a whole is <c>100 %</c>.</summary>
    public static string Percent(double share) => share switch
    {
        < 1 and > 0.999 => "> 99.9 %",
        > 0 and < 0.001 => "< 0.1 %",
        _ => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %",
    };

    /// <summary>Formats a length of time in one or two units: <c>45 min</c>, <c>6 h</c>, <c>2 d 3 h</c>.</summary>
    public static string Length(TimeSpan length)
    {
        string days = $"{((long)length.TotalDays).ToString("N0", CultureInfo.InvariantCulture)} d";
        return length.TotalHours < 1 ? $"{length.TotalMinutes:0} min"
            : length.TotalDays < 1 ? $"{length.Hours} h" + (length.Minutes == 0 ? "" : $" {length.Minutes} min")
            : length.Hours == 0 ? days
            : $"{days} {length.Hours} h";
    }

    /// <summary>Returns the dimensions of a series in one line.</summary>
    public static string Name(QualitySeries series) => $"{series.Region} · {series.Subject} · {series.MeasurementType}";

    /// <summary>Returns the class of a severity's label: its first letter.</summary>
    public static string ClassOf(QualitySeverity severity) => severity.ToName()[..1];

    private static string Clock(DateTime time) =>
        time.ToString(time.Second == 0 ? "yyyy-MM-dd HH:mm" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
