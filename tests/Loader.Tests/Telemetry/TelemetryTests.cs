using System.Diagnostics;
using Amazon.Runtime;
using Loader.Application;
using Loader.Application.Results;
using Loader.Application.Telemetry;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.Requests;
using Loader.LocalAws;
using Loader.LocalAws.InfluxDb;
using Loader.LocalAws.Timestream;
using Microsoft.Extensions.DependencyInjection;

namespace Loader.Tests.Telemetry;

/// <summary>What a host with OpenTelemetry sees of loads, and that a host without it pays nothing. Listeners hear the whole process.</summary>
[NonParallelizable]
internal sealed class TelemetryTests
{
    private const string Key = "dataset=generation/a.parquet";

    private LocalAwsServer _server = null!;
    private Parquet.Folder _folder = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _server = await LocalAwsServer.StartAsync(new LocalAwsOptions { VerifySignatures = true });
        _server.Timestream.CreateEnergyTables();
        _folder = new Parquet.Folder();
        string path = _folder.Write(
            "a.parquet",
            """
            SELECT TIMESTAMP '2024-05-01' + INTERVAL (i) MINUTE AS timestamp, CASE WHEN i > 0 THEN i::DOUBLE END AS value, 'MW' AS unit,
                'power' AS measurement_type, 'SE' AS region, 'hydro' AS energy_source FROM range(3000) r(i)
            """,
            "ROW_GROUP_SIZE 2048");
        _server.S3.Put("lake", Key, await File.ReadAllBytesAsync(path));
    }

    [TearDown]
    public async Task StopAsync()
    {
        _folder.Dispose();
        Assert.That(_server.Requests.Failures, Is.Empty);
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_load_is_a_span_with_its_row_groups_and_their_requests_below()
    {
        using var listening = new Listening();

        LoadReport report = await LoadAsync();

        Activity load = listening.Of("load").Single();
        Assert.That(load.ParentSpanId, Is.EqualTo(listening.Root));
        Assert.That(listening.Of("row_group").Select(span => span.ParentSpanId), Is.EqualTo(new[] { load.SpanId, load.SpanId }));
        Assert.That(listening.Of("Timestream.WriteRecords"), Has.Count.EqualTo(report.Effort.Requests));
        Assert.That(
            listening.Of("Timestream.WriteRecords").Select(span => span.ParentSpanId).Distinct(),
            Is.EquivalentTo(listening.Of("row_group").Select(span => span.SpanId)));
        Assert.That(listening.Of("S3.GetObject").Select(span => span.ParentSpanId), Is.Not.Empty.And.All.EqualTo(load.SpanId));
        Assert.That(listening.Of("Timestream.WriteRecords").Select(span => span.Kind), Is.All.EqualTo(ActivityKind.Client));
    }

    [Test]
    public async Task The_span_of_a_load_tells_its_file_and_its_ledger()
    {
        using var listening = new Listening();

        await LoadAsync();

        Activity load = listening.Of("load").Single();
        Assert.That(load.GetTagItem("loader.file"), Is.EqualTo($"s3://lake/{Key}"));
        Assert.That(load.GetTagItem("loader.dataset"), Is.EqualTo("generation"));
        Assert.That(load.GetTagItem("loader.status"), Is.EqualTo("succeeded"));
        Assert.That(load.GetTagItem("loader.rows.read"), Is.EqualTo(3000L));
        Assert.That(load.GetTagItem("loader.rows.written"), Is.EqualTo(2999L));
        Assert.That(load.GetTagItem("loader.rows.invalid"), Is.EqualTo(1L));
        Assert.That(load.Status, Is.EqualTo(ActivityStatusCode.Unset));
    }

    [Test]
    public async Task Measurements_add_up_to_the_report()
    {
        using var listening = new Listening();

        LoadReport report = await LoadAsync();

        Dictionary<object, double> rows = listening.OfInstrument("loader.rows").ToDictionary(row => row.Tags["loader.outcome"]!, row => row.Value);
        Assert.That(rows, Is.EquivalentTo(new Dictionary<object, double> { ["written"] = 2999, ["invalid"] = 1 }));
        Assert.That(listening.OfInstrument("loader.source.read").Sum(bytes => bytes.Value), Is.EqualTo(report.BytesRead));
        Assert.That(listening.OfInstrument("loader.load.duration").Select(load => load.Tags["loader.status"]), Is.EqualTo(new[] { "succeeded" }));
        Assert.That(listening.OfInstrument("loader.row_group.duration"), Has.Count.EqualTo(2));
        Assert.That(
            listening.OfInstrument("loader.request.duration").Count(request => Equals(request.Tags["rpc.method"], "WriteRecords")),
            Is.EqualTo(report.Effort.Requests));
        Assert.That(
            listening.OfInstrument("loader.request.sent").Where(request => Equals(request.Tags["rpc.method"], "WriteRecords")).Sum(request => request.Value),
            Is.EqualTo(report.Effort.BytesSent));
    }

    [Test]
    public async Task Every_instrument_has_a_unit()
    {
        using var listening = new Listening();

        await LoadAsync();

        Assert.That(
            listening.Measurements.Select(measurement => (measurement.Instrument, measurement.Unit)).Distinct(),
            Is.SubsetOf(new[]
            {
                ("loader.load.duration", "s"), ("loader.row_group.duration", "s"), ("loader.rows", "{row}"), ("loader.source.read", "By"),
                ("loader.request.duration", "s"), ("loader.request.sent", "By"), ("loader.request.retries", "{retry}"),
            }));
    }

    [Test]
    public async Task A_request_that_is_sent_again_is_another_span_and_a_retry()
    {
        using var listening = new Listening();
        _server.Faults.On("timestream:WriteRecords").Calls(1, 1).InternalError();
        _server.Faults.On("timestream:WriteRecords").Calls(2, 2).Throttle();

        LoadReport report = await LoadAsync();

        IReadOnlyList<Activity> requests = listening.Of("Timestream.WriteRecords");
        Assert.That(requests, Has.Count.EqualTo(report.Effort.Requests + 2));
        Assert.That(requests.Select(span => span.GetTagItem("error.type")), Does.Contain("InternalServerException").And.Contain("ThrottlingException"));
        Assert.That(requests.Select(span => span.GetTagItem("http.response.status_code")), Does.Contain(500).And.Contain(429).And.Contain(200));
        Assert.That(listening.OfInstrument("loader.request.retries").Select(retry => retry.Tags["loader.reason"]), Is.EquivalentTo(new[] { "error", "throttled" }));
    }

    [Test]
    public async Task A_failed_load_is_an_error_by_the_name_of_its_failure()
    {
        using var listening = new Listening();
        _server.Faults.On("timestream:WriteRecords").Always().AccessDenied();

        Assert.That(async () => await LoadAsync(), Throws.InstanceOf<DestinationAccessDeniedException>());

        Activity load = listening.Of("load").Single();
        Assert.That(load.Status, Is.EqualTo(ActivityStatusCode.Error));
        Assert.That(load.GetTagItem("error.type"), Is.EqualTo(nameof(DestinationAccessDeniedException)));
        Assert.That(listening.Of("row_group").Select(span => span.GetTagItem("error.type")), Does.Contain(nameof(DestinationAccessDeniedException)));
        Assert.That(listening.OfInstrument("loader.load.duration").Single().Tags["error.type"], Is.EqualTo(nameof(DestinationAccessDeniedException)));
    }

    [TestCase("timestream:WriteRecords", "Timestream.WriteRecords")]
    [TestCase("s3:GetObject", "S3.GetObject")]
    public async Task The_context_goes_with_each_request_and_the_signature_stays_valid(string operation, string span)
    {
        using var listening = new Listening();

        await LoadAsync();

        Assert.That(
            _server.Requests.Of(operation).Select(request => request.Header("traceparent")),
            Is.EquivalentTo(listening.Of(span).Select(request => request.Id)));
    }

    [Test]
    public async Task Nothing_is_propagated_while_nobody_listens()
    {
        using var other = new Activity("host").Start();

        await LoadAsync();

        Assert.That(_server.Requests.All.Select(request => request.Header("traceparent")), Is.All.Null);
    }

    [Test]
    public async Task Requests_to_InfluxDB_are_spans_too()
    {
        await using LocalInfluxServer influx = await LocalInfluxServer.StartAsync(
            new LocalInfluxOptions { Engine = InfluxEngine.Version3, Buckets = [new("energy", null)] });
        using var listening = new Listening();

        LoadReport report = await LoadAsync(options =>
        {
            IReadOnlyDictionary<string, string> settings = influx.Environment();
            options.Sink = CloudSink.InfluxDb;
            options.InfluxDb.Url = settings["INFLUXDB_URL"];
            options.InfluxDb.Database = "energy";
            options.InfluxDb.Token = settings["INFLUXDB_TOKEN"];
        });

        Assert.That(listening.Of("InfluxDB./api/v3/write_lp"), Has.Count.EqualTo(report.Effort.Requests));
        Assert.That(listening.Spans.SelectMany(span => span.TagObjects).Select(tag => tag.Value?.ToString()), Has.None.Contains(influx.Environment()["INFLUXDB_TOKEN"]));
    }

    [Test]
    public void Nothing_is_allocated_while_nobody_listens()
    {
        var report = new LoadReport { File = SourceFile.OnDisk("x"), Ledger = new Ledger { Read = 1, Written = 1 } };
        var endpoint = new Uri("https://host/");
        Repeat(10);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(1_000);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Repeat(int count)
        {
            for (int i = 0; i < count; i++)
            {
                using Activity? load = LoadTelemetry.StartLoad(report.File);
                using Activity? rowGroup = LoadTelemetry.StartRowGroup(0, 1);
                if (RequestTelemetry.IsEnabled)
                {
                    using Activity? request = RequestTelemetry.Start("Timestream", "WriteRecords", endpoint, 1);
                }

                RequestTelemetry.CountRetry("Timestream", isThrottled: true);
                LoadTelemetry.EndRowGroup(rowGroup, DatasetType.Generation, report.Ledger, report.Effort, failure: null, TimeSpan.Zero);
                LoadTelemetry.EndLoad(load, report);
            }
        }
    }

    private async Task<LoadReport> LoadAsync(Action<LoaderOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddLoader(options =>
        {
            options.Timestream.DatabaseName = EnergyTables.Database;
            options.Timestream.GenerationTableName = EnergyTables.Generation;
            options.Timestream.ConsumptionTableName = EnergyTables.Consumption;
            options.Timestream.TransmissionTableName = EnergyTables.Transmission;
            Connect(options.Aws);
            configure?.Invoke(options);
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        return await provider.GetRequiredService<LoadParquetFile>()
            .LoadAsync(new LoadRequest(SourceFile.InS3("lake", Key)), CancellationToken.None);
    }

    private void Connect(AwsOptions aws)
    {
        IReadOnlyDictionary<string, string> settings = _server.Environment();
        aws.Region = "eu-west-1";
        aws.Credentials = new BasicAWSCredentials(settings["AWS_ACCESS_KEY_ID"], settings["AWS_SECRET_ACCESS_KEY"]);
        aws.S3Endpoint = aws.TimestreamEndpoint = aws.CloudWatchEndpoint = _server.Endpoint;
    }
}
