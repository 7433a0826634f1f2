using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.LocalAws;
using Loader.LocalAws.Faults;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.Timestream;

public sealed class TimestreamRetryTests
{
    private const string WriteRecords = "timestream:WriteRecords";

    private static IEnumerable<TestCaseData> TransientErrors()
    {
        yield return new TestCaseData((Action<FaultEffect>)(f => f.InternalError())).SetArgDisplayNames("internal error");
        yield return new TestCaseData((Action<FaultEffect>)(f => f.HtmlError())).SetArgDisplayNames("HTML error page");
        yield return new TestCaseData((Action<FaultEffect>)(f => f.HtmlError(502))).SetArgDisplayNames("bad gateway");
        yield return new TestCaseData((Action<FaultEffect>)(f => f.ResetBeforeStore())).SetArgDisplayNames("reset before storing");
        yield return new TestCaseData((Action<FaultEffect>)(f => f.ResetAfterStore())).SetArgDisplayNames("reset after storing");
        yield return new TestCaseData((Action<FaultEffect>)(f => f.Truncate())).SetArgDisplayNames("truncated response");
        yield return new TestCaseData((Action<FaultEffect>)(f => f.Truncate(0))).SetArgDisplayNames("empty response");
    }

    [TestCaseSource(nameof(TransientErrors))]
    public async Task A_transient_error_causes_a_retry_and_loses_no_row(Action<FaultEffect> fault)
    {
        await using LocalSink local = await LocalSink.StartAsync();
        fault(local.Server.Faults.On(WriteRecords).Calls(1, 4));

        WriteOutcome outcome = await Write(local, 500);

        Assert.Multiple(() =>
        {
            Assert.That((outcome.Written, outcome.Unsettled, local.Table.Count), Is.EqualTo((500, 0, 500)));
            Assert.That(outcome.Effort.Retries, Is.EqualTo(2));
            Assert.That(outcome.Effort.Requests, Is.EqualTo(5));
        });
    }

    [TestCaseSource(nameof(TransientErrors))]
    public async Task A_permanent_error_leaves_its_rows_unsettled_and_is_reported(Action<FaultEffect> fault)
    {
        await using LocalSink local = await LocalSink.StartAsync(o => o.MaxRetries = 2);
        fault(local.Server.Faults.On(WriteRecords).Always());

        WriteOutcome outcome = await Write(local, 50);

        Assert.Multiple(() =>
        {
            Assert.That((outcome.Written, outcome.Unsettled), Is.EqualTo((0, 50)));
            Assert.That(outcome.Failure, Is.TypeOf<UnavailableException>().With.Message.Contains("sent 3 times").And.Message.Contains("'generation'"));
            Assert.That(outcome.Failure!.IsTransient, Is.True);
            Assert.That(local.Server.Requests.Count(WriteRecords), Is.EqualTo(3));
        });
    }

