using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Tests.Support;

namespace Loader.Tests.Application;

public sealed class LoadConclusionTests
{
    private const int Rows = 10;
    private const string Stop = "stop";
    private const string Cancel = "cancel";

    /// <summary>
    /// Cases: the row groups of a file (S settled, U unsettled because it was cancelled, T transient failure, P permanent failure, H throttled for hours,
    /// . not begun), a signal, and the expected end: status, failure, row groups in the report, and row group to resume at.
    /// </summary>
    [TestCase("SSS", "", LoadStatus.Succeeded, null, 3, null)]
    [TestCase("", "", LoadStatus.Succeeded, null, 0, null)]
    [TestCase("SSS", Stop, LoadStatus.Succeeded, null, 3, null)]
    [TestCase("SSS", Cancel, LoadStatus.Succeeded, null, 3, null)]
    [TestCase("ST.", "", LoadStatus.Failed, typeof(UnavailableException), 2, null)]
    [TestCase("ST.", Stop, LoadStatus.Failed, typeof(UnavailableException), 2, null)]
    [TestCase("ST.", Cancel, LoadStatus.Failed, typeof(UnavailableException), 2, null)]
    [TestCase("PSS", "", LoadStatus.Failed, typeof(DestinationMissingException), 3, null)]
    [TestCase("TPS", "", LoadStatus.Failed, typeof(DestinationMissingException), 3, null)]
    [TestCase("PTS", "", LoadStatus.Failed, typeof(DestinationMissingException), 3, null)]
    [TestCase("S..", Stop, LoadStatus.Incomplete, typeof(IncompleteLoadException), 1, 1)]
    [TestCase("...", Stop, LoadStatus.Incomplete, typeof(IncompleteLoadException), 0, 0)]
    [TestCase("SS.", "", LoadStatus.Incomplete, typeof(IncompleteLoadException), 2, 2)]
    [TestCase("SUS", "", LoadStatus.Incomplete, typeof(IncompleteLoadException), 1, 1)]
    [TestCase("...", "", LoadStatus.Failed, typeof(NoProgressException), 0, null)]
    [TestCase("US.", "", LoadStatus.Failed, typeof(NoProgressException), 0, null)]
    [TestCase("SUS", Cancel, LoadStatus.Incomplete, null, 1, 1)]
    [TestCase("...", Cancel, LoadStatus.Incomplete, null, 0, 0)]
    [TestCase("SH.", "", LoadStatus.Incomplete, typeof(IncompleteLoadException), 1, 1)]
    [TestCase("SH.", Cancel, LoadStatus.Incomplete, null, 1, 1)]
    [TestCase("HS.", "", LoadStatus.Failed, typeof(ThrottledException), 2, null)]
    [TestCase("H..", Stop, LoadStatus.Failed, typeof(ThrottledException), 1, null)]
    [TestCase("SHP", "", LoadStatus.Failed, typeof(DestinationMissingException), 3, null)]
    public void A_load_ends_by_its_row_groups_and_signals(string rowGroups, string signal, LoadStatus status, Type? failure, int covered, int? resumeAt)
    {
        LoadState load = Load(rowGroups, signal);

        LoadReport report = LoadConclusion.Conclude(load, maxInvalidPercent: 10);

        Assert.Multiple(() =>
        {
            Assert.That(report.Status, Is.EqualTo(status));
            Assert.That(report.Failure?.GetType(), Is.EqualTo(failure));
            Assert.That(report.Ledger.Read, Is.EqualTo(covered * Rows));
            Assert.That(report.Resume?.RowGroup, Is.EqualTo(resumeAt));
        });
    }

    [TestCase("TT", "", "row group 0")]
    [TestCase("PP", "", "row group 0")]
    [TestCase("TP", "", "row group 1")]
    [TestCase("SS", "T", "reading")]
    [TestCase("ST", "T", "row group 1")]
    [TestCase("ST", "P", "reading")]
    [TestCase("SP", "P", "row group 1")]
    [TestCase("PT", "T", "row group 0")]
    public void A_permanent_failure_is_reported_first_then_the_earliest_row_group_then_reading(string rowGroups, string reading, string expected)
    {
        LoadState load = Load(rowGroups);
        load.ReadFailure = reading.Length == 0 ? null : Failure(reading[0], "reading");

        LoadReport report = LoadConclusion.Conclude(load, maxInvalidPercent: 10);

        Assert.That(report.Failure!.Message, Is.EqualTo(expected));
    }

