using System.Globalization;
using DuckDB.NET.Data;
using Loader.Application.Ports;
using Loader.Infrastructure.Parquet;
using Loader.LocalAws;
using Loader.LocalAws.Timestream;
using Loader.Tests.Cli;
using Loader.Tests.Parquet;
using Loader.Tests.Support;
using Loader.Tests.Timestream;
using Microsoft.Extensions.DependencyInjection;

namespace Loader.Tests.Mapping;

/// <summary>Two years of the load of Brazil, as ONS publishes them, into both destinations: once, again, and stopped and resumed.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class OnsYearsTests
{
    private const string Year2017 = "2017";
    private const string Year2022 = "2022";

    private static string Mapping => Path.Combine(Repository.Root, "samples", "mappings", "ons.json");

    [TestCase(Year2017, 35_036, 4, 549_072_918.7620312)]
    [TestCase(Year2022, 35_040, 0, 602_666_149.3459991)]
    public async Task A_year_is_written_to_Timestream(string year, long written, long nonexistent, double sum)
    {
        await using LocalAwsServer server = await StartAsync();
        using var cli = new CliRun();
        Connect(cli, server);

        int exit = await LoadAsync(cli, Raw(year), "--sink", "timestream");

        Assert.That(
            (exit, Count(cli, "read"), Count(cli, "written"), NonexistentTimes(cli)), Is.EqualTo((0, 35_040L, written, nonexistent)));
        Assert.That(Stored(server).Sum(record => record.DoubleValue), Is.EqualTo(sum).Within(1e-4));
    }

    [TestCase(Year2017)]
    [TestCase(Year2022)]
    public async Task A_year_that_is_loaded_again_changes_nothing_in_Timestream(string year)
    {
        await using LocalAwsServer server = await StartAsync();
        using var cli = new CliRun();
        Connect(cli, server);
        await LoadAsync(cli, Raw(year), "--sink", "timestream");
        string[] before = Texts(server);

        int exit = await LoadAsync(cli, Raw(year), "--sink", "timestream");

        Assert.That(exit, Is.Zero);
        Assert.That(Texts(server), Is.EqualTo(before));
    }

    [TestCase(Year2017)]
    [TestCase(Year2022)]
    public async Task A_year_that_is_stopped_and_resumed_is_the_same_in_Timestream(string year)
    {
        using var folder = new Folder();
        string file = InRowGroups(folder, year);
        await using LocalAwsServer whole = await StartAsync();
        await using LocalAwsServer resumed = await StartAsync();
        using var cli = new CliRun();
        Connect(cli, whole);
        await LoadAsync(cli, file, "--sink", "timestream");

        Connect(cli, resumed);
        (int first, int second, long read) = await StopAndResumeAsync(cli, file, "--sink", "timestream");

        Assert.That((first, second, read), Is.EqualTo((130, 0, 35_040L)));
        Assert.That(Texts(resumed), Is.EqualTo(Texts(whole)));
    }

    [TestCase(Year2017, 549_072_918.7620312)]
    [TestCase(Year2022, 602_666_149.3459991)]
    public async Task A_year_that_is_stopped_and_resumed_is_the_same_in_DuckDB(string year, double sum)
    {
        using var folder = new Folder();
        string file = InRowGroups(folder, year);
        using var cli = new CliRun();
        await LoadAsync(cli, file, "--duckdb", cli.PathOf("whole.duckdb"));

        (int first, int second, long read) = await StopAndResumeAsync(cli, file, "--duckdb", cli.PathOf("resumed.duckdb"));

        Assert.That((first, second, read), Is.EqualTo((130, 0, 35_040L)));
        Assert.That(Query(cli.PathOf("resumed.duckdb")), Is.EqualTo(Query(cli.PathOf("whole.duckdb"))));
        Assert.That(
            Query(cli.PathOf("resumed.duckdb")).Sum(row => double.Parse(row.Split('|')[^1], CultureInfo.InvariantCulture)),
            Is.EqualTo(sum).Within(1e-4));
    }

    private static string Raw(string year) => RawFolder.PathOrIgnore($"ons/CURVA_CARGA_{year}.parquet");

    /// <summary>Writes a year in 18 row groups, so that a load can be stopped in the middle.</summary>
    private static string InRowGroups(Folder folder, string year) =>
        folder.Write($"CURVA_CARGA_{year}.parquet", $"SELECT * FROM '{Raw(year)}'", "ROW_GROUP_SIZE 2048");

    private static async Task<(int First, int Second, long Read)> StopAndResumeAsync(CliRun cli, string file, params string[] options)
    {
        Action<IServiceCollection> services = cli.Services;
        cli.Set("ROW_GROUPS_IN_FLIGHT", "1");
        cli.Services = collection =>
        {
            services(collection);
            collection.AddSingleton<IParquetSource>(provider => new ObservedSource(provider.GetRequiredService<ParquetSource>())
            {
                Before = rowGroup =>
                {
                    if (rowGroup == 7)
                    {
                        cli.Signals.Raise();
                    }
                },
            });
        };
        int first = await LoadAsync(cli, file, options);
        long read = Count(cli, "read");
        Assert.That(read, Is.InRange(1, 35_039), "the load was stopped in the middle");
        cli.Services = services;
        int second = await LoadAsync(cli, file, [.. options, "--resume"]);
        return (first, second, read + Count(cli, "read"));
    }

    private static Task<int> LoadAsync(CliRun cli, string file, params string[] options) =>
        cli.RunAsync(["load", file, "--mapping", Mapping, "--json", .. options]);

    private static long Count(CliRun cli, string name) => cli.Json.GetProperty(name).GetInt64();

    private static long NonexistentTimes(CliRun cli) =>
        cli.Json.GetProperty("files")[0].GetProperty("invalid_by_reason").TryGetProperty("NonexistentLocalTime", out var count) ? count.GetInt64() : 0;

    private static async Task<LocalAwsServer> StartAsync()
    {
        LocalAwsServer server = await LocalAwsServer.StartAsync(new LocalAwsOptions());
        server.Timestream.CreateEnergyTables();
        return server;
    }

    private static void Connect(CliRun cli, LocalAwsServer server)
    {
        cli.Set("AWS_REGION", "eu-west-1")
            .Set("TIMESTREAM_DATABASE_NAME", EnergyTables.Database)
            .Set("GENERATION_TABLE_NAME", EnergyTables.Generation)
            .Set("CONSUMPTION_TABLE_NAME", EnergyTables.Consumption)
            .Set("TRANSMISSION_TABLE_NAME", EnergyTables.Transmission);
        cli.Services = services => services.AddSingleton<IRecordSink>(_ => LocalSink.Connect(server).Sink);
    }

    private static IReadOnlyList<StoredRecord> Stored(LocalAwsServer server) =>
        server.Timestream.Table(EnergyTables.Database, EnergyTables.Consumption).Records;

    private static string[] Texts(LocalAwsServer server) => [.. Stored(server).Select(record => record.ToString()).Order(StringComparer.Ordinal)];

    private static List<string> Query(string database)
    {
        using var connection = new DuckDBConnection($"DataSource={database};ACCESS_MODE=READ_ONLY");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText =
            "SELECT concat_ws('|', \"time\", region, consumer_type, measurement_type, coalesce(quality_flag, '-'), unit, version, \"value\") FROM consumption ORDER BY ALL";
        using DuckDBDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