    [Test]
    public async Task Without_retries_a_request_is_sent_once()
    {
        await using LocalSink local = await LocalSink.StartAsync(o => o.MaxRetries = 0);
        local.Server.Faults.On(WriteRecords).Always().InternalError();

        WriteOutcome outcome = await Write(local, 10);

        Assert.That((outcome.Effort.Retries, local.Server.Requests.Count(WriteRecords)), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task A_request_that_exceeds_the_time_limit_is_sent_again()
    {
        await using LocalSink local = await LocalSink.StartAsync(o => o.RequestTimeout = TimeSpan.FromMilliseconds(300));
        var gate = new FaultGate();
        local.Server.Faults.On(WriteRecords).Calls(1).Hold(gate);

        WriteOutcome outcome = await Write(local, 10);
        gate.Open();

        Assert.That((outcome.Written, outcome.Effort.Retries >= 1, local.Table.Count), Is.EqualTo((10, true, 10)));
    }

    [Test]
    public async Task An_unreachable_server_is_a_failure_and_not_an_exception()
    {
        LocalSink local = await LocalSink.StartAsync(o => o.MaxRetries = 1);
        await using IRecordWriter writer = await local.OpenAsync();
        using MeasurementBatch batch = new SomeBatch().Rows(10).Build();
        await local.Server.DisposeAsync();

        WriteOutcome outcome = await writer.WriteAsync(batch, CancellationToken.None);

        local.Sink.Dispose();
        Assert.That(outcome.Failure, Is.TypeOf<UnavailableException>());
    }

    [Test]
    public async Task Throttling_does_not_count_as_a_retry_while_other_requests_succeed()
    {
        await using LocalSink local = await LocalSink.StartAsync(o => o.MaxRetries = 0);
        FaultRule rule = local.Server.Faults.On(WriteRecords).WithProbability(0.5, 1).Throttle();

        WriteOutcome outcome = await Write(local, 3_000);

        Assert.Multiple(() =>
        {
            Assert.That((outcome.Written, outcome.Unsettled, local.Table.Count), Is.EqualTo((3_000, 0, 3_000)));
            Assert.That(outcome.Effort.Throttles, Is.EqualTo(rule.Applied));
            Assert.That(outcome.Effort.Retries, Is.Zero);
        });
    }

    [Test]
    public async Task Throttling_without_any_success_ends_the_load_after_the_budget()
    {
        // Every read of the clock advances it by a second.
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(SomeBatch.Noon)) { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        await using LocalSink local = await LocalSink.StartAsync(
            o =>
            {
                o.ThrottleBudget = TimeSpan.FromMinutes(2);
                o.RequestTimeout = TimeSpan.FromDays(10);
            },
            time: time);
        local.Server.Faults.On(WriteRecords).Always().Throttle();

        WriteOutcome outcome = await Write(local, 1_000);

        Assert.Multiple(() =>
        {
            Assert.That(outcome.Failure, Is.TypeOf<ThrottledException>().With.Message.Contains("every request was throttled"));
            Assert.That((outcome.Written, outcome.Unsettled), Is.EqualTo((0, 1_000)));
            Assert.That(outcome.Effort.Throttles, Is.GreaterThan(1));
        });
    }

    [Test]
    public async Task A_throttle_of_the_magnetic_store_is_not_waited_for()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        local.Server.Faults.On(WriteRecords).Always().ThrottleMagneticStore();

        WriteOutcome outcome = await Write(local, 10);

        Assert.Multiple(() =>
        {
            Assert.That(outcome.Failure, Is.TypeOf<ThrottledException>().With.Message.Contains("for hours"));
            Assert.That(local.Server.Requests.Count(WriteRecords), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task The_retry_delay_that_the_service_asks_for_is_honoured()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(SomeBatch.Noon));
        var logger = new WaitingLogger();
        await using LocalSink local = await LocalSink.StartAsync(o => o.RequestTimeout = TimeSpan.FromDays(10), time: time, logger: logger);
        local.Server.Faults.On(WriteRecords).Calls(1).Throttle(retryAfter: TimeSpan.FromSeconds(30));

        Task<WriteOutcome> writing = Write(local, 10);
        await logger.Retrying;
        bool waits = !writing.IsCompleted;
        WriteOutcome outcome = await Advance(time, TimeSpan.FromSeconds(30), writing);

        Assert.That((waits, outcome.Written, logger.Delay), Is.EqualTo((true, 10, TimeSpan.FromSeconds(30))));
    }

    [Test]
    public async Task A_requested_delay_above_the_budget_ends_the_load()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        local.Server.Faults.On(WriteRecords).Always().Throttle(retryAfter: TimeSpan.FromHours(1));

        WriteOutcome outcome = await Write(local, 10);

        Assert.That(outcome.Failure, Is.TypeOf<ThrottledException>());
    }

    [Test]
    public async Task A_cancelled_load_does_not_wait_for_its_retries()
    {
        var logger = new WaitingLogger();
        await using LocalSink local = await LocalSink.StartAsync(o => o.ThrottleBudget = TimeSpan.FromHours(2), logger: logger);
        local.Server.Faults.On(WriteRecords).Always().Throttle(retryAfter: TimeSpan.FromHours(1));
        using var cancel = new CancellationTokenSource();

        Task<WriteOutcome> writing = Write(local, 10, cancel.Token);
        await logger.Retrying;
        await cancel.CancelAsync();
        WriteOutcome outcome = await writing;

        Assert.That((outcome.Unsettled, outcome.Failure, outcome.Effort.Throttles), Is.EqualTo((10, (LoadException?)null, 1L)));
    }

    [Test]
    public async Task Access_denied_aborts_the_load_at_once()
    {
        await using LocalSink local = await LocalSink.StartAsync(o => o.MaxConcurrency = 1);
        local.Server.Faults.On(WriteRecords).Always().AccessDenied();

        WriteOutcome outcome = await Write(local, 5_000);

        Assert.Multiple(() =>
        {
            Assert.That(outcome.Failure, Is.TypeOf<DestinationAccessDeniedException>().With.Message.Contains("timestream:WriteRecords"));
            Assert.That(local.Server.Requests.Count(WriteRecords), Is.EqualTo(1));
            Assert.That(outcome.Unsettled, Is.EqualTo(5_000));
        });
    }

    [Test]
    public async Task A_deleted_table_aborts_the_load_at_once()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        local.Server.Faults.On(WriteRecords).Always().ResourceNotFound();

        WriteOutcome outcome = await Write(local, 10);

        Assert.That(outcome.Failure, Is.TypeOf<DestinationMissingException>());
    }

    [Test]
    public async Task After_a_failure_the_load_sends_no_more_requests()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        local.Server.Faults.On(WriteRecords).Next().AccessDenied();
        await using IRecordWriter writer = await local.OpenAsync();
        using MeasurementBatch batch = new SomeBatch().Rows(10).Build();

        await writer.WriteAsync(batch, CancellationToken.None);
        WriteOutcome second = await writer.WriteAsync(batch, CancellationToken.None);

        Assert.That((second.Unsettled, second.Failure is DestinationAccessDeniedException, local.Server.Requests.Count(WriteRecords)), Is.EqualTo((10, true, 1)));
    }

