using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Tests.Support;
using Microsoft.Extensions.Logging.Testing;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace Loader.Tests.Application;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RowGroupSettlerTests
{
    private static readonly SourceFile File = SourceFile.InS3("data", "part-0.parquet");

    private readonly ScriptedSink _sink = new();
    private readonly IRejectedRowStore _rejectedRows = Substitute.For<IRejectedRowStore>();
    private readonly IParquetFile _file = Substitute.For<IParquetFile>();
    private readonly FakeLogger _logger = new();

    [SetUp]
    public void SetUp()
    {
        _file.ETag.Returns("etag");
        _file.RowGroups.Returns(new RowGroupInfo[7]);
        _rejectedRows.Location.Returns("rejected");
        _rejectedRows.SaveAsync(default!, default!, default!, default).ReturnsForAnyArgs("rejected/part-0");
    }

    [Test]
    public async Task Valid_rows_are_written_and_nothing_is_kept()
    {
        using MeasurementBatch batch = Some.GoodBatch(3);

        RowGroupOutcome outcome = await SettleAsync(batch);

        Assert.That(outcome.Ledger, Is.EqualTo(new Ledger { Read = 3, Written = 3 }));
        Assert.That((outcome.IsSettled, outcome.Effort.Requests, outcome.RowsByReason, outcome.RejectedRowsLocation), Is.EqualTo((true, 1L, (long[]?)null, (string?)null)));
        await _rejectedRows.DidNotReceiveWithAnyArgs().SaveAsync(default!, default!, default!, default);
    }

    [Test]
    public async Task Every_outcome_of_the_sink_is_counted()
    {
        using MeasurementBatch batch = Some.GoodBatch(10);
        _sink.Write = (_, _) => Task.FromResult(new WriteOutcome
        {
            Written = 4,
            Superseded = 3,
            Duplicate = 2,
            Rejected = [new RejectedRow(7, RejectionReason.Refused)],
        });

        RowGroupOutcome outcome = await SettleAsync(batch);

        Assert.That(outcome.Ledger, Is.EqualTo(new Ledger { Read = 10, Written = 4, Superseded = 3, Duplicate = 2, Rejected = 1 }));
        Assert.That(outcome.IsSettled, Is.True);
    }

    [Test]
    public async Task A_row_group_without_a_valid_row_is_not_sent()
    {
        using MeasurementBatch batch = Some.Batch([(Some.Time, double.NaN, Some.Key())]);
        _sink.Write = (_, _) => throw new InvalidOperationException("nothing to send");

        RowGroupOutcome outcome = await SettleAsync(batch);

        Assert.That(outcome.Ledger, Is.EqualTo(new Ledger { Read = 1, Invalid = 1 }));
    }

    [Test]
    public async Task Invalid_and_rejected_rows_are_kept_together_in_row_order()
    {
        using MeasurementBatch batch = Some.Batch(
            [(Some.Time, 1, Some.Key()), (Some.Time + 1, double.NaN, Some.Key()), (Some.Time + 2, 3, Some.Key()), (MeasurementBatch.MissingTime, 4, Some.Key())]);
        _sink.Write = (_, _) => Task.FromResult(new WriteOutcome
        {
            Rejected = [new RejectedRow(0, RejectionReason.Refused, "too old"), new RejectedRow(2, RejectionReason.VersionConflict)],
        });
        IReadOnlyList<RejectedRow>? kept = null;
        await _rejectedRows.SaveAsync(new RejectedRowOrigin(File, "etag", 7, _sink.Destination), batch, Arg.Do<IReadOnlyList<RejectedRow>>(rows => kept = rows), Arg.Any<CancellationToken>());

        RowGroupOutcome outcome = await SettleAsync(batch);

        Assert.That(
            kept,
            Is.EqualTo(new RejectedRow[]
            {
                new(0, RejectionReason.Refused, "too old"), new(1, RejectionReason.MissingValue), new(2, RejectionReason.VersionConflict), new(3, RejectionReason.MissingTime),
            }));
        Assert.That((outcome.RowsByReason![(int)RejectionReason.MissingValue], outcome.RowsByReason[(int)RejectionReason.None]), Is.EqualTo((1L, 0L)));
        Assert.That(outcome.RejectedRowsLocation, Is.EqualTo("rejected/part-0"));
    }

    [Test]
    public async Task A_failure_of_the_sink_comes_before_a_failure_to_keep_rows([Values("rejected", null)] string? location)
    {
        using MeasurementBatch batch = Some.GoodBatch(2);
        var failure = new UnavailableException("down");
        _rejectedRows.Location.Returns(location);
        _rejectedRows.SaveAsync(default!, default!, default!, default).ThrowsAsyncForAnyArgs(new RejectedRowsNotKeptException("disk full", isTransient: true));
        _sink.Write = (_, _) => Task.FromResult(new WriteOutcome { Rejected = [new RejectedRow(0, RejectionReason.Refused)], Unsettled = 1, Failure = failure });

        RowGroupOutcome outcome = await SettleAsync(batch);

        Assert.That(outcome.Failure, Is.SameAs(failure));
    }

    [Test]
    public async Task A_row_group_whose_rows_cannot_be_kept_is_not_settled()
    {
        using MeasurementBatch batch = Some.Batch([(Some.Time, double.NaN, Some.Key())]);
        _rejectedRows.SaveAsync(default!, default!, default!, default).ThrowsAsyncForAnyArgs(new RejectedRowsNotKeptException("disk full", isTransient: true));

        RowGroupOutcome outcome = await SettleAsync(batch);

        Assert.That(outcome.Ledger, Is.EqualTo(new Ledger { Read = 1, Invalid = 1 }));
        Assert.That((outcome.Failure!.Message, outcome.IsSettled), Is.EqualTo(("disk full", false)));
    }

    [Test]
    public async Task Invalid_rows_alone_need_no_place_to_be_kept()
    {
        using MeasurementBatch batch = Some.Batch([(Some.Time, double.NaN, Some.Key()), (Some.Time, 1, Some.Key())]);
        _rejectedRows.Location.Returns((string?)null);

        RowGroupOutcome outcome = await SettleAsync(batch);

        Assert.That((outcome.IsSettled, outcome.RejectedRowsLocation), Is.EqualTo((true, (string?)null)));
        Assert.That(_logger.LatestRecord.Message, Does.StartWith("Row 0 of row group 0 of s3://data/part-0.parquet is invalid: MissingValue"));
    }

    [Test]
    public async Task Unsettled_rows_without_a_failure_are_a_defect_of_the_sink()
    {
        using MeasurementBatch batch = Some.GoodBatch(3);
        _sink.Write = (_, _) => Task.FromResult(new WriteOutcome { Written = 1, Unsettled = 2 });

        RowGroupOutcome outcome = await SettleAsync(batch);

        Assert.That(
            outcome.Failure,
            Is.InstanceOf<LedgerImbalanceException>().With.Message.StartsWith("2 rows of row group 0 of s3://data/part-0.parquet have no outcome")
                .And.Property(nameof(LoadException.File)).EqualTo(File));
    }

    [Test]
    public async Task Unsettled_rows_of_a_cancelled_write_are_no_failure()
    {
        using MeasurementBatch batch = Some.GoodBatch(3);
        _sink.Write = (_, _) => Task.FromResult(new WriteOutcome { Written = 1, Unsettled = 2 });

        RowGroupOutcome outcome = await SettleAsync(batch, new CancellationToken(canceled: true));

        Assert.That((outcome.Failure, outcome.IsSettled, outcome.Ledger.Written), Is.EqualTo(((LoadException?)null, false, 1L)));
    }

    [Test]
    public async Task A_sink_that_throws_because_of_the_cancellation_leaves_every_row_unsettled()
    {
        using MeasurementBatch batch = Some.GoodBatch(3);
        _sink.Write = (_, token) => Task.FromCanceled<WriteOutcome>(token);

        RowGroupOutcome outcome = await SettleAsync(batch, new CancellationToken(canceled: true));

        Assert.That((outcome.Ledger, outcome.Failure), Is.EqualTo((new Ledger { Read = 3, Unsettled = 3 }, (LoadException?)null)));
    }

    [Test]
    public async Task A_failure_that_the_sink_throws_leaves_every_row_unsettled()
    {
        using MeasurementBatch batch = Some.GoodBatch(3);
        var failure = new DestinationMissingException("no table");
        _sink.Write = (_, _) => throw failure;

        RowGroupOutcome outcome = await SettleAsync(batch);

        Assert.That((outcome.Ledger, outcome.Failure), Is.EqualTo((new Ledger { Read = 3, Unsettled = 3 }, (LoadException)failure)));
    }

    [Test]
    public async Task A_row_that_a_refused_row_overtook_is_rejected_and_kept()
    {
        using MeasurementBatch batch = Some.Batch(
            [(Some.Time, 1, Some.Key()), (Some.Time, 2, Some.Key()), (Some.Time, 3, Some.Key()), (Some.Time, 4, Some.Key(region: "other")), (Some.Time + 1, 5, Some.Key())]);
        IReadOnlyList<RejectedRow>? kept = null;
        await _rejectedRows.SaveAsync(Arg.Any<RejectedRowOrigin>(), batch, Arg.Do<IReadOnlyList<RejectedRow>>(rows => kept = rows), Arg.Any<CancellationToken>());
        _sink.Write = (_, _) => Task.FromResult(
            new WriteOutcome { Written = 2, Duplicate = 2, Rejected = [new RejectedRow(2, RejectionReason.Refused, "no")] });

        RowGroupOutcome outcome = await SettleAsync(batch);

        Assert.That(outcome.Ledger, Is.EqualTo(new Ledger { Read = 5, Written = 2, Rejected = 3 }));
        Assert.That(
            kept!.Select(row => (row.Row, row.Reason)),
            Is.EqualTo(new[] { (0, RejectionReason.OvertakenByRefused), (1, RejectionReason.OvertakenByRefused), (2, RejectionReason.Refused) }));
    }

    [Test]
    public async Task A_duplicate_of_a_stored_row_stays_a_duplicate_when_another_row_is_refused()
    {
        using MeasurementBatch batch = Some.Batch(
            [(Some.Time, 1, Some.Key()), (Some.Time, 2, Some.Key()), (Some.Time + 1, 5, Some.Key())]);
        _sink.Write = (_, _) => Task.FromResult(
            new WriteOutcome { Written = 1, Duplicate = 1, Rejected = [new RejectedRow(2, RejectionReason.Refused, "no")] });

        RowGroupOutcome outcome = await SettleAsync(batch);

        Assert.That(outcome.Ledger, Is.EqualTo(new Ledger { Read = 3, Written = 1, Duplicate = 1, Rejected = 1 }));
    }

    private Task<RowGroupOutcome> SettleAsync(MeasurementBatch batch, CancellationToken cancellationToken = default) =>
        new RowGroupSettler(new LoadRequest(File), _file, _sink, _rejectedRows, _logger).SettleAsync(batch, cancellationToken);
}