    [TestCase("S..", Stop, "stopped after 1 of 3 row groups, because a stop was requested")]
    [TestCase("SS.", "", "stopped after 2 of 3 row groups, because its deadline is near")]
    [TestCase("SH.", "", "stopped after 1 of 3 row groups, because the destination throttles for hours")]
    [TestCase("SH.", Stop, "stopped after 1 of 3 row groups, because the destination throttles for hours")]
    public void An_incomplete_load_says_why_it_stopped(string rowGroups, string signal, string expected)
    {
        LoadReport report = LoadConclusion.Conclude(Load(rowGroups, signal), maxInvalidPercent: 10);

        Assert.That(report.Failure!.Message, Does.Contain(expected));
        Assert.That(report.Failure.File, Is.EqualTo(report.File));
    }

    [Test]
    public void Throttling_for_hours_is_the_cause_of_an_incomplete_load()
    {
        LoadReport report = LoadConclusion.Conclude(Load("SH."), maxInvalidPercent: 10);

        Assert.That(report.Failure!.InnerException, Is.InstanceOf<ThrottledException>());
    }

    [Test]
    public void Ordinary_throttling_fails_a_load_even_after_progress()
    {
        LoadState load = Load("S..");
        load.Outcomes[1] = RowGroupOutcome.Unsettled(Rows, new ThrottledException("slow down"));

        LoadReport report = LoadConclusion.Conclude(load, maxInvalidPercent: 10);

        Assert.That(report.Failure, Is.InstanceOf<ThrottledException>());
    }

    [Test]
    public void A_token_names_the_file_and_version_that_were_loaded()
    {
        LoadReport report = LoadConclusion.Conclude(Load("S..", Stop), maxInvalidPercent: 10);

        Assert.That(report.Resume, Is.EqualTo(new ResumeToken(1, "etag-1", "v1", new ObjectVersion(77))));
        Assert.That(((IncompleteLoadException)report.Failure!).Resume, Is.EqualTo(report.Resume));
    }

    [TestCase("-S.", Stop, 1, 2)]
    [TestCase("-..", Stop, 0, 1)]
    [TestCase("-SS", "", 2, null)]
    [TestCase("-SU", "", 1, 2)]
    public void A_resumed_load_counts_from_its_first_row_group(string rowGroups, string signal, int covered, int? resumeAt)
    {
        LoadReport report = LoadConclusion.Conclude(Load(rowGroups, signal, fromRowGroup: 1), maxInvalidPercent: 10);

        Assert.That((report.FromRowGroup, report.Ledger.Read, report.Resume?.RowGroup), Is.EqualTo((1, (long)covered * Rows, resumeAt)));
    }

    [Test]
    public void A_resumed_load_that_settles_nothing_made_no_progress()
    {
        LoadReport report = LoadConclusion.Conclude(Load("-..", fromRowGroup: 1), maxInvalidPercent: 10);

        Assert.That(report.Failure, Is.InstanceOf<NoProgressException>());
        Assert.That(report.Failure!.Message, Does.Contain("more time").And.Contain("smaller row groups"));
    }

    [Test]
    public void A_report_sums_its_row_groups_and_repeats_the_facts_of_the_load()
    {
        LoadState load = Load("SS");
        load.Dataset = DatasetType.Transmission;
        load.BytesRead = 5_000;
        load.Elapsed = TimeSpan.FromSeconds(3);
        load.Outcomes[0] = Outcome(written: 8, invalid: 2, RejectionReason.MissingTime);
        load.Outcomes[1] = Outcome(written: 7, invalid: 3, RejectionReason.MissingValue) with { RejectedRowsLocation = "rejected/part-0" };

        LoadReport report = LoadConclusion.Conclude(load, maxInvalidPercent: 50);

        Assert.Multiple(() =>
        {
            Assert.That(report.Status, Is.EqualTo(LoadStatus.Succeeded));
            Assert.That(report.Ledger, Is.EqualTo(new Ledger { Read = 20, Written = 15, Invalid = 5 }));
            Assert.That(report.Effort, Is.EqualTo(new WriteEffort { Requests = 2, BytesSent = 200 }));
            Assert.That(
                report.InvalidByReason,
                Is.EquivalentTo(new Dictionary<RejectionReason, long> { [RejectionReason.MissingTime] = 2, [RejectionReason.MissingValue] = 3 }));
            Assert.That(report.RejectedRowsLocation, Is.EqualTo("rejected/part-0"));
            Assert.That((report.Dataset, report.Version, report.ETag), Is.EqualTo((DatasetType.Transmission, new ObjectVersion(77), "etag-1")));
            Assert.That((report.BytesRead, report.Elapsed), Is.EqualTo((5_000L, TimeSpan.FromSeconds(3))));
        });
    }

