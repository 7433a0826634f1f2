using Loader.Application;
using Loader.Cli.Loading;
using Loader.Domain;

namespace Loader.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed class RunProgressTests
{
    private static readonly ListedFile Small = new(SourceFile.OnDisk("small.parquet"), IsNamed: false, 1, Bytes: 100);
    private static readonly ListedFile Large = new(SourceFile.OnDisk("large.parquet"), IsNamed: false, 2, Bytes: 900);

    [Test]
    public void Rows_count_when_their_row_group_settles()
    {
        RunProgress progress = List(Small, Large);
        RunProgress.FileProgress small = progress.Begin(Small);
        RunProgress.FileProgress large = progress.Begin(Large);

        small.Report(new LoadProgress(10, 20));
        large.Report(new LoadProgress(5, 50));
        small.Report(new LoadProgress(20, 20));

        Assert.That(progress.Read(), Is.EqualTo(new RunCounts(2, 0, IsListingEnded: true, Rows: 25, WorkDone: 190, WorkLeft: 810)));
    }

    [Test]
    public void A_count_that_comes_late_takes_nothing_back()
    {
        RunProgress progress = List(Small);
        RunProgress.FileProgress small = progress.Begin(Small);

        small.Report(new LoadProgress(20, 20));
        small.Report(new LoadProgress(10, 20));

        Assert.That(progress.Read(), Is.EqualTo(new RunCounts(1, 0, IsListingEnded: true, Rows: 20, WorkDone: 100, WorkLeft: 0)));
    }

    [Test]
    public void A_file_that_ends_is_done()
    {
        RunProgress progress = List(Small, Large);
        RunProgress.FileProgress small = progress.Begin(Small);
        small.Report(new LoadProgress(10, 20));

        progress.End(small, isLoaded: true);

        Assert.That(progress.Read(), Is.EqualTo(new RunCounts(2, 1, IsListingEnded: true, Rows: 10, WorkDone: 100, WorkLeft: 900)));
    }

    [Test]
    public void What_is_left_of_a_file_that_is_not_loaded_takes_no_time_and_makes_no_rate()
    {
        RunProgress progress = List(Small, Large);
        RunProgress.FileProgress small = progress.Begin(Small);
        small.Report(new LoadProgress(10, 20));

        progress.End(small, isLoaded: false);

        Assert.That(progress.Read(), Is.EqualTo(new RunCounts(2, 1, IsListingEnded: true, Rows: 10, WorkDone: 50, WorkLeft: 900)));
    }

    [Test]
    public void The_work_is_not_known_before_the_listing_ends()
    {
        var progress = new RunProgress();
        progress.AddListed([Small]);

        Assert.That(progress.Read(), Is.EqualTo(new RunCounts(1, 0, IsListingEnded: false, Rows: 0, WorkDone: 0, WorkLeft: null)));
    }

    [Test]
    public void The_work_is_not_known_if_a_size_is_not_known() =>
        Assert.That(List(Small, Large with { Bytes = null }).Read().WorkLeft, Is.Null);

    [Test]
    public void The_only_file_is_measured_against_itself()
    {
        ListedFile unknown = Large with { Bytes = null };
        RunProgress progress = List(unknown);

        progress.Begin(unknown).Report(new LoadProgress(3, 4));

        Assert.That(progress.Read(), Is.EqualTo(new RunCounts(1, 0, IsListingEnded: true, Rows: 3, WorkDone: 0.75, WorkLeft: 0.25)));
    }

    private static RunProgress List(params ListedFile[] files)
    {
        var progress = new RunProgress();
        progress.AddListed(files);
        progress.EndListing();
        return progress;
    }
}
