using Loader.Application.Ports;
using Loader.Cli.Loading;
using Loader.Cli.Output;

namespace Loader.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed class ProgressLineTests
{
    private static readonly RunCounts Counts = new(FilesListed: 1_000, FilesEnded: 812, IsListingEnded: true, Rows: 2_345_678, WorkDone: 0, WorkLeft: null);
    private static readonly TimeSpan Left = TimeSpan.FromSeconds(125.4);
    private static readonly SinkActivity Activity = new(RequestsInFlight: 16, Throttles: 57);

    [TestCase(200, "812 of 1,000 files, 2,345,678 rows, 78,345 rows/s, 2 min 5 s left, 16 requests in flight, 57 throttled")]
    [TestCase(102, "812 of 1,000 files, 2,345,678 rows, 78,345 rows/s, 2 min 5 s left, 16 requests in flight, 57 throttled")]
    [TestCase(101, "812/1,000 files, 2,345,678 rows, 78,345/s, 2:05 left, 16 requests, 57 throttled")]
    [TestCase(79, "812/1,000 files, 2,345,678 rows, 78,345/s, 2:05 left, 16 requests, 57 throttled")]
    [TestCase(78, "812/1,000 files, 2,345,678 rows, 78,345/s, 2:05 left, 57 throttled")]
    [TestCase(59, "812/1,000 files, 2,345,678 rows, 78,345/s, 2:05 left")]
    [TestCase(39, "812/1,000 files, 78,345/s, 2:05 left")]
    [TestCase(35, "812/1,000 files, 2:05 left")]
    [TestCase(20, "812/1,000 files")]
    [TestCase(14, "")]
    [TestCase(0, "")]
    [TestCase(-1, "")]
    public void Less_important_parts_are_left_out_where_there_is_no_room(int width, string expected) =>
        Assert.That(ProgressLine.Format(Counts, 78_345.4, Left, Activity, width), Is.EqualTo(expected));

    [Test]
    public void A_line_is_never_wider_than_allowed() =>
        Assert.That(
            Enumerable.Range(0, 150).Where(width => ProgressLine.Format(Counts, 78_345.4, Left, Activity, width).Length > width),
            Is.Empty);

    [Test]
    public void What_is_not_known_is_not_mentioned() =>
        Assert.That(ProgressLine.Format(Counts, rowsPerSecond: null, timeLeft: null, activity: null, 200), Is.EqualTo("812 of 1,000 files, 2,345,678 rows"));

    [Test]
    public void Throttles_are_mentioned_once_there_are_some() =>
        Assert.That(
            ProgressLine.Format(Counts, null, null, new SinkActivity(1, 0), 200),
            Is.EqualTo("812 of 1,000 files, 2,345,678 rows, 1 request in flight"));

    [Test]
    public void A_plus_says_that_more_files_may_be_listed() =>
        Assert.That(
            ProgressLine.Format(Counts with { IsListingEnded = false }, null, null, null, 200),
            Is.EqualTo("812 of 1,000+ files, 2,345,678 rows"));

    [Test]
    public void The_line_begins_with_the_listing() =>
        Assert.That(ProgressLine.Format(default, null, null, null, 200), Is.EqualTo("listing files"));

    [Test]
    public void One_file_is_one_file() =>
        Assert.That(
            ProgressLine.Format(new RunCounts(1, 0, IsListingEnded: true, Rows: 1, 0, null), null, null, null, 200),
            Is.EqualTo("0 of 1 file, 1 row"));

    [TestCase(0, "0 s", "0:00")]
    [TestCase(59.9, "59 s", "0:59")]
    [TestCase(60, "1 min 0 s", "1:00")]
    [TestCase(3_599, "59 min 59 s", "59:59")]
    [TestCase(3_600, "1 h 0 min", "1:00:00")]
    [TestCase(4_000_000, "1,111 h 6 min", "1,111:06:40")]
    public void The_time_left_has_two_forms(double seconds, string inWords, string inShort)
    {
        string all = ProgressLine.Format(Counts, null, TimeSpan.FromSeconds(seconds), null, 200);
        string few = ProgressLine.Format(Counts, null, TimeSpan.FromSeconds(seconds), null, all.Length - 1);

        Assert.That((all, few), Is.EqualTo(($"812 of 1,000 files, 2,345,678 rows, {inWords} left", $"812/1,000 files, 2,345,678 rows, {inShort} left")));
    }
}
