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
    public async Task The_first_entry_is_written_at_once()
    {
        using var rig = new Rig();

        await rig.EndFirstAndMakeSecondWaitAsync();

        Assert.That(await FindAsync(rig.Sink), Is.EqualTo(new[] { A }));
        await rig.Journal.CloseAsync(LoadStatus.Succeeded);
    }

    [Test]
    public async Task Further_entries_are_written_together_after_the_interval()
    {
        using var rig = new Rig();
        await rig.EndFirstAndMakeSecondWaitAsync();
        await EndAsync(rig.Journal, C);

        // A later entry waits for another interval, which begins after the entries before are written.
        Task waits = rig.Time.NextTimerAsync();
        rig.Time.Advance(DuckDbJournal.Interval);
        while (!waits.IsCompleted)
        {
            await EndAsync(rig.Journal, A);
        }

        Assert.That(await FindAsync(rig.Sink), Is.EqualTo(new[] { A, B, C }));
        await rig.Journal.CloseAsync(LoadStatus.Succeeded);
    }

    [Test]
    public async Task Closing_writes_what_waits()
    {
        using var rig = new Rig();
        await rig.EndFirstAndMakeSecondWaitAsync();

        await rig.Journal.CloseAsync(LoadStatus.Failed);

        Assert.That(await FindAsync(rig.Sink), Is.EqualTo(new[] { A, B }));
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

    /// <summary>A journal in a database of its own, with a clock that stands still.</summary>
    private sealed class Rig : IDisposable
    {
        private readonly DuckDbFile _database = new();

        public Rig()
        {
            Sink = _database.OpenSink();
            Journal = new DuckDbJournal(Sink, "rules", resume: false, Time, NullLogger.Instance);
        }

        public ObservedTime Time { get; } = new();

        public DuckDbSink Sink { get; }

        public DuckDbJournal Journal { get; }

        /// <summary>Ends A, whose entry is then written, and B, whose entry then waits for the interval.</summary>
        public async Task EndFirstAndMakeSecondWaitAsync()
        {
            await EndAsync(Journal, A);
            Task waits = Time.NextTimerAsync();
            await EndAsync(Journal, B);
            await waits;
        }

        public void Dispose()
        {
            Sink.Dispose();
            _database.Dispose();
        }
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
