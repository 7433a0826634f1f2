using System.Text.Json;
using System.Text.RegularExpressions;
using Loader.Tests.Support;

namespace Loader.Tests.Telemetry;

/// <summary>The dashboard and the page about telemetry, held to the instruments that the code creates.</summary>
internal sealed partial class DashboardTests
{
    /// <summary>The instruments with their units, which <see cref="TelemetryTests"/> holds to what is measured.</summary>
    private static readonly (string Name, string Prometheus)[] Instruments =
    [
        ("loader.rows", "loader_rows_total"), ("loader.load.duration", "loader_load_duration_seconds"),
        ("loader.row_group.duration", "loader_row_group_duration_seconds"), ("loader.source.read", "loader_source_read_bytes_total"),
        ("loader.request.duration", "loader_request_duration_seconds"), ("loader.request.sent", "loader_request_sent_bytes_total"),
        ("loader.request.retries", "loader_request_retries_total"),
    ];

    [Test]
    public void The_dashboard_shows_every_instrument_and_no_other()
    {
        using JsonDocument dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "deploy/telemetry/grafana-prometheus.json")));
        string[] queries = [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!)];

        IEnumerable<string> names = queries.SelectMany(query => Metric().Matches(query)).Select(match => match.Value)
            .Select(name => name.Replace("_bucket", "", StringComparison.Ordinal).Replace("_count", "", StringComparison.Ordinal)).Distinct();

        Assert.That(names, Is.EquivalentTo(Instruments.Select(instrument => instrument.Prometheus)));
    }

    [Test]
    public void The_page_lists_every_instrument()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs/telemetry.md"));

        Assert.That(
            TableName().Matches(page).Select(match => match.Groups["name"].Value), Is.EquivalentTo(Instruments.Select(instrument => instrument.Name)));
    }

    [GeneratedRegex(@"loader_(rows|load_duration|row_group_duration|source|request)[a-z_]*(?=\[)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Metric();

    [GeneratedRegex(@"^\| `(?<name>loader\.[a-z_.]+)` \| (counter|histogram)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex TableName();
}
