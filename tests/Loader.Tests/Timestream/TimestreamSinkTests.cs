using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Timestream;
using Loader.LocalAws;
using Loader.LocalAws.Faults;
using Loader.LocalAws.Timestream;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using System.Globalization;

namespace Loader.Tests.Timestream;

public sealed class TimestreamSinkTests
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.FromUnixTimeMilliseconds(SomeBatch.Noon);

    [Test]
    public void Wrong_settings_give_each_load_an_exception_of_its_own_which_can_carry_its_report()
    {
        var aws = new AwsConnection(new AwsOptions { Region = "EU_WEST", TimestreamEndpoint = new Uri("http://127.0.0.1:1") }, TimeProvider.System);
        using var sink = new TimestreamSink(new TimestreamOptions { DatabaseName = "energy", GenerationTableName = "generation" }, aws, TimeProvider.System, NullLogger.Instance, () => 0);

        ConfigurationException[] failures =
            [.. Enumerable.Range(0, 2).Select(_ => Assert.ThrowsAsync<ConfigurationException>(() => sink.OpenAsync(DatasetType.Generation, CancellationToken.None))!)];

        Assert.That(failures[1], Is.Not.SameAs(failures[0]));
        Assert.That(failures[1].Message, Is.EqualTo(failures[0].Message).And.Contains("AWS_REGION"));
    }

    [Test]
    public async Task Every_row_is_stored_with_its_dimensions_value_and_version()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        await using IRecordWriter writer = await local.OpenAsync();
        using MeasurementBatch batch = new SomeBatch().Rows(250, "SE").Rows(50, "São Paulo", quality: null).Build();

        WriteOutcome outcome = await writer.WriteAsync(batch, CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That((outcome.Written, outcome.Unsettled, outcome.Failure), Is.EqualTo((300, 0, (LoadException?)null)));
            Assert.That(local.Table.Records.Select(r => (r.Identity, r.DoubleValue, r.Version)), Is.EquivalentTo(IdentitiesOf(batch)));
            Assert.That(outcome.Effort.Requests, Is.EqualTo(3));
            Assert.That(outcome.Effort.WriteUnits, Is.EqualTo(local.Server.Timestream.WriteUnits));
            Assert.That(outcome.Effort.BytesSent, Is.EqualTo(local.Server.Requests.Of("timestream:WriteRecords").Sum(r => r.Body.Length)));
            Assert.That(local.Server.Requests.Failures, Is.Empty);
        });
    }

    [Test]
    public async Task Writing_again_changes_nothing_and_counts_as_written()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        await using IRecordWriter writer = await local.OpenAsync();
        using MeasurementBatch batch = new SomeBatch().Rows(150).Build();

        await writer.WriteAsync(batch, CancellationToken.None);
        WriteOutcome again = await writer.WriteAsync(batch, CancellationToken.None);

        Assert.That((again.Written, local.Table.Count), Is.EqualTo((150, 150)));
    }

    [Test]
    public async Task The_existing_version_decides_between_superseded_duplicate_and_conflict()
    {
        var time = new FakeTimeProvider(Noon.AddHours(10));
        await using LocalSink local = await LocalSink.StartAsync(
            server: new LocalAwsOptions { TimeProvider = time }, table: new TableSettings { MemoryStoreHours = 8766 }, time: time);
        long own = new ObjectVersion(1_000).ForRowGroup(5);
        await Write(local, new SomeBatch { Version = new ObjectVersion(2_000).ForRowGroup(0) }.Row(time: SomeBatch.Noon, value: 1));
        await Write(local, new SomeBatch { Version = new ObjectVersion(1_000).ForRowGroup(6) }.Row(time: SomeBatch.Noon + 1, value: 1));
        await Write(local, new SomeBatch { Version = own }.Row(time: SomeBatch.Noon + 2, value: 1));
        await Write(local, new SomeBatch { Version = new ObjectVersion(500).ForRowGroup(0) }.Row(time: SomeBatch.Noon + 3, value: 1));

        WriteOutcome outcome = await Write(local, new SomeBatch { Version = own }
            .Row(time: SomeBatch.Noon, value: 2).Row(time: SomeBatch.Noon + 1, value: 2).Row(time: SomeBatch.Noon + 2, value: 2).Row(time: SomeBatch.Noon + 3, value: 2));

        Assert.Multiple(() =>
        {
            Assert.That((outcome.Superseded, outcome.Duplicate, outcome.Written, outcome.Unsettled), Is.EqualTo((1, 1, 1, 0)));
            Assert.That(outcome.Rejected.Select(r => (r.Row, r.Reason)), Is.EqualTo(new[] { (2, RejectionReason.VersionConflict) }));
            Assert.That(outcome.Rejected[0].Detail, Does.Contain("record already exists"));
        });
    }

    [Test]
    public async Task Rejected_rows_are_reported_with_the_services_reason_and_the_others_are_stored()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        local.Server.Faults.On("timestream:WriteRecords").Always().RejectRecords(r => r.DoubleValue is 7 or 120, "Not accepted.\nReally.");

        WriteOutcome outcome = await Write(local, new SomeBatch().Rows(150));

        Assert.Multiple(() =>
        {
            Assert.That(outcome.Rejected, Is.EqualTo(new[]
            {
                new RejectedRow(7, RejectionReason.Refused, "Not accepted. Really."), new RejectedRow(120, RejectionReason.Refused, "Not accepted. Really."),
            }));
            Assert.That((outcome.Written, local.Table.Count), Is.EqualTo((148, 148)));
        });
    }

    [Test]
    public async Task Opening_a_missing_table_fails_and_names_table_database_and_region()
    {
        await using LocalSink local = await LocalSink.StartAsync(o => o.GenerationTableName = "elsewhere");

        Assert.That(local.OpenAsync, Throws.TypeOf<DestinationMissingException>()
            .With.Message.Contains("'elsewhere'").And.Message.Contains("'energy'").And.Message.Contains("eu-west-1"));
    }

    [Test]
    public async Task A_table_that_cannot_be_described_is_written_with_unknown_retention()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        local.Server.Faults.On("timestream:DescribeTable").Always().AccessDenied();

        await using IRecordWriter writer = await local.OpenAsync();
        using MeasurementBatch batch = new SomeBatch().Row().Build();
        WriteOutcome outcome = await writer.WriteAsync(batch, CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(writer.Destination.Limits.Earliest, Is.Null);
            Assert.That(writer.Destination.Limits.Latest, Is.Not.Null);
            Assert.That(outcome.Written, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task An_account_without_access_to_the_service_gets_its_own_message()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        local.Server.Faults.On("timestream:DescribeTable").Always()
            .AccessDenied("Only existing Timestream for LiveAnalytics customers can access the service. Reach out to AWS support for more information.");

        Assert.That(local.OpenAsync, Throws.TypeOf<DestinationAccessDeniedException>().With.Message.Contains("no new customers since 2025-06-20"));
    }

    [Test]
    public async Task A_table_description_is_cached_for_some_minutes()
    {
        var time = new FakeTimeProvider(Noon);
        await using LocalSink local = await LocalSink.StartAsync(server: new LocalAwsOptions { TimeProvider = time }, time: time);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => local.OpenAsync()));
        long first = local.Server.Requests.Count("timestream:DescribeTable");
        time.Advance(TimeSpan.FromMinutes(6));
        await local.OpenAsync();

        Assert.That((first, local.Server.Requests.Count("timestream:DescribeTable")), Is.EqualTo((1, 2)));
    }

    [TestCase(true, 200, 6)]
    [TestCase(false, 200, 6)]
    public async Task The_limits_follow_from_the_retention_of_the_table(bool magneticWrites, int days, int hours)
    {
        var time = new FakeTimeProvider(Noon);
        await using LocalSink local = await LocalSink.StartAsync(
            server: new LocalAwsOptions { TimeProvider = time },
            table: new TableSettings { MemoryStoreHours = hours, MagneticStoreDays = days, MagneticStoreWrites = magneticWrites }, time: time);

        await using IRecordWriter writer = await local.OpenAsync();

        Assert.That(writer.Destination.Limits, Is.EqualTo(new DestinationLimits
        {
            MaxDimensionBytes = 2027,
            Earliest = magneticWrites ? Noon.AddDays(-days) : Noon.AddHours(-hours),
            Latest = Noon.AddMinutes(15),
        }));
    }

    [Test]
    public async Task The_service_accepts_the_longest_dimensions_that_the_limits_allow()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        await using IRecordWriter writer = await local.OpenAsync();
        using MeasurementBatch probe = new SomeBatch().Row(region: "").Build();
        int rest = probe.SeriesById[0].DimensionBytes;
        using MeasurementBatch batch = new SomeBatch().Row(region: new string('x', writer.Destination.Limits.MaxDimensionBytes - rest)).Build();

        WriteOutcome outcome = await writer.WriteAsync(batch, CancellationToken.None);

        Assert.That((outcome.Written, outcome.Rejected.Count), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task Times_finer_than_milliseconds_are_stored_exactly()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        long[] times = [SomeBatch.Noon * 1_000_000, (SomeBatch.Noon * 1_000_000) + 1, (SomeBatch.Noon * 1_000_000) + 1_000];

        await Write(local, times.Aggregate(new SomeBatch { TimeUnit = TimeUnit.Nanoseconds }, (some, time) => some.Row(time: time)));

        Assert.That(local.Table.Records.Select(r => r.TimeNanoseconds), Is.EquivalentTo(times));
    }

    [Test]
    public async Task A_cancelled_write_leaves_its_rows_unsettled_and_does_not_throw()
    {
        await using LocalSink local = await LocalSink.StartAsync(o => o.MaxConcurrency = 2);
        var gate = new FaultGate();
        local.Server.Faults.On("timestream:WriteRecords").Calls(2).HoldBefore(gate);
        await using IRecordWriter writer = await local.OpenAsync();
        using MeasurementBatch batch = new SomeBatch().Rows(1_000).Build();
        using var cancel = new CancellationTokenSource();

        Task<WriteOutcome> writing = writer.WriteAsync(batch, cancel.Token);
        await gate.Reached;
        await cancel.CancelAsync();
        WriteOutcome outcome = await writing;

        Assert.Multiple(() =>
        {
            Assert.That(outcome.Unsettled, Is.InRange(100, 1_000));
            Assert.That(outcome.Written + outcome.Unsettled, Is.EqualTo(1_000));
            Assert.That(outcome.Failure, Is.Null);
        });
    }

    [Test]
    public async Task Batches_of_one_load_can_be_written_concurrently()
    {
        await using LocalSink local = await LocalSink.StartAsync(o => o.MaxConcurrency = 4);
        await using IRecordWriter writer = await local.OpenAsync();
        var catalog = new SeriesCatalog(DatasetType.Generation);
        MeasurementBatch[] batches =
        [
            .. Enumerable.Range(0, 4).Select(group => new SomeBatch(catalog: catalog) { RowGroup = group, Version = new ObjectVersion(9).ForRowGroup(group) }
                .Rows(500, from: SomeBatch.Noon + (group * 500L * 3_600_000)).Rows(10, $"region {group}").Build()),
        ];

        WriteOutcome[] outcomes = await Task.WhenAll(batches.Select(batch => writer.WriteAsync(batch, CancellationToken.None)));
        foreach (MeasurementBatch batch in batches)
        {
            batch.Dispose();
        }

        Assert.That((outcomes.Sum(o => o.Written), local.Table.Count), Is.EqualTo((2_040, 2_040)));
    }

    private static async Task<WriteOutcome> Write(LocalSink local, SomeBatch some)
    {
        await using IRecordWriter writer = await local.OpenAsync();
        using MeasurementBatch batch = some.Build();
        return await writer.WriteAsync(batch, CancellationToken.None);
    }

    private static IEnumerable<(string, double, long)> IdentitiesOf(MeasurementBatch batch)
    {
        for (int row = 0; row < batch.Count; row++)
        {
            EnergyMeasurement measurement = batch[row];
            string dimensions = string.Join(',', measurement.Series.Dimensions.OrderBy(d => d.Name, StringComparer.Ordinal).Select(d => $"{d.Name}={d.Value}"));
            yield return (string.Create(CultureInfo.InvariantCulture, $"{dimensions}|value|{measurement.Time * 1_000_000}"), measurement.Value, measurement.Version);
        }
    }
}
