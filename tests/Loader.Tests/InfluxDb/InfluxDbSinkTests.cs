using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.LocalAws.InfluxDb;
using Loader.LocalAws.InfluxDb.Storage;
using Loader.Tests.Timestream;

namespace Loader.Tests.InfluxDb;

/// <summary>What the sink writes, against both engines.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class InfluxDbSinkTests
{
    private const string Write = "influx:Write";

    [Test]
    public async Task Every_row_is_a_point(
        [Values] InfluxEngine engine, [Values(InfluxDbLayout.Versions, InfluxDbLayout.Plain)] InfluxDbLayout layout, [Values] bool gzip)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(engine, layout, o => (o.Gzip, o.BatchLines) = (gzip, 7));
        using MeasurementBatch batch = new SomeBatch().Rows(20).Rows(20, subject: "wind", quality: null).Build();

        WriteOutcome outcome = await local.WriteAsync(batch);

        Assert.That((outcome.Written, outcome.Unsettled, outcome.Failure), Is.EqualTo((40, 0, (LoadException?)null)));
        Assert.That(
            local.Stored.Points.Select(p => (p.Tag("energy_source"), p.Time.ToUnixTimeMilliseconds(), p.Field("value")!.Value.Float)),
            Is.EquivalentTo(Enumerable.Range(0, 40).Select(i => (i < 20 ? "hydro" : "wind", SomeBatch.Noon + (i % 20 * 3_600_000L), (double)(i % 20)))));
        Assert.That(outcome.Effort.Requests, Is.EqualTo(6));
    }

    [Test]
    public async Task Points_carry_the_tags_of_their_series_and_no_dataset([Values] InfluxEngine engine)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(engine);
        using MeasurementBatch batch = new SomeBatch().Row().Build();

        await local.WriteAsync(batch, "fedcba9876543210");

        InfluxPoint point = local.Stored.Points.Single();
        Assert.That(
            point.Tags.Select(tag => $"{tag.Key}={tag.Value}"),
            Is.EquivalentTo(new[] { "region=SE", "energy_source=hydro", "measurement_type=power", "quality_flag=good", $"version={SomeBatch.DefaultVersion:D19}-fedcba98" }));
    }

    [Test]
    public async Task The_unit_is_a_field_on_engine_3_only([Values] InfluxEngine engine)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(engine);
        using MeasurementBatch batch = new SomeBatch().Row().Build();

        await local.WriteAsync(batch);

        Assert.That(local.Stored.Points.Single().Field("unit")?.Text, Is.EqualTo(engine == InfluxEngine.Version3 ? "MW" : null));
    }

    [Test]
    public async Task Under_versions_two_sources_with_one_version_are_two_points([Values] InfluxEngine engine)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(engine);
        using MeasurementBatch one = new SomeBatch().Row(value: 1).Build();
        using MeasurementBatch other = new SomeBatch().Row(value: 2).Build();

        await local.WriteAsync(one, "1111111111");
        await local.WriteAsync(other, "2222222222");
        await local.WriteAsync(one, "1111111111");

        Assert.That(local.Stored.Count, Is.EqualTo(2));
        Assert.That(local.Stored.ContradictoryPoints, Is.Zero);
        Assert.That(local.Stored.Newest().Single().Field("value")!.Value.Float, Is.EqualTo(2));
    }

    [Test]
    public async Task Under_overwrite_an_older_load_changes_nothing_and_a_newer_one_replaces()
    {
        await using LocalInflux local = await LocalInflux.StartAsync(InfluxEngine.Version2, InfluxDbLayout.Overwrite);
        using MeasurementBatch newer = new SomeBatch { Version = SomeBatch.DefaultVersion + (10L << 21) }.Row(value: 2).Build();
        using MeasurementBatch older = new SomeBatch().Row(value: 1).Row(time: 0, value: 3).Build();

        WriteOutcome first = await local.WriteAsync(older);
        WriteOutcome second = await local.WriteAsync(newer);
        WriteOutcome third = await local.WriteAsync(older);

        Assert.That(first.Written, Is.EqualTo(2));
        Assert.That(second.Written, Is.EqualTo(1));
        Assert.That((third.Written, third.Superseded), Is.EqualTo((1, 1)));
        Assert.That(
            local.Stored.Points.Select(p => (p.Time.ToUnixTimeMilliseconds(), p.Field("value")!.Value.Float)),
            Is.EquivalentTo(new[] { (0L, 3.0), (SomeBatch.Noon, 2.0) }));
    }

    [Test]
    public async Task Under_overwrite_a_later_row_group_of_the_same_object_makes_a_duplicate()
    {
        await using LocalInflux local = await LocalInflux.StartAsync(InfluxEngine.Version2, InfluxDbLayout.Overwrite);
        using MeasurementBatch later = new SomeBatch { Version = SomeBatch.DefaultVersion + 1, RowGroup = 1 }.Row(value: 2).Build();
        using MeasurementBatch earlier = new SomeBatch().Row(value: 1).Build();

        await local.WriteAsync(later);
        WriteOutcome outcome = await local.WriteAsync(earlier);

        Assert.That((outcome.Written, outcome.Duplicate), Is.EqualTo((0, 1)));
        Assert.That(local.Stored.Points.Single().Field("value")!.Value.Float, Is.EqualTo(2));
    }

    // The queries: tag keys, field keys, newer points, and then the counts.
    [Test]
    public async Task Under_overwrite_points_are_counted_after_a_request_without_an_answer_and_written_again_if_some_are_missing()
    {
        await using LocalInflux local = await LocalInflux.StartAsync(InfluxEngine.Version2, InfluxDbLayout.Overwrite);
        using MeasurementBatch batch = new SomeBatch().Row(value: 1).Build();
        local.Server.Faults.On(Write).Calls(1).ResetBeforeStore();
        local.Server.Faults.On(Query).Calls(4).Answer(200, NoPoints);

        WriteOutcome outcome = await local.WriteAsync(batch);

        Assert.That((outcome.Written, outcome.Failure), Is.EqualTo((1, (LoadException?)null)));
        Assert.That((local.Server.Requests.Count(Write), local.Server.Requests.Count(Query)), Is.EqualTo((3, 5)));
    }

    [Test]
    public async Task Under_overwrite_points_that_stay_missing_fail_the_load()
    {
        await using LocalInflux local = await LocalInflux.StartAsync(InfluxEngine.Version2, InfluxDbLayout.Overwrite);
        using MeasurementBatch batch = new SomeBatch().Row(value: 1).Build();
        local.Server.Faults.On(Write).Calls(1).ResetAfterStore();
        local.Server.Faults.On(Query).When(call => call > 3).Answer(200, NoPoints);

        WriteOutcome outcome = await local.WriteAsync(batch);

        Assert.That((outcome.Written, outcome.Unsettled), Is.EqualTo((0, 1)));
        Assert.That(outcome.Failure, Is.InstanceOf<UnavailableException>().With.Message.Contains("confirmed 1 rows").And.Message.Contains("holds 0"));
    }

    /// <summary>A server may limit the rows of a response. A row that it leaves out must not count as not overtaken.</summary>
    [Test]
    public async Task Under_overwrite_a_response_with_a_part_of_the_points_is_asked_for_in_smaller_parts()
    {
        await using LocalInflux local = await LocalInflux.StartAsync(InfluxEngine.Version2, InfluxDbLayout.Overwrite);
        using MeasurementBatch newer = new SomeBatch { Version = SomeBatch.DefaultVersion + (10L << 21) }.Rows(8).Build();
        using MeasurementBatch older = new SomeBatch().Rows(8).Build();
        await local.WriteAsync(newer);
        local.Server.Faults.On(Query).Calls(1).Answer(
            200,
            """
            {"results":[{"statement_id":0,"series":[{"name":"generation","tags":{"region":"SE","energy_source":"hydro","measurement_type":"power",
            "quality_flag":"good"},"columns":["time","version"],"values":[[1704110400000000000,9000000000000000000]],"partial":true}]}]}
            """);

        WriteOutcome outcome = await local.WriteAsync(older);

        Assert.That((outcome.Superseded, outcome.Written, outcome.Failure), Is.EqualTo((8, 0, (LoadException?)null)));
    }

    [Test]
    public async Task Under_overwrite_a_part_of_the_points_of_one_time_fails_the_load()
    {
        await using LocalInflux local = await LocalInflux.StartAsync(InfluxEngine.Version2, InfluxDbLayout.Overwrite);
        using MeasurementBatch batch = new SomeBatch().Row().Build();
        await using IRecordWriter writer = await local.OpenAsync();
        local.Server.Faults.On(Query).Always().Answer(200, """{"results":[{"statement_id":0,"partial":true,"series":[]}]}""");

        WriteOutcome outcome = await writer.WriteAsync(batch, CancellationToken.None);

        Assert.That((outcome.Written, outcome.Unsettled), Is.EqualTo((0, 1)));
        Assert.That(outcome.Failure, Is.InstanceOf<UnavailableException>().With.Message.Contains("only a part of the points"));
    }

    [Test]
    public async Task Under_overwrite_every_row_has_one_outcome_when_the_count_fails()
    {
        await using LocalInflux local = await LocalInflux.StartAsync(InfluxEngine.Version2, InfluxDbLayout.Overwrite);
        using MeasurementBatch newer = new SomeBatch { Version = SomeBatch.DefaultVersion + (10L << 21) }.Row(time: 1_000).Row(time: 2_000).Build();
        using MeasurementBatch older = new SomeBatch().Row(time: 1_000).Row(time: 2_000).Row(time: 3_000).Row(time: 3_000, value: 2).Build();
        await local.WriteAsync(newer);
        local.Server.Faults.On(Write).Calls(1).ResetBeforeStore();
        local.Server.Faults.On(Query).When(call => call > 1).Status(403);

        WriteOutcome outcome = await local.WriteAsync(older);

        Assert.That(outcome.Failure, Is.InstanceOf<DestinationAccessDeniedException>());
        Assert.That((outcome.Superseded, outcome.Duplicate, outcome.Unsettled, outcome.Written), Is.EqualTo((2, 1, 1, 0)));
    }

    [Test]
    public async Task Engine_3_names_the_refused_lines_and_stores_the_others()
    {
        await using LocalInflux local = await LocalInflux.StartAsync(InfluxEngine.Version3);
        using MeasurementBatch batch = new SomeBatch().Rows(5).Build();
        local.Server.Faults.On(Write).Calls(1).Answer(
            400, """{"error":"partial write of line protocol occurred","data":[{"error_message":"no","line_number":2,"original_line":"x"},{"error_message":"never","line_number":5,"original_line":"x"}]}""");

        WriteOutcome outcome = await local.WriteAsync(batch);

        Assert.That(outcome.Rejected, Is.EqualTo(new[]
        {
            new RejectedRow(1, RejectionReason.Refused, "no"), new RejectedRow(4, RejectionReason.Refused, "never"),
        }));
        Assert.That((outcome.Written, local.Server.Requests.Count(Write)), Is.EqualTo((3, 1L)));
    }

    [Test]
    public async Task Engine_2_quotes_lines_that_it_cannot_parse_and_the_others_are_sent_again()
    {
        await using LocalInflux local = await LocalInflux.StartAsync(
            InfluxEngine.Version2, InfluxDbLayout.Plain, o => o.Gzip = false, new LocalInfluxOptions { Engine = InfluxEngine.Version2, KeepBodies = true });
        using MeasurementBatch batch = new SomeBatch().Rows(5).Build();
        local.Server.Faults.On(Write).Calls(1).Answer(
            400, """{"code":"invalid","message":"unable to parse 'generation,region=SE,energy_source=hydro,measurement_type=power,quality_flag=good value=2 1704117600': bad"}""");

        WriteOutcome outcome = await local.WriteAsync(batch);

        Assert.That(outcome.Rejected, Is.EqualTo(new[] { new RejectedRow(2, RejectionReason.Refused, "bad") }));
        Assert.That((outcome.Written, local.Stored.Count, local.Server.Requests.Count(Write)), Is.EqualTo((4, 4, 3L)));
    }

    [Test]
    public async Task Engine_2_does_not_name_lines_of_another_type_and_they_are_found_by_dividing()
    {
        await using LocalInflux local = await LocalInflux.StartAsync(InfluxEngine.Version2, InfluxDbLayout.Plain);
        using MeasurementBatch batch = new SomeBatch().Rows(400).Build();

        // A group of shards covers 7 days. In that of the first rows, the field is an integer.
        await RawLines.PostAsync(local.Server, "generation,region=other value=1i 1704110400000000000");
        await RawLines.PostAsync(local.Server, "generation,region=other value=1 1900000000000000000");

        WriteOutcome outcome = await local.WriteAsync(batch);

        int refused = outcome.Rejected.Count;
        Assert.That(refused, Is.InRange(1, 200));
        Assert.That(outcome.Rejected.Select(row => row.Row), Is.EqualTo(Enumerable.Range(0, refused)), "the rows of the first group of shards");
        Assert.That(outcome.Rejected.Select(row => row.Detail), Has.All.Contains("field type conflict"));
        Assert.That((outcome.Written, outcome.Unsettled), Is.EqualTo((400 - refused, 0)));
        Assert.That(local.Stored.Count, Is.EqualTo(400 - refused + 2));
    }

    [Test]
    public async Task A_field_of_another_type_everywhere_ends_the_load_after_few_requests([Values] InfluxEngine engine)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(engine, configure: o => o.BatchLines = 10);
        using MeasurementBatch batch = new SomeBatch().Rows(1_000).Build();
        local.Server.Faults.On(Write).Always().Answer(
            engine == InfluxEngine.Version2 ? 422 : 400,
            engine == InfluxEngine.Version2
                ? """{"code":"unprocessable entity","message":"failure writing points to database: partial write: field type conflict dropped=10"}"""
                : $$"""{"error":"partial write of line protocol occurred","data":[{{string.Join(',', Enumerable.Range(1, 10).Select(n => $$"""{"error_message":"no","line_number":{{n}}}"""))}}]}""");

        WriteOutcome outcome = await local.WriteAsync(batch);

        Assert.That(outcome.Failure, Is.InstanceOf<DestinationRefusedException>().With.Message.Contains("accepted no record of the load"));
        Assert.That(local.Server.Requests.Count(Write), Is.LessThan(50));
    }

    [Test]
    public async Task Rows_that_expire_on_the_way_are_found_by_their_time_on_engine_2()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(SomeBatch.Noon).AddHours(48));
        await using LocalInflux local = await LocalInflux.StartAsync(
            InfluxEngine.Version2, time: time,
            server: new LocalInfluxOptions
            {
                Engine = InfluxEngine.Version2,
                TimeProvider = time,
                Buckets = [new("energy", TimeSpan.FromHours(48), TimeSpan.FromHours(1))],
            });
        using MeasurementBatch batch = new SomeBatch().Rows(6).Build();
        await using IRecordWriter writer = await local.OpenAsync();
        int invalid = MeasurementRules.Validate(batch, writer.Destination.Limits);
        time.Advance(TimeSpan.FromHours(2.5));

        WriteOutcome outcome = await writer.WriteAsync(batch, CancellationToken.None);

        Assert.That(invalid, Is.Zero);
        Assert.That(outcome.Rejected.Select(row => row.Row), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That((outcome.Written, local.Server.Requests.Count(Write)), Is.EqualTo((3, 1L)));
    }

    [Test]
    public async Task Rows_older_than_the_retention_are_invalid_before_they_are_sent([Values] InfluxEngine engine)
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(SomeBatch.Noon).AddHours(2));
        await using LocalInflux local = await LocalInflux.StartAsync(
            engine, time: time, server: new LocalInfluxOptions { Engine = engine, TimeProvider = time, Buckets = [new("energy", TimeSpan.FromHours(1))] });
        using MeasurementBatch batch = new SomeBatch().Rows(3).Build();

        WriteOutcome outcome = await local.WriteAsync(batch);

        Assert.That(batch.Verdicts.ToArray(), Is.EqualTo(new[] { RejectionReason.TimeTooOld, RejectionReason.None, RejectionReason.None }));
        Assert.That((outcome.Written, local.Stored.Count), Is.EqualTo((2, 2)));
    }

    [TestCase(InfluxEngine.Version2, "a\nb", RejectionReason.UnwritableText)]
    [TestCase(InfluxEngine.Version2, "a\\", RejectionReason.UnwritableText)]
    [TestCase(InfluxEngine.Version2, "a\tb", RejectionReason.None)]
    [TestCase(InfluxEngine.Version2, "a\0b", RejectionReason.None)]
    [TestCase(InfluxEngine.Version3, "a\nb", RejectionReason.UnwritableText)]
    [TestCase(InfluxEngine.Version3, "a\\", RejectionReason.UnwritableText)]
    [TestCase(InfluxEngine.Version3, "a\tb", RejectionReason.UnwritableText)]
    [TestCase(InfluxEngine.Version3, "a\0b", RejectionReason.None)]
    public async Task Text_that_line_protocol_cannot_hold_makes_a_row_invalid(InfluxEngine engine, string region, RejectionReason reason)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(engine, InfluxDbLayout.Plain);
        using MeasurementBatch batch = new SomeBatch().Row(region, time: 1_000).Row("SE", time: 2_000).Build();

        WriteOutcome outcome = await local.WriteAsync(batch);

        Assert.That(batch.Verdicts[0], Is.EqualTo(reason));
        Assert.That(
            local.Stored.Points.Select(p => p.Tag("region")),
            Is.EquivalentTo(reason == RejectionReason.None ? new[] { region, "SE" } : ["SE"]));
        Assert.That(outcome.Written, Is.EqualTo(local.Stored.Count));
    }

    [Test]
    public async Task A_request_that_is_too_large_is_divided([Values] InfluxEngine engine)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(
            engine, configure: o => o.Gzip = false, server: new LocalInfluxOptions { Engine = engine, MaxBodyBytes = 1_000 });
        using MeasurementBatch batch = new SomeBatch().Rows(100).Build();

        WriteOutcome outcome = await local.WriteAsync(batch);

        Assert.That((outcome.Written, local.Stored.Count), Is.EqualTo((100, 100)));
    }

    [Test]
    public async Task A_line_that_is_too_large_alone_is_rejected([Values] InfluxEngine engine)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(
            engine, configure: o => o.Gzip = false, server: new LocalInfluxOptions { Engine = engine, MaxBodyBytes = 1_000 });
        using MeasurementBatch batch = new SomeBatch().Rows(3).Row(new string('x', 2_000)).Build();

        WriteOutcome outcome = await local.WriteAsync(batch);

        Assert.That(outcome.Rejected.Select(row => row.Row), Is.EqualTo(new[] { 3 }));
        Assert.That((outcome.Written, local.Stored.Count), Is.EqualTo((3, 3)));
    }

    [TestCase(200)]
    [TestCase(202)]
    [TestCase(201)]
    public async Task Any_success_but_204_confirms_nothing(int status)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(InfluxEngine.Version3);
        using MeasurementBatch batch = new SomeBatch().Rows(3).Build();
        local.Server.Faults.On(Write).Calls(1).Answer(status, "{}");

        WriteOutcome outcome = await local.WriteAsync(batch);

        Assert.That((outcome.Written, outcome.Effort.Retries, local.Stored.Count), Is.EqualTo((3, 1L, 3)));
    }

    [Test]
    public async Task A_cancelled_write_leaves_its_rows_unsettled([Values] InfluxEngine engine)
    {
        await using LocalInflux local = await LocalInflux.StartAsync(engine);
        using MeasurementBatch batch = new SomeBatch().Rows(3).Build();
        var gate = new Loader.LocalAws.Faults.FaultGate();
        local.Server.Faults.On(Write).Always().Hold(gate);
        await using IRecordWriter writer = await local.OpenAsync();
        using var cancellation = new CancellationTokenSource();

        Task<WriteOutcome> writing = writer.WriteAsync(batch, cancellation.Token);
        await gate.Reached.WaitAsync(TimeSpan.FromMinutes(1));
        await cancellation.CancelAsync();
        WriteOutcome outcome = await writing.WaitAsync(TimeSpan.FromMinutes(1));
        gate.Open();

        Assert.That((outcome.Written, outcome.Unsettled, outcome.Failure), Is.EqualTo((0, 3, (LoadException?)null)));
    }

    private const string Query = "influx:Query";
    private const string NoPoints = """{"results":[{"statement_id":0}]}""";
}
