using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.LocalAws.InfluxDb;
using Loader.Tests.Support;
using Loader.Tests.Timestream;

namespace Loader.Tests.InfluxDb;

/// <summary>What the sink finds out before it writes, and what it refuses.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PreflightTests
{
    private const string Write = "influx:Write";

    [Test]
    public async Task Inspecting_changes_nothing([Values] InfluxEngine engine)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(engine);

        foreach (DatasetType dataset in DatasetType.All)
        {
            await local.Sink.InspectAsync(dataset, CancellationToken.None);
        }

        Assert.That(local.Server.Buckets.Single().Tables, Is.Empty);
        Assert.That(local.Server.Requests.Counts.Keys, Is.SubsetOf(new[] { "influx:Ping", "influx:Buckets", "influx:Query" }));
    }

    [Test]
    public async Task The_destination_names_server_bucket_and_table([Values] InfluxEngine engine)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(engine);

        Destination destination = await local.Sink.InspectAsync(DatasetType.Transmission, CancellationToken.None);

        Assert.That((destination.Sink, destination.Name), Is.EqualTo(("influxdb", $"{local.Server.Endpoint.Authority}/energy/transmission")));
        Assert.That(destination.Identity, Does.EndWith($"/transmission@{local.Server.Endpoint.Authority}"));
    }

    [Test]
    public async Task A_table_of_engine_3_is_made_with_its_tags_in_the_order_of_the_lines()
    {
        await using LocalInflux local = await LocalInflux.StartAsync(InfluxEngine.Version3);
        using MeasurementBatch batch = new SomeBatch().Row(quality: null).Build();

        await local.WriteAsync(batch);

        Assert.That(
            local.Stored.Columns.Select(column => column.Name),
            Is.EqualTo(new[] { "region", "energy_source", "measurement_type", "quality_flag", "version", "value", "unit", "time" }));
    }

    [Test]
    public async Task A_token_that_may_not_make_tables_lets_the_first_line_make_it()
    {
        await using LocalInflux local = await LocalInflux.StartAsync(InfluxEngine.Version3);
        using MeasurementBatch batch = new SomeBatch().Row().Build();
        local.Server.Faults.On("influx:CreateTable").Always().Status(403);

        WriteOutcome outcome = await local.WriteAsync(batch);

        Assert.That((outcome.Written, local.Stored.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_token_that_may_not_make_tables_is_found_out_once_for_all_loads()
    {
        var logger = new LineLogger();
        await using LocalInflux local = await LocalInflux.StartAsync(InfluxEngine.Version3, logger: logger);
        local.Server.Faults.On("influx:CreateTable").Always().Status(403);

        for (int load = 0; load < 5; load++)
        {
            await local.OpenAsync();
        }

        Assert.That(local.Server.Requests.Count("influx:CreateTable"), Is.EqualTo(1));
        Assert.That(logger.Warnings, Has.Exactly(1).Contains("may not make table generation"));
    }

    [Test]
    public async Task Loads_that_begin_together_make_a_table_once()
    {
        await using LocalInflux local = await LocalInflux.StartAsync(InfluxEngine.Version3);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => local.OpenAsync())));

        Assert.That(local.Server.Requests.Count("influx:CreateTable"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_table_that_another_process_makes_in_the_meantime_is_used()
    {
        await using LocalInflux local = await LocalInflux.StartAsync(InfluxEngine.Version3);
        using MeasurementBatch batch = new SomeBatch().Row().Build();
        local.Server.Faults.On("influx:CreateTable").Always().Status(409);

        Assert.That((await local.WriteAsync(batch)).Written, Is.EqualTo(1));
    }

    [Test]
    public async Task A_missing_database_or_bucket_is_never_made([Values] InfluxEngine engine)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(engine, configure: o => o.Database = o.Bucket = "missing");

        Assert.That(() => local.OpenAsync(), Throws.InstanceOf<DestinationMissingException>().With.Message.Contains("'missing'"));
        Assert.That(local.Server.Buckets.Select(bucket => bucket.Name), Is.EqualTo(new[] { "energy" }));
    }

    [TestCase(InfluxEngine.Version2, InfluxDbLayout.Versions, InfluxDbLayout.Plain)]
    [TestCase(InfluxEngine.Version2, InfluxDbLayout.Versions, InfluxDbLayout.Overwrite)]
    [TestCase(InfluxEngine.Version2, InfluxDbLayout.Overwrite, InfluxDbLayout.Versions)]
    [TestCase(InfluxEngine.Version2, InfluxDbLayout.Overwrite, InfluxDbLayout.Plain)]
    [TestCase(InfluxEngine.Version2, InfluxDbLayout.Plain, InfluxDbLayout.Versions)]
    [TestCase(InfluxEngine.Version2, InfluxDbLayout.Plain, InfluxDbLayout.Overwrite)]
    [TestCase(InfluxEngine.Version3, InfluxDbLayout.Versions, InfluxDbLayout.Plain)]
    [TestCase(InfluxEngine.Version3, InfluxDbLayout.Plain, InfluxDbLayout.Versions)]
    public async Task A_table_keeps_the_layout_that_it_began_with(InfluxEngine engine, InfluxDbLayout first, InfluxDbLayout second)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(engine, first);
        using MeasurementBatch batch = new SomeBatch().Row().Build();
        await local.WriteAsync(batch);
        using InfluxDbSink other = LocalInflux.Connect(local.Server, second).Sink;

        Assert.That(
            () => other.OpenAsync(new RecordSource(DatasetType.Generation, "0123456789"), CancellationToken.None),
            Throws.InstanceOf<DestinationRefusedException>()
                .With.Message.Contains($"set INFLUXDB_LAYOUT={first.ToString().ToLowerInvariant()}, or name another table"));
    }

    [TestCase(InfluxEngine.Version2, "generation,region=a value=1i 1", "'value' is a field of type integer and must be a float")]
    [TestCase(InfluxEngine.Version2, "generation,energy_source=a value=\"x\",region=\"y\" 1", "'region' is a field (string) and must be a tag")]
    [TestCase(InfluxEngine.Version3, "generation,region=a value=1i 1", "'value' is a field of type Int64 and must be a float")]
    [TestCase(InfluxEngine.Version3, "generation,value=a other=1 1", "'value' is a tag and must be a field")]
    [TestCase(InfluxEngine.Version3, "generation,energy_source=a value=1,region=\"y\",unit=1 1", "'region' is a field (Utf8) and must be a tag; 'unit' is a field of type Float64 and must be a string")]
    public async Task Conflicts_of_columns_are_named_before_a_line_is_sent(InfluxEngine engine, string line, string conflict)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(engine, InfluxDbLayout.Plain);
        await RawLines.PostAsync(local.Server, line);
        long writes = local.Server.Requests.Count(Write);

        Assert.That(() => local.OpenAsync(), Throws.InstanceOf<DestinationRefusedException>().With.Message.Contains(conflict));
        Assert.That(local.Server.Requests.Count(Write), Is.EqualTo(writes));
    }

    [Test]
    public async Task Overwrite_is_refused_when_the_server_turns_out_to_have_engine_3()
    {
        await using LocalInflux local = await LocalInflux.StartAsync(InfluxEngine.Version3, InfluxDbLayout.Overwrite);

        Assert.That(() => local.OpenAsync(), Throws.InstanceOf<ConfigurationException>().With.Message.Contains("needs engine 2"));
    }

    [TestCase(InfluxEngine.Version2, "INFLUXDB_ORG and INFLUXDB_BUCKET must be set")]
    [TestCase(InfluxEngine.Version3, "INFLUXDB_DATABASE must be set")]
    public async Task Settings_of_the_other_engine_are_refused_by_name(InfluxEngine engine, string message)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(engine, configure: o =>
        {
            (o.Org, o.Bucket) = engine == InfluxEngine.Version3 ? ("org", "energy") : ("", "");
            o.Database = engine == InfluxEngine.Version3 ? "" : "energy";
        });

        Assert.That(() => local.OpenAsync(), Throws.InstanceOf<ConfigurationException>().With.Message.Contains(message));
    }

    [TestCase("1.8.10", null)]
    [TestCase(null, null)]
    [TestCase("cloud", "?")]
    public async Task A_server_that_is_neither_2_nor_3_is_refused(string? version, string? build)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(
            InfluxEngine.Version2, server: new LocalInfluxOptions { Engine = InfluxEngine.Version2, Version = version ?? "", Build = build ?? "" });

        Assert.That(() => local.OpenAsync(), Throws.InstanceOf<ConfigurationException>().With.Message.Contains("INFLUXDB_ENGINE"));
    }

    [TestCase("v2.7.12", "OSS", InfluxEngine.Version2)]
    [TestCase("2.0.4", "", InfluxEngine.Version2)]
    [TestCase("3.10.0", "Core", InfluxEngine.Version3)]
    [TestCase("3.2.1", "Enterprise", InfluxEngine.Version3)]
    [TestCase("2025.1", "Enterprise", InfluxEngine.Version3)]
    public async Task The_engine_follows_from_the_headers_of_ping(string version, string build, InfluxEngine engine)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(
            engine, server: new LocalInfluxOptions { Engine = engine, Version = version, Build = build });

        Assert.That(async () => await local.OpenAsync(), Throws.Nothing);
    }

    [Test]
    public async Task An_engine_that_is_set_is_not_asked_for([Values] InfluxEngine engine)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(
            engine, configure: o => o.Engine = engine == InfluxEngine.Version2 ? InfluxDbEngine.Version2 : InfluxDbEngine.Version3);

        await local.OpenAsync();

        Assert.That(local.Server.Requests.Count("influx:Ping"), Is.Zero);
    }

    [TestCase(400)]
    [TestCase(403)]
    public async Task A_retention_that_engine_3_does_not_tell_is_warned_of(int status)
    {
        var logger = new LineLogger();
        await using LocalInflux local = await LocalInflux.StartAsync(InfluxEngine.Version3, logger: logger);
        local.Server.Faults.On("influx:Query").Calls(1).Answer(status, "Error during planning: table 'system.databases' not found", "text/plain");

        Destination destination = await local.Sink.InspectAsync(DatasetType.Generation, CancellationToken.None);

        Assert.That(destination.Limits.Earliest!.Value.Year, Is.EqualTo(1677));
        Assert.That(logger.Warnings, Has.Exactly(1).Contains("does not tell the retention of database energy"));
    }
}
