using System.Text.Json;
using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Domain;
using Loader.Tests.Support;

namespace Loader.Tests.Application;

/// <summary>A report as JSON is what the command line prints of a file.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class LoadReportJsonTests
{
    private static readonly LoadReport Succeeded = new()
    {
        File = SourceFile.InS3("lake", "a \u00fc.parquet"),
        Dataset = DatasetType.Generation,
        Status = LoadStatus.Succeeded,
        Ledger = new Ledger { Read = 36, Written = 8, Superseded = 7, Duplicate = 6, Invalid = 5, Rejected = 4, Unsettled = 3, Filtered = 3 },
        InvalidByReason = new Dictionary<RejectionReason, long> { [RejectionReason.MissingValue] = 4, [RejectionReason.MissingTime] = 1 },
        FilteredByReason = new Dictionary<RejectionReason, long> { [RejectionReason.OutsideTimeRange] = 3 },
        Effort = new WriteEffort { Requests = 9 },
        Mapping = new AppliedMapping("ons", "0123"),
        ConflictingDuplicates = 2,
        AmbiguousTimes = 1,
        BytesRead = 12_345,
        RejectedRowsLocation = "s3://lake/rejected/",
        Elapsed = TimeSpan.FromMilliseconds(1_234.5),
    };

    private static readonly LoadReport Failed = new()
    {
        File = SourceFile.OnDisk("a.parquet"),
        Status = LoadStatus.Failed,
        Failure = new DestinationMissingException("table \"x\" does not exist"),
    };

    private static readonly LoadReport Stopped = Succeeded with
    {
        Status = LoadStatus.Incomplete,
        Resume = new ResumeToken(7, "etag", null, new ObjectVersion(1)),
    };

    private static IEnumerable<LoadReport> Reports => [Succeeded, Failed, Stopped];

    [TestCaseSource(nameof(Reports))]
    public void A_report_is_written_as_the_command_line_writes_its_file(LoadReport report)
    {
        var result = new FileResult(report.File.ToString()) { Report = report, Status = report.Status, Failure = report.Failure };

        Assert.That(JsonSerializer.Serialize(report), Is.EqualTo(JsonSerializer.Serialize(FileDocument.From(result), LoadJson.Default.FileDocument)));
    }

    [TestCaseSource(nameof(Reports))]
    public void A_report_fits_the_schema_of_a_file(LoadReport report) =>
        Assert.That(
            JsonSchema.Read("load-output.schema.json").Check(JsonSerializer.SerializeToElement(report), definition: "file"),
            Is.Empty);

    /// <summary>The command line does not list files that it skips, so the schema has no such status.</summary>
    [Test]
    public void A_skipped_file_has_the_status_skipped()
    {
        var report = new LoadReport { File = SourceFile.OnDisk("a"), Status = LoadStatus.Skipped, SkippedBecause = SkipReason.KeptRows };

        Assert.That(JsonSerializer.SerializeToElement(report).GetProperty("status").GetString(), Is.EqualTo("skipped"));
    }

    [Test]
    public void A_report_cannot_be_read() =>
        Assert.That(() => JsonSerializer.Deserialize<LoadReport>("{}"), Throws.TypeOf<NotSupportedException>());
}
