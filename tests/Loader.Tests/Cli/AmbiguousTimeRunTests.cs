using System.Text.Json;
using Loader.Tests.Parquet;

namespace Loader.Tests.Cli;

/// <summary>What a user sees of local times that occur twice.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class AmbiguousTimeRunTests
{
    private static readonly LocalRows Day = LocalRows.Every("Europe/Berlin", "2024-10-26T22:00:00Z", 25, TimeSpan.FromHours(1), "SE", "NE");

    [Test]
    public async Task Row_groups_in_flight_do_not_change_what_is_stored([Values("1", "4")] string rowGroupsInFlight, [Values] bool descends)
    {
        using CliRun cli = Berlin(out string file, (descends ? Day.Descending() : Day) with { RowsPerGroup = 5 });
        cli.Set("ROW_GROUPS_IN_FLIGHT", rowGroupsInFlight);

        int exit = await cli.RunAsync("load", file, "--dataset", "consumption", "--json", "--sink", "duckdb", "--duckdb", cli.PathOf("a.duckdb"));

        Assert.That(exit, Is.Zero);
        JsonElement loaded = cli.Json.GetProperty("files")[0];

        // Descending, row groups of five rows cut the pair of one series.
        Assert.That(loaded.GetProperty("written").GetInt64(), Is.EqualTo(descends ? 48 : 50));
        Assert.That(loaded.GetProperty("duplicate").GetInt64(), Is.Zero);
        Assert.That(cli.Json.GetProperty("tables")[0].GetProperty("rows").GetInt64(), Is.EqualTo(descends ? 48 : 50));
        Assert.That(loaded.GetProperty("ambiguous_times").GetInt64(), Is.Zero);
    }

    [Test]
    public async Task A_single_ambiguous_time_is_counted_and_warned_about_once()
    {
        using CliRun cli = Berlin(out string file, Day.Where(instant => instant.Hour != 1) with { RowsPerGroup = 5 });

        await cli.RunAsync("load", file, "--dataset", "consumption", "--json");
        long counted = cli.Json.GetProperty("files")[0].GetProperty("ambiguous_times").GetInt64();
        string warning = cli.Error;
        await cli.RunAsync("load", file, "--dataset", "consumption");

        Assert.That(counted, Is.EqualTo(2));
        Assert.That(warning.Split("occur twice in SOURCE_TIME_ZONE"), Has.Length.EqualTo(2));
        Assert.That(cli.Output, Does.Contain("Ambiguous: 2 local times that occur twice in SOURCE_TIME_ZONE, but once in a file, read as the earlier instant."));
    }

    [Test]
    public async Task Rows_that_were_kept_stay_invalid_in_any_zone_until_they_have_an_offset()
    {
        using CliRun cli = Berlin(out string file, Day.Descending() with { RowsPerGroup = 5 });
        await cli.RunAsync("load", file, "--dataset", "consumption");
        string kept = Directory.GetFiles(cli.PathOf("rejected"), "*.parquet", SearchOption.AllDirectories).First();

        await cli.RunAsync("load", kept, "--json");
        JsonElement inBerlin = cli.Json.GetProperty("files")[0];
        cli.Set("SOURCE_TIME_ZONE", "UTC");
        await cli.RunAsync("load", kept, "--json");
        JsonElement inUtc = cli.Json.GetProperty("files")[0];

        Assert.That(inBerlin.GetProperty("invalid_by_reason").GetProperty("AmbiguousLocalTime").GetInt64(), Is.EqualTo(1));
        Assert.That(inUtc.GetProperty("invalid_by_reason").GetProperty("AmbiguousLocalTime").GetInt64(), Is.EqualTo(1));
    }

    private static CliRun Berlin(out string file, LocalRows rows)
    {
        CliRun cli = new CliRun().Set("SOURCE_TIME_ZONE", "Europe/Berlin");
        file = rows.Write(cli.PathOf("day.parquet"));
        return cli;
    }
}
