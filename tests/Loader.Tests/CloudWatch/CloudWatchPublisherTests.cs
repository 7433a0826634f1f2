using System.Text.Json;
using Amazon.Runtime;
using Loader.Application.Quality;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.CloudWatch;
using Loader.LocalAws;
using Loader.LocalAws.Faults;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.CloudWatch;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CloudWatchPublisherTests : IAsyncDisposable
{
    private const string PutMetricData = "cloudwatch:PutMetricData";

    /// <summary>Long enough for a slow machine; it decides nothing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly FakeLogger<CloudWatchPublisher> _log = new();
    private LocalAwsServer _server = null!;

    public static LoadReport Report => new()
    {
        File = SourceFile.OnDisk("x.parquet"),
        Dataset = DatasetType.Consumption,
        Status = LoadStatus.Failed,
        Ledger = new Ledger { Read = 28, Written = 1, Superseded = 3, Duplicate = 4, Invalid = 5, Rejected = 6, Unsettled = 9 },
        Effort = new WriteEffort { Requests = 2, Throttles = 7 },
        BytesRead = 12_345,
        Elapsed = TimeSpan.FromMilliseconds(1_500.5),
    };

    private IEnumerable<string> Warnings => _log.Collector.GetSnapshot().Select(entry => entry.Message);

    [SetUp]
    public async Task StartAsync() => _server = await LocalAwsServer.StartAsync(new LocalAwsOptions { KeepBodies = true });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Test]
    public async Task Findings_of_a_run_are_published_without_a_dimension()
    {
        await using CloudWatchPublisher publisher = Publisher();
        var report = new QualityReport
        {
            Checks =
            [
                new CheckSummary(QualityCheck.Gap, QualitySeverity.Warning, Series: 2, Count: 70, Findings: 3),
                new CheckSummary(QualityCheck.Spike, QualitySeverity.Warning, Series: 1, Count: 1, Findings: 1),
                new CheckSummary(QualityCheck.Gap, QualitySeverity.Info, Series: 1, Count: 2, Findings: 2),
            ],
        };

        await publisher.PublishFindingsAsync(report, CancellationToken.None);
        await PublishAsync(publisher, 1);
        await publisher.FlushAsync(CancellationToken.None);

        using JsonDocument body = JsonDocument.Parse(_server.Requests.Of(PutMetricData).Single().Body);
        var metrics = body.RootElement.GetProperty("MetricData").EnumerateArray().Take(3).Select(m => (
            m.GetProperty("MetricName").GetString(), m.GetProperty("Value").GetDouble(), m.GetProperty("Unit").GetString(),
            m.TryGetProperty("Dimensions", out _)));
        Assert.That(metrics, Is.EqualTo(new[]
        {
            ("QualityErrors", 0, "Count", false), ("QualityWarnings", 4, "Count", false), ("QualityInfos", 2, "Count", false),
        }));
        Assert.That(_server.CloudWatch.Sum("QualityWarnings"), Is.EqualTo(4));
    }

    [Test]
    public async Task Every_count_is_published_with_its_unit_and_the_dataset()
    {
        await using CloudWatchPublisher publisher = Publisher();

        await PublishAsync(publisher, 1);
        await publisher.FlushAsync(CancellationToken.None);

        using JsonDocument body = JsonDocument.Parse(_server.Requests.Of(PutMetricData).Single().Body);
        var metrics = body.RootElement.GetProperty("MetricData").EnumerateArray().Select(m => (
            m.GetProperty("MetricName").GetString(), m.GetProperty("Value").GetDouble(), m.GetProperty("Unit").GetString(),
            m.GetProperty("Dimensions")[0].GetProperty("Value").GetString()));
        Assert.That(metrics, Is.EqualTo(new[]
        {
            ("RecordsProcessed", 1, "Count", "consumption"),
            ("BatchesProcessed", 2, "Count", "consumption"),
            ("ProcessingErrors", 1, "Count", "consumption"),
            ("RowsSuperseded", 3, "Count", "consumption"),
            ("RowsDuplicate", 4, "Count", "consumption"),
            ("RowsInvalid", 5, "Count", "consumption"),
            ("RowsRejected", 6, "Count", "consumption"),
            ("RowsFiltered", 0, "Count", "consumption"),
            ("ThrottledRequests", 7, "Count", "consumption"),
            ("BytesRead", 12_345, "Bytes", "consumption"),
            ("LoadDuration", 1_500.5, "Milliseconds", "consumption"),
        }));
    }

    [TestCase(LoadStatus.Succeeded, 0)]
    [TestCase(LoadStatus.Incomplete, 0)]
    [TestCase(LoadStatus.Failed, 1)]
    public void Only_a_failed_load_is_a_processing_error(LoadStatus status, int errors)
    {
        var load = LoadMetrics.From(Report with { Status = status, Dataset = null }, DateTimeOffset.UnixEpoch);

        Assert.That((LoadMetrics.Metrics[2].Name, load.Values[2], load.Dataset), Is.EqualTo(("ProcessingErrors", (double)errors, "unknown")));
    }

    [Test]
    public async Task A_load_sends_nothing()
    {
        await using CloudWatchPublisher publisher = Publisher();

        await PublishAsync(publisher, 20);

        Assert.That(_server.Requests.Count(PutMetricData), Is.Zero);
    }

    [Test]
    public async Task Statistics_equal_those_of_one_request_a_load([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using CloudWatchPublisher publisher = Publisher(time);
        var expected = new List<(string Metric, string Dataset, string Unit, DateTimeOffset Minute, double Value)>();
        for (int load = 0; load < 400; load++)
        {
            LoadReport report = SomeReport(random);
            await publisher.PublishAsync(report, CancellationToken.None);
            expected.AddRange(ExpectedOf(report, time.GetUtcNow()));
            time.Advance(TimeSpan.FromSeconds(random.NextDouble() * 0.2));
        }

        await publisher.FlushAsync(CancellationToken.None);

        IEnumerable<(string, string, string, DateTimeOffset, double)> published = _server.CloudWatch.Metrics.SelectMany(metric => metric.Values.SelectMany(
            value => Enumerable.Repeat((metric.Name, metric.Dimensions["DatasetType"], metric.Unit, metric.Timestamp, value.Value), (int)value.Count)));
        Assert.That(published.Order(), Is.EqualTo(expected.Order()));
    }

    [Test]
    public async Task The_metrics_of_many_loads_are_one_request()
    {
        await using CloudWatchPublisher publisher = Publisher();

        await PublishAsync(publisher, 500);
        await publisher.FlushAsync(CancellationToken.None);

        Assert.That((_server.Requests.Count(PutMetricData), _server.CloudWatch.Sum("RecordsProcessed")), Is.EqualTo((1, 500)));
    }

    [Test]
    public async Task A_flush_without_loads_sends_nothing()
    {
        await using CloudWatchPublisher publisher = Publisher();

        await publisher.FlushAsync(CancellationToken.None);

        Assert.That(_server.Requests.Count(PutMetricData), Is.Zero);
    }

    [Test]
    public async Task Metrics_are_sent_a_minute_after_the_first_load()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using CloudWatchPublisher publisher = Publisher(time);
        var gate = new FaultGate();
        _server.Faults.On(PutMetricData).Always().HoldBefore(gate);

        await PublishAsync(publisher, 1);
        time.Advance(TimeSpan.FromSeconds(59));
        await PublishAsync(publisher, 1);
        time.Advance(TimeSpan.FromSeconds(1));
        await gate.Reached.WaitAsync(Patience);
        gate.Open();
        await publisher.FlushAsync(CancellationToken.None);

        // A flush before the minute would have sent the first load alone.
        Assert.That((_server.Requests.Count(PutMetricData), _server.CloudWatch.Sum("RecordsProcessed")), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task What_failed_is_sent_again_a_minute_later_with_later_loads()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using CloudWatchPublisher publisher = Publisher(time);
        _server.Faults.On(PutMetricData).Next(1).AccessDenied();
        await PublishAsync(publisher, 1);
        await publisher.FlushAsync(CancellationToken.None);
        var gate = new FaultGate();
        _server.Faults.On(PutMetricData).Always().HoldBefore(gate);

        await PublishAsync(publisher, 1);
        time.Advance(TimeSpan.FromMinutes(1));
        await gate.Reached.WaitAsync(Patience);
        gate.Open();
        await publisher.FlushAsync(CancellationToken.None);

        Assert.That((_server.Requests.Count(PutMetricData), _server.CloudWatch.Sum("RecordsProcessed")), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task A_full_request_is_sent_at_once()
    {
        await using CloudWatchPublisher publisher = Publisher(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        var gate = new FaultGate();
        _server.Faults.On(PutMetricData).Always().HoldBefore(gate);

        await PublishAsync(publisher, MetricsQueue.MaxLoadsInRequest);
        await gate.Reached.WaitAsync(Patience);
        gate.Open();
        await publisher.FlushAsync(CancellationToken.None);

        Assert.That((_server.Requests.Count(PutMetricData), _server.CloudWatch.Sum("RecordsProcessed")), Is.EqualTo((1, 1_000)));
    }

    [Test]
    public async Task A_flush_waits_for_the_one_before_it()
    {
        await using CloudWatchPublisher publisher = Publisher();
        var gate = new FaultGate();
        _server.Faults.On(PutMetricData).Next(1).HoldBefore(gate);
        await PublishAsync(publisher, 1);
        Task first = publisher.FlushAsync(CancellationToken.None);
        await gate.Reached.WaitAsync(Patience);

        Task second = publisher.FlushAsync(CancellationToken.None);
        bool waits = !second.IsCompleted;
        gate.Open();
        await Task.WhenAll(first, second).WaitAsync(Patience);

        Assert.That((waits, _server.CloudWatch.Sum("RecordsProcessed")), Is.EqualTo((true, 1)));
    }

    [Test]
    public async Task A_load_that_ends_while_metrics_are_sent_waits_for_the_next_flush()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using CloudWatchPublisher publisher = Publisher(time);
        var gate = new FaultGate();
        _server.Faults.On(PutMetricData).Next(1).HoldBefore(gate);
        var next = new FaultGate();
        _server.Faults.On(PutMetricData).Calls(2).HoldBefore(next);
        await PublishAsync(publisher, 1);
        Task flush = publisher.FlushAsync(CancellationToken.None);
        await gate.Reached.WaitAsync(Patience);

        await PublishAsync(publisher, 1);
        gate.Open();
        await flush.WaitAsync(Patience);
        double first = _server.CloudWatch.Sum("RecordsProcessed");
        time.Advance(TimeSpan.FromMinutes(1));
        await next.Reached.WaitAsync(Patience);
        next.Open();
        await publisher.FlushAsync(CancellationToken.None);

        Assert.That((first, _server.CloudWatch.Sum("RecordsProcessed")), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task A_transient_error_is_retried()
    {
        await using CloudWatchPublisher publisher = Publisher();
        _server.Faults.On(PutMetricData).Next(2).HtmlError();

        await PublishAsync(publisher, 1);
        await publisher.FlushAsync(CancellationToken.None);

        Assert.That((_server.Requests.Count(PutMetricData), _server.CloudWatch.Sum("RecordsProcessed")), Is.EqualTo((3, 1)));
        Assert.That(Warnings, Is.Empty);
    }

    private static IEnumerable<TestCaseData> LastingFaults()
    {
        yield return Fault("throttled", 3, "Throttling", effect => effect.Throttle());
        yield return Fault("internal error", 3, "CloudWatch did not accept them", effect => effect.InternalError());
        yield return Fault("page with status 200", 3, "something other than a JSON object", effect => effect.HtmlError(200));
        yield return Fault("reset", 3, "no answer", effect => effect.ResetBeforeStore());
        yield return Fault("denied", 1, "Grant cloudwatch:PutMetricData.", effect => effect.AccessDenied());
        yield return Fault("never answers", 3, "no answer from", effect => effect.HoldBefore(new FaultGate()));

        static TestCaseData Fault(string name, int attempts, string reason, Func<FaultEffect, FaultRule> apply) =>
            new TestCaseData(apply, attempts, reason).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(LastingFaults))]
    public async Task What_CloudWatch_does_not_accept_is_logged_once_a_flush_and_sent_with_the_next(
        Func<FaultEffect, FaultRule> apply, int attempts, string reason)
    {
        await using CloudWatchPublisher publisher = Publisher(requestTimeout: TimeSpan.FromSeconds(1));
        FaultRule rule = apply(_server.Faults.On(PutMetricData).Always());

        await PublishAsync(publisher, 3);
        await publisher.FlushAsync(CancellationToken.None);
        string[] logged = [.. Warnings];
        long applied = rule.Applied;
        rule.Remove();
        double before = _server.CloudWatch.Sum("RecordsProcessed");
        await PublishAsync(publisher, 1);
        await publisher.FlushAsync(CancellationToken.None);

        Assert.That(logged, Has.Length.EqualTo(1).And.One.Contains("The metrics of 3 loads are not published yet").And.One.Contains(reason));
        Assert.That(applied, Is.EqualTo(attempts));
        Assert.That(_server.CloudWatch.Sum("RecordsProcessed") - before, Is.EqualTo(4));
    }

    [Test]
    public async Task What_CloudWatch_refuses_as_invalid_is_dropped_and_does_not_block_later_loads()
    {
        await using CloudWatchPublisher publisher = Publisher();
        _server.Faults.On(PutMetricData).Next(1).Error(400, "InvalidParameterValue", "The value is wrong.");

        await PublishAsync(publisher, 3);
        await publisher.FlushAsync(CancellationToken.None);
        await PublishAsync(publisher, 1);
        await publisher.FlushAsync(CancellationToken.None);

        Assert.That(Warnings, Has.One.Contains("The metrics of 3 loads are lost").And.One.Contains("The value is wrong."));
        Assert.That(_server.CloudWatch.Sum("RecordsProcessed"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_cancelled_flush_returns_and_keeps_the_metrics()
    {
        await using CloudWatchPublisher publisher = Publisher();
        var gate = new FaultGate();
        FaultRule rule = _server.Faults.On(PutMetricData).Always().HoldBefore(gate);
        using var cancellation = new CancellationTokenSource();
        await PublishAsync(publisher, 1);
        Task flush = publisher.FlushAsync(cancellation.Token);
        await gate.Reached.WaitAsync(Patience);

        await cancellation.CancelAsync();
        await flush.WaitAsync(Patience);
        rule.Remove();
        await publisher.FlushAsync(CancellationToken.None);

        Assert.That(Warnings, Has.One.Contains("in the time that there was"));
        Assert.That(_server.CloudWatch.Sum("RecordsProcessed"), Is.EqualTo(1));
    }

    [Test]
    public async Task The_oldest_of_more_than_10000_loads_are_dropped_and_counted()
    {
        await using CloudWatchPublisher publisher = Publisher();
        _server.Faults.On(PutMetricData).Always().AccessDenied();
        await PublishAsync(publisher, MetricsQueue.MaxLoads + 7);
        await publisher.FlushAsync(CancellationToken.None);
        string[] logged = [.. Warnings];
        _server.Faults.Clear();

        await publisher.FlushAsync(CancellationToken.None);

        Assert.That(logged, Has.One.Contains("The metrics of 7 loads are lost"));
        Assert.That(_server.CloudWatch.Sum("RecordsProcessed"), Is.EqualTo(MetricsQueue.MaxLoads));
    }

    [Test]
    public async Task Disposal_sends_what_waits([Values] bool isAsynchronous)
    {
        CloudWatchPublisher publisher = Publisher();
        await PublishAsync(publisher, 2);

        if (isAsynchronous)
        {
            await publisher.DisposeAsync();
        }
        else
        {
            publisher.Dispose();
        }

        Assert.That(_server.CloudWatch.Sum("RecordsProcessed"), Is.EqualTo(2));
    }

    [Test]
    public async Task Disposal_ends_if_CloudWatch_never_answers_and_says_what_is_lost()
    {
        CloudWatchPublisher publisher = Publisher(disposalLimit: TimeSpan.FromMilliseconds(50));
        _server.Faults.On(PutMetricData).Always().HoldBefore(new FaultGate());
        await PublishAsync(publisher, 2);

        await publisher.DisposeAsync().AsTask().WaitAsync(Patience);
        await publisher.DisposeAsync();

        Assert.That(Warnings, Has.One.Contains("The metrics of 2 loads are lost: CloudWatch did not accept them before the process ended."));
    }

    [Test]
    public async Task Disposal_ends_a_flush_in_the_background()
    {
        CloudWatchPublisher publisher = Publisher(disposalLimit: TimeSpan.FromMilliseconds(50));
        var gate = new FaultGate();
        _server.Faults.On(PutMetricData).Always().HoldBefore(gate);
        await PublishAsync(publisher, MetricsQueue.MaxLoadsInRequest);
        await gate.Reached.WaitAsync(Patience);

        await publisher.DisposeAsync().AsTask().WaitAsync(Patience);

        Assert.That(Warnings, Has.One.Contains("The metrics of 1000 loads are lost: CloudWatch did not accept them before the process ended."));
    }

    [Test]
    public async Task A_disposed_publisher_takes_no_reports()
    {
        CloudWatchPublisher publisher = Publisher();
        await publisher.DisposeAsync();

        Assert.That(() => publisher.PublishAsync(Report, CancellationToken.None), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Settings_that_cannot_work_are_logged_with_their_name()
    {
        var aws = new AwsConnection(
            new AwsOptions { Region = "no region", Credentials = new BasicAWSCredentials("AKIALOCALAWS", "local-secret") }, TimeProvider.System);
        await using var publisher = new CloudWatchPublisher(new MetricsOptions(), aws, TimeProvider.System, _log);
        await PublishAsync(publisher, 1);

        Assert.That(async () => await publisher.FlushAsync(CancellationToken.None), Throws.Nothing);
        Assert.That(Warnings, Has.One.Contains("region"));
    }

    [Test]
    public async Task Loads_side_by_side_and_flushes_among_them_publish_every_load_once()
    {
        await using CloudWatchPublisher publisher = Publisher();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 300; i++)
            {
                await publisher.PublishAsync(Report, CancellationToken.None);
                if (i % 50 == 0)
                {
                    await publisher.FlushAsync(CancellationToken.None);
                }
            }
        })));
        await publisher.FlushAsync(CancellationToken.None);

        Assert.That(_server.CloudWatch.Sum("RecordsProcessed"), Is.EqualTo(2_400));
        Assert.That(Warnings, Is.Empty);
    }

    private static async Task PublishAsync(CloudWatchPublisher publisher, int loads)
    {
        for (int load = 0; load < loads; load++)
        {
            await publisher.PublishAsync(Report, CancellationToken.None);
        }
    }

    private static LoadReport SomeReport(Random random)
    {
        long written = random.Next(3) == 0 ? random.NextInt64(1L << 40) : random.Next(5);
        return new LoadReport
        {
            File = SourceFile.OnDisk("x.parquet"),
            Dataset = random.Next(4) == 0 ? null : DatasetType.All[random.Next(DatasetType.All.Length)],
            Status = (LoadStatus)random.Next(4),
            Ledger = new Ledger { Read = written, Written = written, Superseded = random.Next(3), Duplicate = random.Next(3), Invalid = random.Next(3), Rejected = random.Next(3) },
            Effort = new WriteEffort { Requests = random.Next(50), Throttles = random.Next(2) },
            BytesRead = random.NextInt64(1L << 33),
            Elapsed = TimeSpan.FromTicks(random.NextInt64(TimeSpan.TicksPerHour)),
        };
    }

    /// <summary>Returns what one request a load would publish, in whole minutes, as CloudWatch keeps it.</summary>
    private static IEnumerable<(string Metric, string Dataset, string Unit, DateTimeOffset Minute, double Value)> ExpectedOf(LoadReport report, DateTimeOffset now)
    {
        var minute = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() / 60 * 60);
        string dataset = report.Dataset?.Name ?? "unknown";
        return new (string Name, string Unit, double Value)[]
        {
            ("RecordsProcessed", "Count", report.Ledger.Written),
            ("BatchesProcessed", "Count", report.Effort.Requests),
            ("ProcessingErrors", "Count", report.Status == LoadStatus.Failed ? 1 : 0),
            ("RowsSuperseded", "Count", report.Ledger.Superseded),
            ("RowsDuplicate", "Count", report.Ledger.Duplicate),
            ("RowsInvalid", "Count", report.Ledger.Invalid),
            ("RowsRejected", "Count", report.Ledger.Rejected),
            ("RowsFiltered", "Count", report.Ledger.Filtered),
            ("ThrottledRequests", "Count", report.Effort.Throttles),
            ("BytesRead", "Bytes", report.BytesRead),
            ("LoadDuration", "Milliseconds", report.Elapsed.TotalMilliseconds),
        }.Select(metric => (metric.Name, dataset, metric.Unit, minute, metric.Value));
    }

    private CloudWatchPublisher Publisher(TimeProvider? time = null, TimeSpan? requestTimeout = null, TimeSpan? disposalLimit = null)
    {
        var options = new AwsOptions { Region = "eu-west-1", Credentials = new BasicAWSCredentials("AKIALOCALAWS", "local-secret"), CloudWatchEndpoint = _server.Endpoint };
        return new CloudWatchPublisher(new MetricsOptions(), new AwsConnection(options, time ?? TimeProvider.System), time ?? TimeProvider.System, _log)
        {
            RequestTimeout = requestTimeout ?? TimeSpan.FromSeconds(30),
            DisposalLimit = disposalLimit ?? TimeSpan.FromSeconds(30),
        };
    }
}
