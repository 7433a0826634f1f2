using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.LocalAws.InfluxDb;
using Loader.Tests.Support;
using Loader.Tests.Timestream;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.InfluxDb;

/// <summary>The sink that encodes lines for InfluxDB and sends nothing.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class EstimatingTests
{
    private const long Hour = 3_600_000;

    [Test]
    public async Task Rows_count_as_written_and_each_row_group_is_divided_into_requests()
    {
        var sink = new InfluxDbEstimatingSink(new InfluxDbOptions { BatchLines = 50, Gzip = false });
        using MeasurementBatch batch = new SomeBatch().Rows(120).Row(time: SomeBatch.Noon).Row(value: double.NaN).Build();

        WriteOutcome outcome = await WriteAsync(sink, batch);

        Assert.That((outcome.Written, outcome.Duplicate, outcome.Unsettled, outcome.Effort.Requests), Is.EqualTo((120, 1, 0, 3)));
        Assert.That((sink.Estimate.Requests, sink.Estimate.Points), Is.EqualTo((3, 120)));
    }

    [TestCase(InfluxDbEngine.Version3, InfluxDbLayout.Versions, "generation,region=SE,energy_source=hydro,measurement_type=power,quality_flag=good,version=3573837937704960000-01234567 value=1,unit=\"MW\" 1704110400\n")]
    [TestCase(InfluxDbEngine.Version2, InfluxDbLayout.Versions, "generation,region=SE,energy_source=hydro,measurement_type=power,quality_flag=good,version=3573837937704960000-01234567 value=1 1704110400\n")]
    [TestCase(InfluxDbEngine.Version2, InfluxDbLayout.Overwrite, "generation,region=SE,energy_source=hydro,measurement_type=power,quality_flag=good value=1,version=3573837937704960000i 1704110400\n")]
    [TestCase(InfluxDbEngine.Version2, InfluxDbLayout.Plain, "generation,region=SE,energy_source=hydro,measurement_type=power,quality_flag=good value=1 1704110400\n")]
    public async Task Bytes_are_those_of_the_lines(InfluxDbEngine engine, InfluxDbLayout layout, string line)
    {
        var sink = new InfluxDbEstimatingSink(new InfluxDbOptions { Engine = engine, Layout = layout, Gzip = false });
        using MeasurementBatch batch = new SomeBatch { Version = 3_573_837_937_704_960_000 }.Row().Build();

        await WriteAsync(sink, batch);

        Assert.That(sink.Estimate.Bytes, Is.EqualTo(line.Length));
    }

    [Test]
    public async Task Compressed_bytes_are_counted_if_requests_are_compressed()
    {
        var plain = new InfluxDbEstimatingSink(new InfluxDbOptions { Gzip = false });
        var compressed = new InfluxDbEstimatingSink(new InfluxDbOptions());
        using MeasurementBatch batch = new SomeBatch().Rows(1_000).Build();

        await WriteAsync(plain, batch);
        await WriteAsync(compressed, batch);

        Assert.That(compressed.Estimate.Bytes, Is.InRange(1, plain.Estimate.Bytes / 4));
        Assert.That((plain.Estimate.IsCompressed, compressed.Estimate.IsCompressed), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task A_series_of_several_files_counts_once_and_another_table_has_series_of_its_own()
    {
        var sink = new InfluxDbEstimatingSink(new InfluxDbOptions());
        using MeasurementBatch january = new SomeBatch().Rows(3, region: "SE").Rows(3, region: "NE").Build();
        using MeasurementBatch february = new SomeBatch().Rows(3, region: "NE").Rows(3, region: "S").Build();
        using MeasurementBatch other = new SomeBatch(DatasetType.Consumption).Rows(3, region: "SE").Build();

        await WriteAsync(sink, january);
        await WriteAsync(sink, february);
        await WriteAsync(sink, other, DatasetType.Consumption);

        Assert.That(sink.Estimate.Series, Is.EqualTo(4));
    }

    [Test]
    public async Task A_version_makes_a_series_of_each_row_group_that_the_series_has_rows_in()
    {
        var sink = new InfluxDbEstimatingSink(new InfluxDbOptions { Engine = InfluxDbEngine.Version2 });
        var catalog = new SeriesCatalog(DatasetType.Generation);
        await using IRecordWriter writer = await sink.OpenAsync(Source(), CancellationToken.None);
        using MeasurementBatch first = new SomeBatch(catalog: catalog) { RowGroup = 0 }.Rows(3, region: "SE").Rows(3, region: "NE").Build();
        using MeasurementBatch second = new SomeBatch(catalog: catalog) { RowGroup = 1 }.Rows(3, region: "SE", from: SomeBatch.Noon + (3 * Hour)).Build();

        await writer.WriteAsync(first, CancellationToken.None);
        await writer.WriteAsync(second, CancellationToken.None);

        Assert.That((sink.Estimate.Series, sink.Estimate.SeriesWithVersions, sink.Estimate.StoredSeries), Is.EqualTo((2, 3, 3)));
    }

    [Test]
    public async Task Replayed_rows_of_one_series_have_a_series_for_each_version()
    {
        var sink = new InfluxDbEstimatingSink(new InfluxDbOptions { Engine = InfluxDbEngine.Version2 });
        using MeasurementBatch batch = new SomeBatch { HasVersions = true }
            .Row(version: 1).Row(time: SomeBatch.Noon + Hour, version: 1).Row(time: SomeBatch.Noon + (2 * Hour), version: 2).Build();

        await WriteAsync(sink, batch);

        Assert.That((sink.Estimate.Series, sink.Estimate.SeriesWithVersions), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task A_series_without_a_row_to_write_does_not_count()
    {
        var sink = new InfluxDbEstimatingSink(new InfluxDbOptions());
        using MeasurementBatch batch = new SomeBatch().Rows(2).Row(region: "NE", value: double.NaN).Row(region: "S\n").Build();

        await WriteAsync(sink, batch, judged: true);

        Assert.That((sink.Estimate.Series, sink.Estimate.SeriesWithVersions, sink.Estimate.Points), Is.EqualTo((1, 1, 2)));
    }

    [TestCase(InfluxDbEngine.Version2, InfluxDbLayout.Versions, 6, 2)]
    [TestCase(InfluxDbEngine.Version3, InfluxDbLayout.Versions, 6, 0)]
    [TestCase(InfluxDbEngine.Version2, InfluxDbLayout.Overwrite, 0, 0)]
    [TestCase(InfluxDbEngine.Version2, InfluxDbLayout.Plain, 0, 0)]
    [TestCase(InfluxDbEngine.Version3, InfluxDbLayout.Plain, 0, 0)]
    public async Task Newer_files_with_the_same_rows_add_points_only_where_versions_are_kept(
        InfluxDbEngine engine, InfluxDbLayout layout, int points, int series)
    {
        var sink = new InfluxDbEstimatingSink(new InfluxDbOptions { Engine = engine, Layout = layout });
        using MeasurementBatch batch = new SomeBatch().Rows(3, region: "SE").Rows(3, region: "NE").Build();

        await WriteAsync(sink, batch);

        Assert.That((sink.Estimate.PointsAddedByNewerFiles, sink.Estimate.SeriesAddedByNewerFiles), Is.EqualTo((points, series)));
        Assert.That(sink.Estimate.Series, Is.EqualTo(2));
    }

    [Test]
    public async Task Series_beyond_the_limit_are_not_told_apart_and_the_estimate_says_so()
    {
        var sink = new InfluxDbEstimatingSink(new InfluxDbOptions(), inspected: null, maxSeries: 2);
        using MeasurementBatch two = new SomeBatch().Row(region: "SE").Row(region: "NE").Build();
        using MeasurementBatch three = new SomeBatch().Row(region: "SE").Row(region: "NE").Row(region: "S").Build();

        await WriteAsync(sink, two);
        await WriteAsync(sink, two);
        bool hadMore = sink.Estimate.HasMoreSeries;
        await WriteAsync(sink, three);

        Assert.That((sink.Estimate.Series, hadMore, sink.Estimate.HasMoreSeries), Is.EqualTo((2, false, true)));
    }

    [Test]
    public async Task Loads_at_once_are_counted_together()
    {
        var sink = new InfluxDbEstimatingSink(new InfluxDbOptions { Engine = InfluxDbEngine.Version2, Gzip = false });

        await Parallel.ForEachAsync(Enumerable.Range(0, 40), async (_, _) =>
        {
            using MeasurementBatch batch = new SomeBatch().Rows(5, region: "SE").Rows(5, region: "NE").Build();
            await WriteAsync(sink, batch);
        });

        Assert.That(
            (sink.Estimate.Points, sink.Estimate.Series, sink.Estimate.SeriesWithVersions, sink.Estimate.Requests), Is.EqualTo((400, 2, 80, 40)));
    }

    [TestCase(InfluxDbEngine.Version2, false)]
    [TestCase(InfluxDbEngine.Version3, true)]
    public async Task The_limits_are_those_of_the_engine(InfluxDbEngine engine, bool isTabUnwritable)
    {
        Destination destination = await new InfluxDbEstimatingSink(new InfluxDbOptions { Engine = engine })
            .InspectAsync(DatasetType.Generation, CancellationToken.None);

        Assert.That(destination.Limits.UnwritableText.HasFlag(SpecialText.LineFeed | SpecialText.TrailingBackslash), Is.True);
        Assert.That(destination.Limits.UnwritableText.HasFlag(SpecialText.Tab), Is.EqualTo(isTabUnwritable));
        Assert.That(destination.Limits.MaxDimensionBytes, Is.EqualTo(32_000));
        Assert.That((destination.Limits.Earliest?.Year, destination.Limits.Latest?.Year), Is.EqualTo((1677, 2262)));
        Assert.That(destination.IsDryRun, Is.True);
    }

    [TestCase("", "", "", InfluxDbLayout.Versions, InfluxDbEngine.Version3)]
    [TestCase("energy", "", "", InfluxDbLayout.Versions, InfluxDbEngine.Version3)]
    [TestCase("energy", "org", "bucket", InfluxDbLayout.Versions, InfluxDbEngine.Version3)]
    [TestCase("", "org", "bucket", InfluxDbLayout.Versions, InfluxDbEngine.Version2)]
    [TestCase("", "", "", InfluxDbLayout.Overwrite, InfluxDbEngine.Version2)]
    public void Without_a_server_the_settings_tell_the_engine(string database, string org, string bucket, InfluxDbLayout layout, InfluxDbEngine expected)
    {
        var sink = new InfluxDbEstimatingSink(new InfluxDbOptions { Database = database, Org = org, Bucket = bucket, Layout = layout });

        Assert.That(sink.Estimate.Engine, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_server_tells_the_engine_and_its_limits_count([Values] InfluxEngine engine)
    {
        var buckets = new InfluxBucketSettings[] { new("energy", TimeSpan.FromDays(30)) };
        await using LocalInflux local = await LocalInflux.StartAsync(
            engine, server: new LocalInfluxOptions { Engine = engine, TimeProvider = new FakeTimeProvider(Some.Instant), Buckets = buckets },
            time: new FakeTimeProvider(Some.Instant));
        var sink = new InfluxDbEstimatingSink(new InfluxDbOptions { Database = "energy", Org = "org", Bucket = "energy" }, local.Sink);

        await using IRecordWriter writer = await sink.OpenAsync(Source(), CancellationToken.None);

        Assert.That(
            sink.Estimate.Engine, Is.EqualTo(engine == InfluxEngine.Version2 ? InfluxDbEngine.Version2 : InfluxDbEngine.Version3));
        Assert.That(writer.Destination.Limits.Earliest, Is.EqualTo(Some.Instant.AddDays(-30)));
        Assert.That((writer.Destination.Sink, writer.Destination.IsDryRun), Is.EqualTo(("influxdb", true)));
        Assert.That(local.Server.Buckets.Single().Tables, Is.Empty);
    }

    [Test]
    public void Settings_that_the_lines_depend_on_are_checked_and_no_others()
    {
        var options = new InfluxDbOptions
        {
            Url = "none",
            Token = "",
            Engine = InfluxDbEngine.Version3,
            Layout = InfluxDbLayout.Overwrite,
            BatchLines = 0,
            GenerationTableName = "#",
        };

        ConfigurationException fault = Assert.Throws<ConfigurationException>(() => _ = new InfluxDbEstimatingSink(options));

        Assert.That(fault.Message, Does.Contain("INFLUXDB_LAYOUT is overwrite").And.Contain("INFLUXDB_BATCH_LINES is 0").And.Contain("GENERATION_TABLE_NAME is '#'"));
        Assert.That(fault.Message, Does.Not.Contain("URL").And.Not.Contain("TOKEN").And.Not.Contain("INFLUXDB_DATABASE"));
    }

    [Test]
    public async Task A_cancelled_batch_is_unsettled()
    {
        var sink = new InfluxDbEstimatingSink(new InfluxDbOptions());
        await using IRecordWriter writer = await sink.OpenAsync(DatasetType.Generation, CancellationToken.None);
        using MeasurementBatch batch = new SomeBatch().Rows(10).Build();

        WriteOutcome outcome = await writer.WriteAsync(batch, new CancellationToken(canceled: true));

        Assert.That((outcome.Written, outcome.Unsettled), Is.EqualTo((0, 10)));
        Assert.That(sink.Estimate.Points, Is.Zero);
    }

    [Test]
    public void Many_series_are_a_matter_of_engine_2()
    {
        var some = new InfluxDbEstimate { Engine = InfluxDbEngine.Version2, Series = 20, SeriesWithVersions = 1_000_000 };
        var many = some with { SeriesWithVersions = 1_000_001 };

        Assert.That(
            (some.HasManySeries, many.HasManySeries, (many with { Engine = InfluxDbEngine.Version3 }).HasManySeries), Is.EqualTo((false, true, false)));
        Assert.That((many with { Layout = InfluxDbLayout.Plain }).HasManySeries, Is.False);
    }

    private static RecordSource Source(DatasetType? dataset = null) => new(dataset ?? DatasetType.Generation, "0123456789abcdef");

    private static async Task<WriteOutcome> WriteAsync(InfluxDbEstimatingSink sink, MeasurementBatch batch, DatasetType? dataset = null, bool judged = false)
    {
        await using IRecordWriter writer = await sink.OpenAsync(Source(dataset), CancellationToken.None);
        if (judged)
        {
            MeasurementRules.Validate(batch, writer.Destination.Limits);
        }

        return await writer.WriteAsync(batch, CancellationToken.None);
    }
}
