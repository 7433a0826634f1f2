using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Domain;
using Loader.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loader.Tests.Cli;

[TestFixture]
internal sealed class FileJournalTests
{
    private static readonly SourceFile Finished = SourceFile.InS3("lake", "dataset=generation/a.parquet");
    private static readonly SourceFile Stopped = SourceFile.InS3("lake", "dataset=generation/b.parquet");

    [Test]
    public async Task A_finished_file_is_found()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, "arn#1");

        Assert.That((await FindAsync(folder, "arn#1", Finished))?.Token, Is.Null);
        Assert.That(await FindAsync(folder, "arn#1", Finished), Is.Not.Null);
    }

    [Test]
    public async Task A_stopped_file_is_found_with_its_token()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, "arn#1");

        Assert.That((await FindAsync(folder, "arn#1", Stopped))?.Token, Is.EqualTo(new ResumeToken(3, "etag", "v1", new ObjectVersion(5))));
    }

    [TestCase("arn#2", TestName = "A table that was created again")]
    [TestCase(null, TestName = "A table that is unknown now")]
    public async Task Entries_of_another_destination_do_not_count(string? now)
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, "arn#1");

        Assert.That(await FindAsync(folder, now, Finished), Is.Null);
        Assert.That(await FindAsync(folder, now, Stopped), Is.Null);
    }

    [TestCase("arn#1")]
    [TestCase(null)]
    public async Task Entries_of_an_unknown_destination_do_not_count(string? now)
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, identity: null);

        Assert.That(await FindAsync(folder, now, Finished), Is.Null);
    }

    [Test]
    public async Task Entries_of_version_0_1_do_not_count()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            PathIn(folder),
            """{"file":"s3://lake/dataset=generation/a.parquet","eTag":"etag","dataset":"generation","version":5}""" + "\n");

        Assert.That(await FindAsync(folder, "arn#1", Finished), Is.Null);
    }

    [Test]
    public async Task A_destination_that_cannot_be_asked_makes_no_entry_count()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, "arn#1");
        var sink = new ScriptedSink { InspectFailure = new UnavailableException("no answer") };
        var journal = new FileJournal(PathIn(folder), resume: true, sink, NullLogger.Instance);

        Assert.That(await FindAsync(journal, Finished), Is.Null);
    }

    [Test]
    public async Task Truncated_and_malformed_lines_are_ignored()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, "arn#1");
        string[] lines = File.ReadAllLines(PathIn(folder));
        File.WriteAllText(
            PathIn(folder),
            $"[]\nnull\n{{}}\n{lines[1]}\n{lines[2][..40]}\n" + lines[2].Replace("\"rowGroup\":3", "\"rowGroup\":-3", StringComparison.Ordinal));

        Assert.That(await FindAsync(folder, "arn#1", Finished), Is.Not.Null);
        Assert.That(await FindAsync(folder, "arn#1", Stopped), Is.Null);
    }

    /// <summary>Whatever a killed process left of its last line: whole lines count, the next run appends to them, and nothing else is found.</summary>
    [Test]
    public async Task A_journal_that_is_cut_off_at_any_byte_gives_its_whole_lines_and_can_be_continued()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, "arn#1");
        byte[] whole = File.ReadAllBytes(PathIn(folder));
        int first = whole.AsSpan(1).IndexOf((byte)'\n') + 1;
        var continued = SourceFile.InS3("lake", "dataset=generation/c.parquet");
        var wrong = new List<int>();
        for (int length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(PathIn(folder), whole[..length]);
            var journal = new FileJournal(PathIn(folder), resume: true, SinkWith("arn#1"), NullLogger.Instance);
            journal.Add(continued, new FileResult("c") { Status = LoadStatus.Succeeded, Report = Report(continued, "arn#1") });
            await journal.CloseAsync(LoadStatus.Incomplete);

            bool[] found =
                [await FindAsync(folder, "arn#1", Finished) is not null, await FindAsync(folder, "arn#1", Stopped) is not null, await FindAsync(folder, "arn#1", continued) is not null];
            if (!found.SequenceEqual([length >= first, length >= whole.Length - 1, true]))
            {
                wrong.Add(length);
            }
        }

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public async Task Without_resume_nothing_is_found()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, "arn#1");
        var journal = new FileJournal(PathIn(folder), resume: false, SinkWith("arn#1"), NullLogger.Instance);

        Assert.That(await FindAsync(journal, Finished), Is.Null);
    }

    private static string PathIn(TemporaryFolder folder) => Path.Combine(folder.Path, "resume.jsonl");

    private static ScriptedSink SinkWith(string? identity) => new() { Identity = identity };

    private static Task<JournalEntry?> FindAsync(TemporaryFolder folder, string? identity, SourceFile file) =>
        FindAsync(new FileJournal(PathIn(folder), resume: true, SinkWith(identity), NullLogger.Instance), file);

    private static async Task<JournalEntry?> FindAsync(FileJournal journal, SourceFile file) => (await journal.FindAsync([file], default))[0];

    private static async Task WriteAsync(TemporaryFolder folder, string? identity)
    {
        var journal = new FileJournal(PathIn(folder), resume: false, SinkWith(identity), NullLogger.Instance);
        journal.Add(Finished, new FileResult("a") { Status = LoadStatus.Succeeded, Report = Report(Finished, identity) });
        journal.Add(Stopped, new FileResult("b")
        {
            Status = LoadStatus.Incomplete,
            Report = Report(Stopped, identity) with { Resume = new ResumeToken(3, "etag", "v1", new ObjectVersion(5)) },
        });
        await journal.CloseAsync(LoadStatus.Incomplete);
    }

    private static LoadReport Report(SourceFile file, string? identity) => new()
    {
        File = file,
        Dataset = DatasetType.Generation,
        ETag = "etag",
        Version = new ObjectVersion(5),
        Destination = new Destination("scripted", "scripted", identity, DestinationLimits.None),
    };
}
