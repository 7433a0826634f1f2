using System.Text.Json;
using System.Text.RegularExpressions;

namespace Loader.Tests.InfluxDb.Queries;

/// <summary>The dashboards hold the queries of the files, and refer only to what they define.</summary>
[TestFixture]
internal sealed partial class DashboardTests
{
    private static readonly string[] BuiltIn = ["timeFilter", "__timeFilter", "__all"];

    [TestCase("sql", "rawSql")]
    [TestCase("influxql", "query")]
    [TestCase("flux", "query")]
    public void The_panels_hold_exactly_the_queries_of_the_files(string language, string member)
    {
        using JsonDocument dashboard = Open(language);

        IEnumerable<string?> texts = Targets(dashboard).Select(target => target.GetProperty(member).GetString());

        Assert.That(texts, Is.EquivalentTo(QueryFile.All.Where(file => file.Language == language).Select(file => file.Text)));
    }

    [Test]
    public void Each_language_has_the_same_queries() =>
        Assert.That(QueryFile.All.GroupBy(file => file.Language).Select(files => string.Join(' ', files.Select(file => file.Name).Order(StringComparer.Ordinal))).Distinct().ToList(), Has.Count.EqualTo(1));

    [Test]
    public void Every_target_panel_and_variable_names_its_data_source_by_the_variable([Values("sql", "influxql", "flux")] string language)
    {
        using JsonDocument dashboard = Open(language);
        JsonElement[] readers = [.. Targets(dashboard), .. Panels(dashboard).Where(panel => panel.GetProperty("type").GetString() != "row"), .. Variables(dashboard).Where(variable => Text(variable, "type") == "query")];

        Assert.That(readers.Select(reader => (Text(reader.GetProperty("datasource"), "type"), Text(reader.GetProperty("datasource"), "uid"))), Is.Not.Empty.And.All.EqualTo(("influxdb", "${datasource}")));
    }

    [Test]
    public void Only_variables_that_exist_are_used([Values("sql", "influxql", "flux")] string language)
    {
        string text = File.ReadAllText(PathOf(language));
        using JsonDocument dashboard = Open(language);
        List<string> defined = [.. Variables(dashboard).Select(variable => Text(variable, "name"))];

        IEnumerable<string> used = Variable().Matches(text).Select(match => match.Groups["name"].Value).Distinct().Except(BuiltIn);

        Assert.That(used, Is.EquivalentTo(defined));
    }

    [Test]
    public void The_form_is_schema_version_39_with_a_number_for_each_panel([Values("sql", "influxql", "flux")] string language)
    {
        using JsonDocument dashboard = Open(language);

        Assert.That(dashboard.RootElement.GetProperty("schemaVersion").GetInt32(), Is.EqualTo(39));
        Assert.That(Panels(dashboard).Select(panel => panel.GetProperty("id").GetInt32()), Is.Unique);
    }

    private static string PathOf(string language) => Path.Combine(QueryFile.Folder, "grafana", $"energy-{language}.json");

    private static JsonDocument Open(string language) => JsonDocument.Parse(File.ReadAllText(PathOf(language)));

    /// <summary>A row that is closed holds its panels.</summary>
    private static IEnumerable<JsonElement> Panels(JsonDocument dashboard) => dashboard.RootElement.GetProperty("panels").EnumerateArray()
        .SelectMany(panel => panel.TryGetProperty("panels", out JsonElement inner) ? inner.EnumerateArray().Prepend(panel) : [panel]);

    private static IEnumerable<JsonElement> Targets(JsonDocument dashboard) =>
        Panels(dashboard).Where(panel => panel.TryGetProperty("targets", out _)).SelectMany(panel => panel.GetProperty("targets").EnumerateArray());

    private static IEnumerable<JsonElement> Variables(JsonDocument dashboard) => dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray();

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;

    [GeneratedRegex(@"\$\{?(?<name>[a-zA-Z_]\w*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Variable();
}
