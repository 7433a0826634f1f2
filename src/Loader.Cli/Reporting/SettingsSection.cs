using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Domain;
using Loader.Infrastructure.Sources;

namespace Loader.Cli.Reporting;

/// <summary>How the run was started, by which loader, and how long it took.</summary>
internal static class SettingsSection
{
    public static void Write(HtmlWriter html, LoadSummary summary, LoadSettings settings, DateTimeOffset ended, string version)
    {
        html.Write("<section id=\"settings\"><h2>Settings</h2>\n<dl>");
        Add("Sources", string.Join(", ", settings.Sources));
        string destination = settings.Sink switch
        {
            SinkKind.DuckDb => $"DuckDB, {settings.DuckDbFile}",
            SinkKind.InfluxDb => "InfluxDB",
            _ => "Amazon Timestream",
        };
        Add("Destination", settings.IsOffline ? $"none: rows are held against the limits of {destination}" : destination);
        if (settings.IsDryRun && !settings.IsOffline)
        {
            Add("Dry run", "nothing was written");
        }

        Add("Dataset", settings.Dataset?.Name ?? "of each file");
        Add(
            "Zone of local days",
            summary.Quality is { Zones.Count: > 0 } quality ? string.Join(", ", quality.Zones) : ReportFormat.Nothing);
        Add(
            "Mapping",
            settings.MappingLocation ?? (settings.Mappings is null ? "none on the command line" : "options of the command line"));
        Add("Range of time", Describe(settings.TimeRange));
        Add("Files", Describe(settings.Filter));
        Add("Fails on findings", settings.FailOn is { } lowest ? $"{lowest.ToName()} or worse" : "no");
        Add("Thresholds", "those that the table of checks names; a mapping can change severities and the step of its series");
        Add("Ended", $"{ReportFormat.Utc(ended)} UTC");
        Add("Duration", ConsoleFormat.Duration(summary.Elapsed));
        Add("Loader", version);
        html.Write("</dl></section>\n");

        void Add(string name, string value) => html.Write($"<dt>{name}</dt><dd>{value}</dd>\n");
    }

    private static string Describe(SourceFilter filter)
    {
        string[] parts =
        [
            .. filter.Include.Count > 0 ? [$"that match {string.Join(" or ", filter.Include)}"] : Array.Empty<string>(),
            .. filter.Exclude.Count > 0 ? [$"that do not match {string.Join(" or ", filter.Exclude)}"] : Array.Empty<string>(),
            .. filter.ModifiedSince is { } since ? [$"last modified at {ReportFormat.Utc(since)} UTC or later"] : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? "all of the sources" : string.Join(", ", parts);
    }

    private static string Describe(TimeRange range) => (range.From, range.To) switch
    {
        ({ } from, { } to) => $"from {ReportFormat.Utc(from)} to before {ReportFormat.Utc(to)} UTC",
        ({ } from, null) => $"from {ReportFormat.Utc(from)} UTC",
        (null, { } to) => $"before {ReportFormat.Utc(to)} UTC",
        _ => "all times",
    };
}