    [TestCase(9, 1, 0, 10, LoadStatus.Succeeded)]
    [TestCase(9, 0, 1, 10, LoadStatus.Succeeded)]
    [TestCase(8, 1, 1, 10, LoadStatus.Failed)]
    [TestCase(9, 1, 0, 9.9, LoadStatus.Failed)]
    [TestCase(0, 5, 5, 100, LoadStatus.Succeeded)]
    [TestCase(10, 0, 0, 0, LoadStatus.Succeeded)]
    public void More_invalid_and_rejected_rows_than_allowed_fail_a_load(int written, int invalid, int rejected, double maxInvalidPercent, LoadStatus expected)
    {
        LoadState load = Load("S");
        load.Outcomes[0] = new RowGroupOutcome(new Ledger { Read = Rows, Written = written, Invalid = invalid, Rejected = rejected }, default);

        LoadReport report = LoadConclusion.Conclude(load, maxInvalidPercent);

        Assert.That(report.Status, Is.EqualTo(expected));
        Assert.That(report.Failure, expected == LoadStatus.Succeeded ? Is.Null : Is.InstanceOf<TooManyInvalidRowsException>());
    }

    [Test]
    public void Too_many_invalid_rows_are_named_by_reason_with_the_place_where_they_are_kept()
    {
        LoadState load = Load("S");
        load.Outcomes[0] = Outcome(written: 7, invalid: 2, RejectionReason.MissingTime, rejected: 1) with { RejectedRowsLocation = "rejected/\npart-0" };

        LoadReport report = LoadConclusion.Conclude(load, maxInvalidPercent: 12.5);

        Assert.That(report.Failure!.Message, Does.StartWith("3 of 10 rows of s3://data/part-0.parquet").And.Contain("(2 MissingTime, 1 rejected)"));
        Assert.That(report.Failure.Message, Does.Contain("MAX_INVALID_PERCENT = 12.5").And.Contain(@"See the rows under rejected/\u000apart-0."));
        Assert.That(report.Failure.File, Is.EqualTo(report.File));
    }

    [Test]
    public void Too_many_invalid_rows_that_were_not_kept_have_no_place()
    {
        LoadState load = Load("S");
        load.Outcomes[0] = Outcome(written: 8, invalid: 2, RejectionReason.MissingTime);

        Assert.That(
            LoadConclusion.Conclude(load, maxInvalidPercent: 10).Failure!.Message,
            Is.EqualTo("2 of 10 rows of s3://data/part-0.parquet are invalid or rejected (2 MissingTime, 0 rejected), more than MAX_INVALID_PERCENT = 10 allows. " +
                "All other rows are stored. Correct the file, or raise the limit."));
    }

    [Test]
    public void Invalid_rows_of_a_load_that_is_to_be_resumed_do_not_fail_it()
    {
        LoadState load = Load("S.", Stop);
        load.Outcomes[0] = Outcome(written: 0, invalid: 10, RejectionReason.MissingTime);

        Assert.That(LoadConclusion.Conclude(load, maxInvalidPercent: 10).Status, Is.EqualTo(LoadStatus.Incomplete));
    }

