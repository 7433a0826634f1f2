using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Domain;
using Loader.DuckDb;
using Loader.Tests.DuckDb;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.Cli;

/// <summary>When the entries of the journal in a database are written.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class DuckDbJournalTests
{
    private static readonly SourceFile A = SourceFile.InS3("lake", "dataset=generation/a.parquet");
    private static readonly SourceFile B = SourceFile.InS3("lake", "dataset=generation/b.parquet");
    private static readonly SourceFile C = SourceFile.InS3("lake", "dataset=generation/c.parquet");

    [Test]
    public async Task The_first_entry_is_written_at_once_and_the_next_ones_together_after_the_interval()
    {
        using var database = new DuckDbFile();
        using DuckDbSink sink = database.OpenSink();
        var time = new ObservedTime();
        var journal = new DuckDbJournal(sink, "rules", resume: false, time, NullLogger.Instance);

        await EndAsync(journal, A);
        Task waits = time.NextTimerAsync();
        await EndAsync(journal, B);
        await waits;
        await EndAsync(journal, C);
        Assert.That(await FindAsync(sink), Is.EqualTo(new[] { A }));

        // A later entry waits for another interval, which begins after the entries before are written.
        waits = time.NextTimerAsync();
        time.Advance(DuckDbJournal.Interval);
        while (!waits.IsCompleted)
        {
            await EndAsync(journal, A);
        }

        Assert.That(await FindAsync(sink), Is.EqualTo(new[] { A, B, C }));
        await journal.CloseAsync(LoadStatus.Succeeded);
    }

    [Test]
    public async Task Closing_writes_what_waits()
    {
        using var database = new DuckDbFile();
        using DuckDbSink sink = database.OpenSink();
        var time = new ObservedTime();
        var journal = new DuckDbJournal(sink, "rules", resume: false, time, NullLogger.Instance);
        await EndAsync(journal, A);
        Task waits = time.NextTimerAsync();
        await EndAsync(journal, B);
        await waits;

        await journal.CloseAsync(LoadStatus.Failed);

        Assert.That(await FindAsync(sink), Is.EqualTo(new[] { A, B }));
    }

    [Test]
    public async Task Many_files_are_found_with_one_question()
    {
        using var database = new DuckDbFile();
        using DuckDbSink sink = database.OpenSink();
        var written = new DuckDbJournal(sink, "rules", resume: false, TimeProvider.System, NullLogger.Instance);
        await EndAsync(written, C);
        await EndAsync(written, A);
        await written.CloseAsync(LoadStatus.Succeeded);

        var journal = new DuckDbJournal(sink, "rules", resume: true, TimeProvider.System, NullLogger.Instance);
        JournalEntry?[] found = await journal.FindAsync([A, B, C], default);

        Assert.That(found.Select(entry => entry?.File), Is.EqualTo(new[] { A.ToString(), null, C.ToString() }));
    }

    private static async Task EndAsync(DuckDbJournal journal, SourceFile file)
    {
        journal.Add(file, new FileResult(file.Key)
        {
            Status = LoadStatus.Succeeded,
            Report = new LoadReport
            {
                File = file,
                Dataset = DatasetType.Generation,
                ETag = "etag",
                Version = new ObjectVersion(5),
                Destination = new Destination("duckdb", "energy.duckdb", "id", DestinationLimits.None),
            },
        });
        await journal.FlushAsync();
        await Task.Yield();
    }

    private static async Task<SourceFile[]> FindAsync(DuckDbSink sink)
    {
        SourceFile[] files = [A, B, C];
        IReadOnlyDictionary<string, LoadedFile> found = await sink.FindFilesAsync([.. files.Select(file => file.ToString())], "rules", default);
        return [.. files.Where(file => found.ContainsKey(file.ToString()))];
    }

    /// <summary>A clock that stands still, and says when somebody starts to wait.</summary>
    private sealed class ObservedTime : FakeTimeProvider
    {
        private TaskCompletionSource? _timer;

        public Task NextTimerAsync()
        {
            var timer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _timer = timer;
            return timer.Task;
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            _timer?.TrySetResult();
            return timer;
        }
    }
}
