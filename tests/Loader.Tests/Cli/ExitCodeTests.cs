using Loader.Application.Quality;
using Loader.Application.Results;
using Loader.Cli.Commands;
using Loader.Cli.Loading;
using Loader.Domain;

namespace Loader.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed class ExitCodeTests
{
    private static readonly FileResult Loaded = new("loaded");
    private static readonly FileResult Permanent = Failed(new SchemaMismatchException("columns"));
    private static readonly FileResult Transient = Failed(new UnavailableException("gone"));
    private static readonly FileResult Throttled = Failed(new IncompleteLoadException("hours", new ResumeToken(1, "e", null, new ObjectVersion(1))));
    private static readonly FileResult TooMany = Failed(new TooManyInvalidRowsException("rows"));
    private static readonly FileResult Settings = Failed(new ConfigurationException("settings"));
    private static readonly FileResult Missing = Failed(new SourceNotFoundException("gone")) with { WasNamed = true };
    private static readonly FileResult Vanished = Failed(new SourceNotFoundException("gone"));
    private static readonly FileResult Defect = Failed(new InvalidOperationException("bug"));

    private static readonly TestCaseData[] Cases =
    [
        Case("everything loaded", 0, Loaded, Loaded),
        Case("a permanent failure", 1, Loaded, Permanent),
        Case("a defect", 1, Defect),
        Case("a listed file that is gone", 1, Vanished),
        Case("settings", 2, Settings),
        Case("a named file that is not there", 2, Missing),
        Case("a transient failure", 3, Transient, Loaded),
        Case("throttled for hours", 3, Throttled),
        Case("too many invalid rows", 4, TooMany),
        Case("2 before 1", 2, Permanent, Missing),
        Case("1 before 4", 1, TooMany, Permanent),
        Case("4 before 3", 4, Transient, TooMany),
        Case("1 before 3", 1, Transient, Permanent),
    ];

    [TestCaseSource(nameof(Cases))]
    public void The_exit_code_follows_from_the_results_of_the_files(FileResult[] files, int expected) =>
        Assert.That(ExitCode.From(new LoadSummary { Files = FileResults.From(files) }), Is.EqualTo(expected));

    [TestCaseSource(nameof(LacksReportCases))]
    public void A_report_that_could_not_be_written_is_a_permanent_failure(FileResult[] files, int expected) =>
        Assert.That(ExitCode.From(new LoadSummary { Files = FileResults.From(files) }, lacksReport: true), Is.EqualTo(expected));

    private static TestCaseData<FileResult[], int>[] LacksReportCases => [new([Loaded], 1), new([TooMany], 1), new([Transient], 1), new([Settings], 2)];

    private static readonly FileResult[] NoFailures = [];

    private static TestCaseData<FileResult[], QualitySeverity, int>[] FailOnCases =>
    [
        new(NoFailures, QualitySeverity.Info, 0),
        new(NoFailures, QualitySeverity.Warning, 5),
        new(NoFailures, QualitySeverity.Error, 5),
        new([TooMany], QualitySeverity.Error, 4),
        new([Transient], QualitySeverity.Error, 5),
    ];

    [TestCaseSource(nameof(FailOnCases))]
    public void Findings_come_after_invalid_rows_and_before_temporary_failures(FileResult[] files, QualitySeverity worst, int expected)
    {
        var summary = new LoadSummary
        {
            Files = FileResults.From(files),
            Skipped = 1,
            Quality = new QualityReport { Worst = worst },
        };

        Assert.That(ExitCode.From(summary, QualitySeverity.Warning), Is.EqualTo(expected));
    }

    [Test]
    public void An_interrupt_takes_precedence_over_an_earlier_failure() =>
        Assert.That(ExitCode.From(new LoadSummary { Files = FileResults.From([Permanent]), NotStarted = 1, WasInterrupted = true }), Is.EqualTo(130));

    [Test]
    public void Nothing_to_load_is_wrong_usage() => Assert.That(ExitCode.From(new LoadSummary { Files = new FileResults() }), Is.EqualTo(2));

    [Test]
    public void Nothing_left_to_load_is_success() => Assert.That(ExitCode.From(new LoadSummary { Files = new FileResults(), Skipped = 3 }), Is.Zero);

    private static FileResult Failed(Exception failure) => new("failed") { Status = LoadStatus.Failed, Failure = failure };

    private static TestCaseData Case(string name, int expected, params FileResult[] files) =>
        new TestCaseData<FileResult[], int>(files, expected).SetArgDisplayNames(name);
}