    [TestCase("S", "")]
    [TestCase("S.", Stop)]
    public void Outcomes_that_do_not_add_up_fail_a_load_however_it_ended(string rowGroups, string signal)
    {
        LoadState load = Load(rowGroups, signal);
        load.Outcomes[0] = new RowGroupOutcome(new Ledger { Read = Rows, Written = Rows - 1 }, default);

        LoadReport report = LoadConclusion.Conclude(load, maxInvalidPercent: 10);

        Assert.That((report.Status, report.Resume), Is.EqualTo((LoadStatus.Failed, (ResumeToken?)null)));
        Assert.That(report.Failure, Is.InstanceOf<LedgerImbalanceException>().With.Message.Contains("10 read, 9 written, 0 superseded"));
    }

    [Test]
    public void An_audit_keeps_the_failure_of_the_load_as_the_cause()
    {
        LoadState load = Load("ST");
        load.Outcomes[0] = new RowGroupOutcome(new Ledger { Read = Rows }, default);

        Assert.That(LoadConclusion.Conclude(load, maxInvalidPercent: 10).Failure!.InnerException, Is.InstanceOf<UnavailableException>());
    }

    [TestCase(LoadStatus.Succeeded, LoadStatus.Failed)]
    [TestCase(LoadStatus.Incomplete, LoadStatus.Incomplete)]
    public void An_audit_accepts_unsettled_rows_only_if_the_load_did_not_succeed(LoadStatus status, LoadStatus expected)
    {
        var report = new LoadReport { File = File, Status = status, Ledger = new Ledger { Read = 2, Written = 1, Unsettled = 1 } };

        Assert.That(LoadConclusion.Audit(report).Status, Is.EqualTo(expected));
    }

    [Test]
    public void A_failure_to_close_is_reported_with_everything_that_was_begun()
    {
        var failure = new UnavailableException("closing");

        LoadReport report = LoadConclusion.Fail(Load("SU."), failure);

        Assert.That((report.Status, report.Failure, report.Ledger.Read), Is.EqualTo((LoadStatus.Failed, failure, 20L)));
    }

    [TestCase(Cancel, null)]
    [TestCase("", typeof(NoProgressException))]
    public void A_load_that_is_cancelled_while_it_opens_covers_nothing(string signal, Type? failure)
    {
        LoadReport report = LoadConclusion.Cancel(Load("...", signal));

        Assert.That((report.Status, report.Ledger, report.Resume), Is.EqualTo((LoadStatus.Failed, default(Ledger), (ResumeToken?)null)));
        Assert.That(report.Failure?.GetType(), Is.EqualTo(failure));
    }

    private static readonly SourceFile File = SourceFile.InS3("data", "part-0.parquet");

    private static LoadState Load(string rowGroups, string signal = "", int fromRowGroup = 0)
    {
        ScriptedFile file = ScriptedFile.WithGoodRowGroups(rowGroups.Length, Rows);
        file.VersionId = "v1";
        var request = new LoadRequest(File)
        {
            Version = new ObjectVersion(77),
            Resume = fromRowGroup == 0 ? null : new ResumeToken(fromRowGroup, "etag-1", "v1", new ObjectVersion(77)),
        };
        var load = new LoadState(request) { IsStopRequested = signal == Stop, IsCancelled = signal == Cancel };
        load.Open(file);
        for (int rowGroup = 0; rowGroup < rowGroups.Length; rowGroup++)
        {
            load.Outcomes[rowGroup] = rowGroups[rowGroup] switch
            {
                'S' => new RowGroupOutcome(new Ledger { Read = Rows, Written = Rows }, default),
                'U' => RowGroupOutcome.Unsettled(Rows),
                '.' or '-' => null,
                char kind => RowGroupOutcome.Unsettled(Rows, Failure(kind, $"row group {rowGroup}")),
            };
        }

        return load;
    }

    private static LoadException Failure(char kind, string message) => kind switch
    {
        'T' => new UnavailableException(message),
        'P' => new DestinationMissingException(message),
        'H' => new ThrottledException(message) { LastsForHours = true },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such failure"),
    };

    private static RowGroupOutcome Outcome(int written, int invalid, RejectionReason reason, int rejected = 0)
    {
        long[] reasons = new long[RowGroupOutcome.ReasonCount];
        reasons[(int)reason] = invalid;
        return new RowGroupOutcome(
            new Ledger { Read = written + invalid + rejected, Written = written, Invalid = invalid, Rejected = rejected },
            new WriteEffort { Requests = 1, BytesSent = 100 })
        {
            RowsByReason = reasons,
        };
    }
}
