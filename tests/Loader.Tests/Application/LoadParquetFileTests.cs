using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace Loader.Tests.Application;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LoadParquetFileTests
{
    private static readonly SourceFile File = SourceFile.InS3("data", "dataset=generation/part-0.parquet");

    private readonly LoadOptions _options = new() { RowGroupsInFlight = 1 };
    private readonly FakeTimeProvider _time = new(Some.Instant);
    private readonly IRejectedRowStore _rejectedRows = Substitute.For<IRejectedRowStore>();
    private readonly IMetricsPublisher _metrics = Substitute.For<IMetricsPublisher>();
    private readonly ScriptedSink _sink = new();
    private readonly FakeLogger<LoadParquetFile> _logger = new();

    [SetUp]
    public void SetUp()
    {
        _rejectedRows.Location.Returns("rejected");
        _rejectedRows.SaveAsync(default!, default!, default!, default).ReturnsForAnyArgs("rejected/part-0");
    }

    [Test]
    public async Task Every_row_is_written_with_the_version_of_its_object_and_row_group()
    {
        ScriptedFile file = ScriptedFile.WithGoodRowGroups(3);

        LoadReport report = await Load(file).LoadAsync(new LoadRequest(File), default);

        Assert.That(report.Ledger, Is.EqualTo(new Ledger { Read = 9, Written = 9 }));
        Assert.That(report.Status, Is.EqualTo(LoadStatus.Succeeded));
        Assert.That(_sink.Stored.Select(r => r.Version), Is.All.Matches<long>(v => v >> 21 == Some.Time));
        Assert.That(_sink.Stored.Select(r => (int)(r.Version & 0x1fffff)).Distinct().Order(), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(file.IsDisposed && _sink.IsDisposed, Is.True);
        await _metrics.Received(1).PublishAsync(report, Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task A_version_in_the_request_replaces_the_time_of_the_object()
    {
        await Load(ScriptedFile.WithGoodRowGroups(1)).LoadAsync(new LoadRequest(File) { Version = new ObjectVersion(42) }, default);

        Assert.That(_sink.Stored.Select(r => r.Version), Is.All.EqualTo(42L << 21));
    }

    [Test]
    public async Task An_empty_file_loads_successfully()
    {
        LoadReport report = await Load(new ScriptedFile().Add([])).LoadAsync(new LoadRequest(File), default);

        Assert.That(report.Ledger, Is.EqualTo(default(Ledger)));
    }

    [TestCase("other/part-0.parquet", "has no 'dataset=' segment")]
    [TestCase("dataset=solar/part-0.parquet", "has the unknown dataset 'solar'")]
    [TestCase("dataset%3Dgeneration/part-0.parquet", "looks URL-encoded")]
    public void A_key_without_a_known_dataset_is_refused_with_the_key_in_the_message(string key, string expected)
    {
        var failure = Fails<UnknownDatasetException>(ScriptedFile.WithGoodRowGroups(1), new LoadRequest(SourceFile.InS3("data", key)));

        Assert.That(failure.Message, Does.Contain(expected).And.Contain(key));
        Assert.That(failure.Report!.Dataset, Is.Null);
        Assert.That(_sink.Stored, Is.Empty);
    }

    [Test]
    public async Task Kept_rows_that_a_listing_found_are_skipped()
    {
        ScriptedFile file = ScriptedFile.WithGoodRowGroups(1);
        file.HoldsKeptRows = true;

        LoadReport report = await Load(file).LoadAsync(new LoadRequest(File) { IsListed = true }, default);

        Assert.That((report.Status, report.SkippedBecause), Is.EqualTo((LoadStatus.Skipped, (SkipReason?)SkipReason.KeptRows)));
        Assert.That(_sink.Stored, Is.Empty);
    }

    [Test]
    public async Task Kept_rows_that_a_listing_found_need_no_dataset()
    {
        ScriptedFile file = ScriptedFile.WithGoodRowGroups(1);
        file.HoldsKeptRows = true;

        LoadReport report = await Load(file).LoadAsync(new LoadRequest(SourceFile.InS3("data", "copies/kept.parquet")) { IsListed = true }, default);

        Assert.That((report.Status, report.SkippedBecause), Is.EqualTo((LoadStatus.Skipped, (SkipReason?)SkipReason.KeptRows)));
        Assert.That(file.IsDisposed, Is.True);
    }

    [TestCase(true, false, false)]
    [TestCase(true, true, true)]
    [TestCase(false, false, true)]
    public void Other_rows_that_a_listing_found_and_kept_rows_that_are_meant_need_one(bool isListed, bool isReplay, bool holdsKeptRows)
    {
        ScriptedFile file = ScriptedFile.WithGoodRowGroups(1);
        file.HoldsKeptRows = holdsKeptRows;

        Fails<UnknownDatasetException>(file, new LoadRequest(SourceFile.InS3("data", "copies/a.parquet")) { IsListed = isListed, IsReplay = isReplay });
    }

    [Test]
    public async Task Kept_rows_that_a_person_named_are_loaded()
    {
        ScriptedFile file = ScriptedFile.WithGoodRowGroups(1);
        file.HoldsKeptRows = true;

        LoadReport report = await Load(file).LoadAsync(new LoadRequest(File), default);

        Assert.That((report.Status, report.Ledger.Written), Is.EqualTo((LoadStatus.Succeeded, 3)));
    }

    [TestCase("etag-1", false)]
    [TestCase("etag-0", true)]
    [TestCase(null, false)]
    public async Task The_report_says_whether_the_object_was_replaced_since_the_event(string? named, bool expected)
    {
        LoadReport report = await Load(ScriptedFile.WithGoodRowGroups(1)).LoadAsync(new LoadRequest(File) { EventETag = named }, default);

        Assert.That(report.ReplacedSinceEvent, Is.EqualTo(expected));
    }

    [Test]
    public async Task Invalid_rows_are_counted_by_reason_and_kept_and_the_others_written()
    {
        ScriptedFile file = new ScriptedFile().Add(
            [(Some.Time, 1, Some.Key()), (Some.Time + 1, double.NaN, Some.Key()), (MeasurementBatch.MissingTime, 1, Some.Key()), (Some.Time + 3, 4, Some.Key())]);
        _options.MaxInvalidPercent = 50;
        IReadOnlyList<RejectedRow>? kept = null;
        await _rejectedRows.SaveAsync(Arg.Is<RejectedRowOrigin>(o => o.Source == File && o.ETag == "etag-1" && o.Destination == _sink.Destination), Arg.Any<MeasurementBatch>(), Arg.Do<IReadOnlyList<RejectedRow>>(rows => kept = rows), Arg.Any<CancellationToken>());

        LoadReport report = await Load(file).LoadAsync(new LoadRequest(File), default);

        Assert.That(report.Ledger, Is.EqualTo(new Ledger { Read = 4, Written = 2, Invalid = 2 }));
        Assert.That(report.InvalidByReason, Is.EquivalentTo(new Dictionary<RejectionReason, long>
        {
            [RejectionReason.MissingValue] = 1,
            [RejectionReason.MissingTime] = 1,
        }));
        Assert.That(kept, Is.EqualTo(new[] { new RejectedRow(1, RejectionReason.MissingValue), new RejectedRow(2, RejectionReason.MissingTime) }));
        Assert.That(report.RejectedRowsLocation, Is.EqualTo("rejected/part-0"));
    }

    [Test]
    public async Task Invalid_rows_that_cannot_be_kept_are_counted_and_the_first_hundred_logged()
    {
        _rejectedRows.Location.Returns((string?)null);
        _options.MaxInvalidPercent = 100;
        ScriptedFile file = new ScriptedFile().Add([.. Enumerable.Range(0, 150).Select(i => (Some.Time + i, double.NaN, Some.Key()))]);

        LoadReport report = await Load(file).LoadAsync(new LoadRequest(File), default);

        Assert.That(report.Ledger.Invalid, Is.EqualTo(150));
        Assert.That(_logger.Collector.GetSnapshot().Count(entry => entry.Level == LogLevel.Warning), Is.EqualTo(100));
    }

    [Test]
    public void Rejected_rows_that_cannot_be_kept_fail_the_load()
    {
        _rejectedRows.Location.Returns((string?)null);
        Reject(row: 1);

        var failure = Fails<RejectedRowsNotKeptException>(ScriptedFile.WithGoodRowGroups(1), new LoadRequest(File));

        Assert.That(failure.IsTransient, Is.False);
        Assert.That(failure.Message, Does.Contain("REJECTED_ROWS_LOCATION").And.Contain("too old, says the service"));
        Assert.That(failure.Report!.Ledger, Is.EqualTo(new Ledger { Read = 3, Written = 2, Rejected = 1 }));
    }

    [Test]
    public void A_failure_to_keep_rejected_rows_fails_the_load()
    {
        Reject(row: 1);
        _rejectedRows.SaveAsync(default!, default!, default!, default).ThrowsAsyncForAnyArgs(new RejectedRowsNotKeptException("disk full", isTransient: true));

        Fails<RejectedRowsNotKeptException>(ScriptedFile.WithGoodRowGroups(1), new LoadRequest(File));
    }

    [Test]
    public void Too_many_invalid_rows_fail_the_load_after_the_others_are_stored()
    {
        ScriptedFile file = ScriptedFile.WithGoodRowGroups(1, rows: 9).Add([(Some.Time, double.NaN, Some.Key()), (Some.Time, double.NaN, Some.Key())]);

        var failure = Fails<TooManyInvalidRowsException>(file, new LoadRequest(File));

        Assert.That(failure.Message, Does.Contain("2 of 11 rows").And.Contain("2 MissingValue").And.Contain("rejected/part-0"));
        Assert.That(failure.Report!.Ledger, Is.EqualTo(new Ledger { Read = 11, Written = 9, Invalid = 2 }));
    }

    [Test]
    public async Task As_many_invalid_rows_as_allowed_do_not_fail_the_load()
    {
        ScriptedFile file = ScriptedFile.WithGoodRowGroups(1, rows: 9).Add([(Some.Time, double.NaN, Some.Key())]);

        LoadReport report = await Load(file).LoadAsync(new LoadRequest(File), default);

        Assert.That(report.Ledger.Invalid, Is.EqualTo(1));
    }

    [Test]
    public void A_sink_that_loses_a_row_is_detected()
    {
        _sink.Write = (batch, _) => Task.FromResult(new WriteOutcome { Written = batch.Count - 1 });

        var failure = Fails<LedgerImbalanceException>(ScriptedFile.WithGoodRowGroups(1), new LoadRequest(File));

        Assert.That(failure.Report!.Status, Is.EqualTo(LoadStatus.Failed));
    }

    [Test]
    public void A_sink_that_leaves_a_row_unsettled_without_a_failure_is_detected()
    {
        _sink.Write = (batch, _) => Task.FromResult(new WriteOutcome { Written = batch.Count - 1, Unsettled = 1 });

        Fails<LedgerImbalanceException>(ScriptedFile.WithGoodRowGroups(1), new LoadRequest(File));
    }

    [Test]
    public async Task A_skipped_file_publishes_no_metrics()
    {
        await Load(ScriptedFile.WithGoodRowGroups(1)).LoadAsync(new LoadRequest(File) { LoadedETag = "etag-1" }, default);

        await _metrics.DidNotReceiveWithAnyArgs().PublishAsync(default!, default);
    }

    [Test]
    public async Task A_failure_to_publish_metrics_is_logged_and_does_not_fail_the_load()
    {
        _metrics.PublishAsync(default!, default).ThrowsAsyncForAnyArgs(new HttpRequestException("no route"));

        LoadReport report = await Load(ScriptedFile.WithGoodRowGroups(1)).LoadAsync(new LoadRequest(File), default);

        Assert.That(report.Status, Is.EqualTo(LoadStatus.Succeeded));
        Assert.That(_logger.Collector.GetSnapshot().Where(entry => entry.Level == LogLevel.Warning).Select(entry => entry.Exception), Has.One.InstanceOf<HttpRequestException>());
    }

    [TestCase("etag-1", LoadStatus.Skipped, 0)]
    [TestCase("etag-0", LoadStatus.Succeeded, 9)]
    public async Task A_file_is_skipped_only_if_it_still_has_the_content_that_was_loaded(string loaded, LoadStatus status, int written)
    {
        LoadReport report = await Load(ScriptedFile.WithGoodRowGroups(3)).LoadAsync(new LoadRequest(File) { LoadedETag = loaded }, default);

        Assert.That((report.Status, report.Ledger.Written), Is.EqualTo((status, written)));
        Assert.That(report.SkippedBecause, Is.EqualTo(status == LoadStatus.Skipped ? SkipReason.AlreadyLoaded : (SkipReason?)null));
    }

    [Test]
    public async Task Metrics_of_a_failed_load_are_published_too()
    {
        Fails<UnknownDatasetException>(ScriptedFile.WithGoodRowGroups(1), new LoadRequest(SourceFile.OnDisk("part-0.parquet")));

        await _metrics.Received(1).PublishAsync(Arg.Is<LoadReport>(r => r.Status == LoadStatus.Failed && r.Dataset == null), Arg.Any<CancellationToken>());
    }

    [Test]
    public void A_failed_write_stops_reading_lets_other_row_groups_settle_and_releases_every_batch()
    {
        _options.RowGroupsInFlight = 2;
        ScriptedFile file = ScriptedFile.WithGoodRowGroups(10);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        file.Before = (_, stop) =>
        {
            stop.Register(() => stopped.TrySetResult());
            return Task.CompletedTask;
        };
        _sink.Write = async (batch, _) =>
        {
            if (batch.RowGroup == 1)
            {
                return new WriteOutcome { Unsettled = batch.Count, Failure = new DestinationMissingException("no table") };
            }

            await stopped.Task;
            return _sink.Accept(batch);
        };

        var failure = Fails<DestinationMissingException>(file, new LoadRequest(File));

        Assert.That(failure.Report!.Ledger, Is.EqualTo(new Ledger { Read = 6, Written = 3, Unsettled = 3 }));
        Assert.That(file.Given, Has.Count.EqualTo(2));
        foreach (MeasurementBatch batch in file.Given)
        {
            Assert.That(() => batch.Times.Length, Throws.InstanceOf<ObjectDisposedException>());
        }
    }

    [Test]
    public void A_permanent_failure_is_reported_before_a_transient_one()
    {
        _options.RowGroupsInFlight = 2;
        var both = new CountdownEvent(2);
        _sink.Write = async (batch, _) =>
        {
            both.Signal();
            await Task.Run(() => both.Wait(TimeSpan.FromSeconds(30)));
            LoadException failure = batch.RowGroup == 0 ? new UnavailableException("down") : new DestinationMissingException("no table");
            return new WriteOutcome { Unsettled = batch.Count, Failure = failure };
        };

        Fails<DestinationMissingException>(ScriptedFile.WithGoodRowGroups(2), new LoadRequest(File));
    }

    [Test]
    public void A_failure_to_read_reports_what_was_written_before()
    {
        ScriptedFile file = ScriptedFile.WithGoodRowGroups(3);
        file.Before = (rowGroup, _) => rowGroup == 2 ? throw new SourceChangedException("replaced") : Task.CompletedTask;

        var failure = Fails<SourceChangedException>(file, new LoadRequest(File));

        Assert.That(failure.Report!.Ledger, Is.EqualTo(new Ledger { Read = 6, Written = 6 }));
        Assert.That(failure.Report.BytesRead, Is.EqualTo(1_234));
    }

    [Test]
    public async Task A_stopped_load_reports_its_settled_row_groups_and_the_resumed_load_the_rest()
    {
        using var stop = new CancellationTokenSource();
        ScriptedFile file = ScriptedFile.WithGoodRowGroups(4);
        file.Before = async (rowGroup, _) =>
        {
            if (rowGroup == 2)
            {
                await stop.CancelAsync();
            }
        };

        var incomplete = Fails<IncompleteLoadException>(file, new LoadRequest(File) { StopRequested = stop.Token });
        LoadReport rest = await Load(file).LoadAsync(new LoadRequest(File) { Resume = incomplete.Resume }, default);

        Assert.That(incomplete.Report!.Status, Is.EqualTo(LoadStatus.Incomplete));
        Assert.That(incomplete.Resume!.RowGroup, Is.GreaterThanOrEqualTo(2));
        Assert.That(incomplete.Report.Ledger + rest.Ledger, Is.EqualTo(new Ledger { Read = 12, Written = 12 }));
        Assert.That(incomplete.Resume, Is.EqualTo(incomplete.Report.Resume));
    }

    [Test]
    public void Row_groups_after_the_first_unsettled_one_are_not_counted()
    {
        _options.RowGroupsInFlight = 2;
        using var stop = new CancellationTokenSource();
        using var abandon = new CancellationTokenSource();
        ScriptedFile file = ScriptedFile.WithGoodRowGroups(4);
        _sink.Write = async (batch, token) =>
        {
            if (batch.RowGroup == 1)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                return new WriteOutcome { Unsettled = batch.Count };
            }

            if (batch.RowGroup == 3)
            {
                await abandon.CancelAsync();
            }

            return _sink.Accept(batch);
        };

        var canceled = Assert.ThrowsAsync<LoadCanceledException>(() => Load(file).LoadAsync(new LoadRequest(File) { StopRequested = stop.Token }, abandon.Token));

        Assert.That(canceled!.Report.Ledger, Is.EqualTo(new Ledger { Read = 3, Written = 3 }));
        Assert.That(canceled.Report.Resume!.RowGroup, Is.EqualTo(1));
    }

    [Test]
    public async Task A_resumed_load_keeps_its_version()
    {
        var token = new ResumeToken(1, "etag-1", null, new ObjectVersion(77));

        await Load(ScriptedFile.WithGoodRowGroups(2)).LoadAsync(new LoadRequest(File) { Resume = token, Version = new ObjectVersion(78) }, default);

        Assert.That(_sink.Stored.Select(r => r.Version), Is.All.EqualTo((77L << 21) + 1));
    }

    [TestCase("other", null, 1)]
    [TestCase("etag-1", "v2", 1)]
    [TestCase("etag-1", null, 3)]
    public void A_file_that_changed_is_not_resumed(string etag, string? versionId, int rowGroup)
    {
        var token = new ResumeToken(rowGroup, etag, versionId, new ObjectVersion(77));

        Fails<SourceChangedException>(ScriptedFile.WithGoodRowGroups(2), new LoadRequest(File) { Resume = token });

        Assert.That(_sink.Stored, Is.Empty);
    }

    [Test]
    public void A_load_stops_when_less_than_twice_its_slowest_row_group_is_left_before_the_deadline()
    {
        _sink.Write = (batch, _) =>
        {
            _time.Advance(TimeSpan.FromSeconds(20));
            return Task.FromResult(_sink.Accept(batch));
        };

        var incomplete = Fails<IncompleteLoadException>(
            ScriptedFile.WithGoodRowGroups(10), new LoadRequest(File) { Deadline = Some.Instant.AddSeconds(90) });

        // After 20 s and 40 s there are 70 s and 50 s left, and 2 x 20 s + 5 s are needed; after 60 s there are 30 s.
        Assert.That(incomplete.Resume!.RowGroup, Is.EqualTo(3));
        Assert.That(incomplete.Report!.Ledger, Is.EqualTo(new Ledger { Read = 9, Written = 9 }));
    }

    [Test]
    public void A_load_that_settles_nothing_before_its_deadline_fails_permanently()
    {
        var failure = Fails<NoProgressException>(ScriptedFile.WithGoodRowGroups(1), new LoadRequest(File) { Deadline = Some.Instant.AddSeconds(4) });

        Assert.That(failure.IsTransient, Is.False);
        Assert.That(failure.Report!.Ledger, Is.EqualTo(default(Ledger)));
    }

    [Test]
    public void A_deadline_cancels_row_groups_in_flight()
    {
        _sink.Write = async (batch, token) =>
        {
            if (batch.RowGroup == 0)
            {
                return _sink.Accept(batch);
            }

            var cancelled = new TaskCompletionSource();
            await using CancellationTokenRegistration registration = token.Register(cancelled.SetResult);
            _time.Advance(TimeSpan.FromSeconds(60));
            await cancelled.Task;
            return new WriteOutcome { Unsettled = batch.Count };
        };

        var incomplete = Fails<IncompleteLoadException>(
            ScriptedFile.WithGoodRowGroups(3), new LoadRequest(File) { Deadline = Some.Instant.AddSeconds(60) });

        Assert.That(incomplete.Resume!.RowGroup, Is.EqualTo(1));
    }

    [Test]
    public void Throttling_for_hours_ends_a_load_that_can_be_resumed()
    {
        _sink.Write = (batch, _) => Task.FromResult(batch.RowGroup == 0
            ? _sink.Accept(batch)
            : new WriteOutcome { Unsettled = batch.Count, Failure = new ThrottledException("partitions") { LastsForHours = true } });

        var incomplete = Fails<IncompleteLoadException>(ScriptedFile.WithGoodRowGroups(3), new LoadRequest(File));

        Assert.That(incomplete.Resume!.RowGroup, Is.EqualTo(1));
        Assert.That(incomplete.InnerException, Is.InstanceOf<ThrottledException>());
    }

    [Test]
    public void A_row_group_that_does_not_fit_is_refused_with_the_remedy()
    {
        ScriptedFile file = ScriptedFile.WithGoodRowGroups(2);
        file.MemoryBytesPerRowGroup = 2_000;
        _options.MemoryLimitBytes = 1_999;

        var failure = Fails<RowGroupTooLargeException>(file, new LoadRequest(File));

        Assert.That(failure.Message, Does.Contain("2000 bytes").And.Contain("smaller row groups"));
    }

    [Test]
    public async Task Fewer_row_groups_are_in_flight_if_memory_is_short()
    {
        ScriptedFile file = ScriptedFile.WithGoodRowGroups(6);
        file.MemoryBytesPerRowGroup = 1_000;
        _options.MemoryLimitBytes = 1_500;
        _options.RowGroupsInFlight = 4;
        int inFlight = 0;
        int most = 0;
        _sink.Write = async (batch, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inFlight));
            await Task.Yield();
            Interlocked.Decrement(ref inFlight);
            return _sink.Accept(batch);
        };

        await Load(file).LoadAsync(new LoadRequest(File), default);

        Assert.That(most, Is.EqualTo(1));
    }

    [Test]
    public async Task Control_characters_of_a_key_are_escaped_in_the_log()
    {
        await Load(ScriptedFile.WithGoodRowGroups(1)).LoadAsync(new LoadRequest(SourceFile.InS3("data", "dataset=generation/a\nINFO forged\u001b[2J.parquet")), default);

        Assert.That(_logger.Collector.GetSnapshot().Select(entry => entry.Message), Is.All.Not.Contains("\n").And.All.Not.Contains("\u001b"));
        Assert.That(_logger.Collector.GetSnapshot()[0].Message, Does.Contain(@"\u000aINFO forged\u001b[2J"));
    }

    [Test]
    public async Task The_end_of_a_load_is_logged_with_every_count()
    {
        await Load(ScriptedFile.WithGoodRowGroups(3)).LoadAsync(new LoadRequest(File), default);

        FakeLogRecord ended = _logger.LatestRecord;
        Assert.That(ended.Id.Name, Is.EqualTo("Ended"));
        Assert.That(
            ended.Message,
            Is.EqualTo($"Ended {File}: Succeeded, 9 read, 9 written, 0 superseded, 0 duplicate, 0 invalid, 0 rejected, 0 unsettled, 0 filtered in 0 ms"));
        Assert.That(
            ended.StructuredState!.Select(pair => (pair.Key, pair.Value)),
            Is.EqualTo(new[]
            {
                ("File", File.ToString()), ("Status", "Succeeded"), ("Read", "9"), ("Written", "9"), ("Superseded", "0"), ("Duplicate", "0"), ("Invalid", "0"),
                ("Rejected", "0"), ("Unsettled", "0"), ("Filtered", "0"), ("ElapsedMs", "0"),
                ("{OriginalFormat}", "Ended {File}: {Status}, {Read} read, {Written} written, {Superseded} superseded, {Duplicate} duplicate, {Invalid} invalid, {Rejected} rejected, {Unsettled} unsettled, {Filtered} filtered in {ElapsedMs} ms"),
            }));
    }

    private LoadParquetFile Load(ScriptedFile file) => new(file, _sink, _rejectedRows, _metrics, Options.Create(_options), _time, _logger);

    private T Fails<T>(ScriptedFile file, LoadRequest request)
        where T : LoadException
    {
        T failure = Assert.ThrowsAsync<T>(() => Load(file).LoadAsync(request, default))!;
        Assert.That(failure.Report, Is.Not.Null);
        return failure;
    }

    private void Reject(int row) => _sink.Write = (batch, _) => Task.FromResult(new WriteOutcome
    {
        Written = batch.Count - 1,
        Rejected = [new RejectedRow(row, RejectionReason.Refused, "too old, says the service")],
    });
}
