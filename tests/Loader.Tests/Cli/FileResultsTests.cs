using Loader.Application.Results;
using Loader.Cli.Commands;
using Loader.Cli.Loading;
using Loader.Domain;

namespace Loader.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed class FileResultsTests
{
    [Test]
    public void Results_are_summed_and_only_some_of_them_kept()
    {
        FileResults results = FileResults.From(Enumerable.Range(1, 5_000).Select(number => number % 2 == 0 ? Succeeded(number) : Failed(number, new UnavailableException("gone"))));

        Assert.That((results.Count, results.FailureCount), Is.EqualTo((5_000, 2_500)));
        Assert.That(results.Totals.Ledger, Is.EqualTo(new Ledger { Read = 7_500, Written = 7_500 }));
        Assert.That(results.Failures.Count(), Is.EqualTo(FileResults.MaxOthers));
        Assert.That(results.RejectedRowsLocations, Has.Count.EqualTo(FileResults.MaxOthers));
    }

    [Test]
    public void The_exit_code_knows_every_kind_of_failure_however_late_it_comes()
    {
        FileResults results = FileResults.From([.. Enumerable.Range(1, 2_000).Select(number => Failed(number, new UnavailableException("gone"))), Failed(2_001, new SchemaMismatchException("columns"))]);

        Assert.That(ExitCode.From(new LoadSummary { Files = results }), Is.EqualTo(ExitCode.Permanent));
    }

    [Test]
    public void Few_results_are_shown_in_the_order_of_their_numbers_whenever_they_ended()
    {
        FileResults results = FileResults.From([Succeeded(3), Failed(2, new UnavailableException("gone")), Succeeded(1)]);

        Assert.That(results.Show(20).Select(result => result.Number), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public void Of_many_results_those_that_did_not_succeed_are_shown_first()
    {
        FileResults results = FileResults.From([.. Enumerable.Range(1, 30).Select(Succeeded), Failed(31, new UnavailableException("gone"))]);

        Assert.That(results.Show(3).Select(result => result.Number), Is.EqualTo(new[] { 31, 1, 2 }));
    }

    [Test]
    public void Every_result_is_handed_on()
    {
        var added = new List<FileResult>();
        var results = new FileResults(added.Add);

        results.Add(Succeeded(1));
        results.Add(Failed(2, new UnavailableException("gone")));

        Assert.That(added.Select(result => result.Number), Is.EqualTo(new[] { 1, 2 }));
    }

    private static FileResult Succeeded(int number) => new($"{number}.parquet")
    {
        Number = number,
        Report = new LoadReport { File = SourceFile.OnDisk($"{number}.parquet"), Ledger = new Ledger { Read = 3, Written = 3 }, RejectedRowsLocation = $"rejected/{number}" },
    };

    private static FileResult Failed(int number, Exception failure) => new($"{number}.parquet") { Number = number, Status = LoadStatus.Failed, Failure = failure };
}