    [Test]
    public async Task A_rejection_that_does_not_identify_records_rejects_none()
    {
        await using LocalSink local = await LocalSink.StartAsync(o => o.MaxRetries = 1);
        local.Server.Faults.On(WriteRecords).Always().Error(419, "RejectedRecordsException", "One or more records have been rejected.");

        WriteOutcome outcome = await Write(local, 10);

        Assert.Multiple(() =>
        {
            Assert.That(outcome.Rejected, Is.Empty);
            Assert.That(outcome.Failure, Is.TypeOf<UnavailableException>().With.Message.Contains("does not say which"));
        });
    }

    [Test]
    public async Task Clock_skew_is_corrected_once_from_the_servers_date()
    {
        var serverTime = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(SomeBatch.Noon));
        var ownTime = new FakeTimeProvider(serverTime.GetUtcNow().AddHours(-3));
        await using LocalSink local = await LocalSink.StartAsync(
            server: new LocalAwsOptions { TimeProvider = serverTime, ClockTolerance = TimeSpan.FromMinutes(5) }, time: ownTime);

        await using IRecordWriter writer = await local.OpenAsync();
        using MeasurementBatch batch = new SomeBatch().Rows(300, from: SomeBatch.Noon - (300 * 3_600_000L)).Build();
        WriteOutcome outcome = await writer.WriteAsync(batch, CancellationToken.None);

        Assert.That((outcome.Written, local.Server.Requests.All.Count(r => r.Status == 403)), Is.EqualTo((300, 1)));
    }

    [Test]
    public async Task A_bad_signature_without_clock_skew_is_not_retried()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        local.Server.Faults.On(WriteRecords).Always().Error(403, "InvalidSignatureException", "The signature does not match. The Canonical String was secret.");

        WriteOutcome outcome = await Write(local, 10);

        Assert.Multiple(() =>
        {
            Assert.That(local.Server.Requests.Count(WriteRecords), Is.EqualTo(1));
            Assert.That(outcome.Failure, Is.TypeOf<DestinationAccessDeniedException>().With.Message.Not.Contains("secret"));
        });
    }

    private static async Task<WriteOutcome> Write(LocalSink local, int rows, CancellationToken cancellationToken = default)
    {
        await using IRecordWriter writer = await local.OpenAsync();
        using MeasurementBatch batch = new SomeBatch().Rows(rows).Build();
        return await writer.WriteAsync(batch, cancellationToken);
    }

    /// <summary>The delay starts shortly after it is logged, so the clock advances until the task completes.</summary>
    private static async Task<T> Advance<T>(FakeTimeProvider time, TimeSpan step, Task<T> task)
    {
        while (!task.IsCompleted)
        {
            time.Advance(step);
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System));
        }

        return await task;
    }

    /// <summary>Signals the first retry and keeps its delay.</summary>
    private sealed class WaitingLogger : ILogger
    {
        private readonly TaskCompletionSource _retrying = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Retrying => _retrying.Task;

        public TimeSpan Delay { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 2001 && state is IReadOnlyList<KeyValuePair<string, object?>> values)
            {
                Delay = (TimeSpan)values.Single(v => v.Key == "Delay").Value!;
                _retrying.TrySetResult();
            }
        }
    }
}
