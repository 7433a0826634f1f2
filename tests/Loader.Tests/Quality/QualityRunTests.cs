using System.Globalization;
using System.Text.Json;
using Loader.Tests.Cli;
using Loader.Tests.Mapping;
using Loader.Tests.Parquet;

namespace Loader.Tests.Quality;

/// <summary>What the command line says of the series of whole files.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class QualityRunTests : IDisposable
{
    private readonly Folder _folder = new();
    private readonly CliRun _cli = new();

    public void Dispose()
    {
        _cli.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task Files_side_by_side_give_the_same_report()
    {
        string folder = WriteDays(70);
        var reports = new List<string>();
        foreach (int files in (int[])[1, 8, 64])
        {
            _cli.Set("FILES_IN_FLIGHT", files.ToString(CultureInfo.InvariantCulture));
            await _cli.RunAsync("validate", folder, "--dataset", "consumption", "--json");
            reports.Add(_cli.Json.GetProperty("quality").GetRawText());
        }

        Assert.That(reports, Has.All.EqualTo(reports[0]).And.All.Contains("\"gap\"").And.All.Contains("\"spike\""));
    }

    [TestCase(60)]
    [TestCase(80)]
    public async Task The_table_of_findings_fits_a_narrow_terminal(int width)
    {
        string folder = WriteDays(10);
        _cli.Width = width;
        await _cli.RunAsync("validate", folder, "--dataset", "consumption");

        Assert.That(_cli.Output.Split('\n'), Has.All.Length.LessThanOrEqualTo(width).And.Some.Match(@"warning +gap +1 +4"));
    }

    /// <summary>The daily consumption of Germany; its columns of wind and solar are empty in these years.</summary>
    [Test]
    public async Task Daily_consumption_of_Germany_has_no_spike()
    {
        string csv = RawFolder.PathOrIgnore("opsd_germany_daily_head800.csv");
        string path = _folder.Write(
            "daily.parquet",
            $"""
            SELECT CAST("Date" AS TIMESTAMP) AS timestamp, 'DE' AS region, Consumption AS value, 'GWh' AS unit, 'total' AS consumer_type,
                'energy' AS measurement_type
            FROM read_csv('{csv}')
            """);
        await _cli.RunAsync("validate", path, "--dataset", "consumption", "--json");
        JsonElement quality = _cli.Json.GetProperty("quality");

        Assert.That(
            quality.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("check").GetString()),
            Has.None.EqualTo("spike"));
        Assert.That(quality.GetProperty("per_series").EnumerateArray().Single().GetProperty("rows").GetInt32(), Is.EqualTo(799));
    }

    /// <summary>Writes a file a day of one series, with a spike on the fourth day and a gap on the sixth.</summary>
    private string WriteDays(int days)
    {
        for (int day = 0; day < days; day++)
        {
            _folder.Write(
                $"day-{day:00}.parquet",
                $"""
                SELECT TIMESTAMP '2024-01-01 00:00:00' + INTERVAL ({day * 24} + i) HOUR AS timestamp, 'SE' AS region,
                    CASE WHEN {day} = 3 AND i = 12 THEN 9000 ELSE 1000 + 200 * sin(i * pi() / 12) + {day} END AS value, 'MW' AS unit,
                    'home' AS consumer_type, 'power' AS measurement_type
                FROM range(24) AS rows(i) WHERE NOT ({day} = 5 AND i BETWEEN 8 AND 11)
                """);
        }

        return _folder.Path;
    }
}
