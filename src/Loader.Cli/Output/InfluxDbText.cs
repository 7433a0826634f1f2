using Loader.Cli.Loading;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.InfluxDb.Settings;

namespace Loader.Cli.Output;

/// <summary>Says what writing to InfluxDB would take, on the console and in the page about a run.</summary>
internal static class InfluxDbText
{
    /// <summary>Returns for what the estimate is made, such as <c>InfluxDB 3 in the layout versions</c>.</summary>
    public static string Place(InfluxDbEstimate estimate) =>
        $"InfluxDB {estimate.Engine.ToNumber()} in the layout {estimate.Layout.ToName()}";

    /// <summary>Returns what the requests would take.</summary>
    public static string Requests(InfluxDbEstimate estimate) =>
        $"{ConsoleFormat.Count(estimate.Requests, "request")} with bodies of {ConsoleFormat.Size(estimate.Bytes)} in total"
        + (estimate.IsCompressed ? ", compressed" : "");

    /// <summary>Returns how many points and series would be written.</summary>
    public static string Points(InfluxDbEstimate estimate)
    {
        string series = $"{(estimate.HasMoreSeries ? "more than " : "")}{ConsoleFormat.Count(estimate.Series)} series";
        return estimate.Engine == InfluxDbEngine.Version2 && estimate.Layout == InfluxDbLayout.Versions
            ? $"{ConsoleFormat.Count(estimate.Points, "point")} of {series}, which the server holds as "
                + $"{ConsoleFormat.Count(estimate.StoredSeries)}: each version of a series is one"
            : $"{ConsoleFormat.Count(estimate.Points, "point")} in {series}";
    }

    /// <summary>Returns what the same rows would add later.</summary>
    public static string Growth(InfluxDbEstimate estimate)
    {
        if (estimate.PointsAddedByNewerFiles == 0)
        {
            return "The same rows again, also in newer files, add no points.";
        }

        string series = estimate.SeriesAddedByNewerFiles > 0
            ? $" and {ConsoleFormat.Count(estimate.SeriesAddedByNewerFiles)} series"
            : "";
        return $"The same rows in newer files add {ConsoleFormat.Count(estimate.PointsAddedByNewerFiles, "point")}{series} each time; the "
            + "same files again add nothing.";
    }

    /// <summary>Returns a warning about too many series, or <see langword="null"/>.</summary>
    public static string? FindWarning(InfluxDbEstimate? estimate)
    {
        if (estimate is not { HasManySeries: true })
        {
            return null;
        }

        string advice = estimate.Layout == InfluxDbLayout.Versions
            ? "use engine 3, INFLUXDB_LAYOUT=overwrite, or files with fewer and larger row groups"
            : "use engine 3";
        return $"engine 2 would hold {ConsoleFormat.Count(estimate.StoredSeries)} series of these rows, and becomes slower with each. AWS "
            + $"advises it for fewer than 10 million in an instance: {advice}.";
    }
}
