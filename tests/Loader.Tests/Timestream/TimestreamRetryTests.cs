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

    private static IEnumerable<TestCaseData> PassingErrors()
    {
        yield return new TestCaseData((Action<FaultEffect>)(f => f.InternalError())).SetArgDisplayNames("internal error");
        yield return new TestCaseData((Action<FaultEffect>)(f => f.HtmlError())).SetArgDisplayNames("a page of HTML");
        yield return new TestCaseData((Action<FaultEffect>)(f => f.HtmlError(502))).SetArgDisplayNames("a bad gateway");
        yield return new TestCaseData((Action<FaultEffect>)(f => f.ResetBeforeStore())).SetArgDisplayNames("reset before storing");
        yield return new TestCaseData((Action<FaultEffect>)(f => f.ResetAfterStore())).SetArgDisplayNames("reset after storing");
        yield return new TestCaseData((Action<FaultEffect>)(f => f.Truncate())).SetArgDisplayNames("truncated answer");
        yield return new TestCaseData((Action<FaultEffect>)(f => f.Truncate(0))).SetArgDisplayNames("empty answer");
    }

    [TestCaseSource(nameof(PassingErrors))]
    public async Task An_error_that_passes_costs_a_retry_and_no_row(Action<FaultEffect> fault)
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

    [TestCaseSource(nameof(PassingErrors))]
    public async Task An_error_that_stays_leaves_its_rows_unsettled_and_says_so(Action<FaultEffect> fault)
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
    public async Task No_retries_means_one_try()
    {
        await using LocalSink local = await LocalSink.StartAsync(o => o.MaxRetries = 0);
        local.Server.Faults.On(WriteRecords).Always().InternalError();

        WriteOutcome outcome = await Write(local, 10);

        Assert.That((outcome.Effort.Retries, local.Server.Requests.Count(WriteRecords)), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task A_request_that_takes_too_long_is_given_up_and_sent_again()
    {
        await using LocalSink local = await LocalSink.StartAsync(o => o.RequestTimeout = TimeSpan.FromMilliseconds(300));
        var gate = new FaultGate();
        local.Server.Faults.On(WriteRecords).Calls(1).Hold(gate);

        WriteOutcome outcome = await Write(local, 10);
        gate.Open();

        Assert.That((outcome.Written, outcome.Effort.Retries >= 1, local.Table.Count), Is.EqualTo((10, true, 10)));
    }

    [Test]
    public async Task A_server_that_is_not_there_is_a_failure_and_not_an_exception()
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
    public async Task Throttling_costs_no_retries_while_other_requests_succeed()
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
    public async Task Throttling_without_any_success_ends_with_the_budget()
    {
        // Each look at the clock takes a second of it.
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
    public async Task Retry_after_is_honoured()
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
    public async Task A_wait_beyond_the_budget_is_not_begun()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        local.Server.Faults.On(WriteRecords).Always().Throttle(retryAfter: TimeSpan.FromHours(1));

        WriteOutcome outcome = await Write(local, 10);

        Assert.That(outcome.Failure, Is.TypeOf<ThrottledException>());
    }

    [Test]
    public async Task An_abandoned_load_does_not_wait_for_its_retries()
    {
        var logger = new WaitingLogger();
        await using LocalSink local = await LocalSink.StartAsync(o => o.ThrottleBudget = TimeSpan.FromHours(2), logger: logger);
        local.Server.Faults.On(WriteRecords).Always().Throttle(retryAfter: TimeSpan.FromHours(1));
        using var abandon = new CancellationTokenSource();

        Task<WriteOutcome> writing = Write(local, 10, abandon.Token);
        await logger.Retrying;
        await abandon.CancelAsync();
        WriteOutcome outcome = await writing;

        Assert.That((outcome.Unsettled, outcome.Failure, outcome.Effort.Throttles), Is.EqualTo((10, (LoadException?)null, 1L)));
    }

    [Test]
    public async Task Access_denied_ends_the_load_at_once()
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
    public async Task A_table_that_disappears_ends_the_load_at_once()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        local.Server.Faults.On(WriteRecords).Always().ResourceNotFound();

        WriteOutcome outcome = await Write(local, 10);

        Assert.That(outcome.Failure, Is.TypeOf<DestinationMissingException>());
    }

    [Test]
    public async Task After_a_failure_nothing_more_of_the_load_is_sent()
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
    public async Task An_answer_that_does_not_say_which_records_it_rejects_blames_none()
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
    public async Task A_wrong_clock_is_corrected_once_from_the_servers_date()
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
    public async Task A_right_clock_is_not_blamed_for_a_bad_signature()
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

    /// <summary>The delay is registered a moment after it is logged, so the clock is moved on until it has struck.</summary>
    private static async Task<T> Advance<T>(FakeTimeProvider time, TimeSpan step, Task<T> task)
    {
        while (!task.IsCompleted)
        {
            time.Advance(step);
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System));
        }

        return await task;
    }

    /// <summary>Tells when a request begins to wait.</summary>
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
