using Loader.Application.Results;
using Loader.Domain;
using Loader.DuckDb;
using Microsoft.Extensions.Logging;

namespace Loader.Cli.Loading;

/// <summary>A journal in the database itself, so that it cannot disagree with the rows: see <see cref="LoadedFile"/>.</summary>
/// <remarks>
/// Entries are written while other files are loaded, at most once in <see cref="Interval"/>: a transaction that writes entries costs as
/// much as one that writes the rows of several small files. An entry that a killed process did not write means that its file is loaded
/// again.
/// </remarks>
/// <param name="duckDb">The database.</param>
/// <param name="rules">A hash of the settings that decide what is loaded.</param>
/// <param name="resume">Whether entries of earlier runs count.</param>
/// <param name="time">Measures the interval.</param>
/// <param name="logger">Logs entries that cannot be read or written.</param>
internal sealed class DuckDbJournal(DuckDbSink duckDb, string rules, bool resume, TimeProvider time, ILogger logger) : ResumeJournal
{
    /// <summary>The shortest time between two writes, except for the last one.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _writing = Task.CompletedTask;
    private long? _lastWrite;
    private int _isWriteDue;

    /// <inheritdoc/>
    public override async Task<JournalEntry?[]> FindAsync(IReadOnlyList<SourceFile> files, CancellationToken cancellationToken)
    {
        var entries = new JournalEntry?[files.Count];
        if (!resume)
        {
            return entries;
        }

        try
        {
            string[] names = [.. files.Select(NameOf)];
            IReadOnlyDictionary<string, LoadedFile> found =
                await duckDb.FindFilesAsync(names, rules, cancellationToken).ConfigureAwait(false);
            for (int index = 0; index < names.Length; index++)
            {
                if (found.TryGetValue(names[index], out LoadedFile? file))
                {
                    var entry = new JournalEntry(file.Source, file.ETag, file.VersionId, file.Dataset, file.Version, file.RowGroup);
                    entries[index] = entry.IsValid ? entry : null;
                }
            }
        }
        catch (LoadException failure)
        {
            logger.JournalNotRead("the table loader_files", PlainText.Escape(failure.Message));
        }

        return entries;
    }

    /// <inheritdoc/>
    /// <remarks>Does not wait. A write that is due already takes the new entries too.</remarks>
    public override Task FlushAsync()
    {
        if (Interlocked.Exchange(ref _isWriteDue, 1) == 0)
        {
            _writing = WriteAfterAsync(_writing);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task CloseAsync(LoadStatus status)
    {
        _closing.TrySetResult();
        return WriteAfterAsync(_writing);
    }

    /// <inheritdoc/>
    protected override async Task<bool> TryWriteAsync(IReadOnlyList<JournalEntry> entries)
    {
        try
        {
            await duckDb.RecordFilesAsync(
                [.. entries.Select(entry => new LoadedFile(
                    entry.File, rules, entry.Dataset, entry.ETag, entry.VersionId, entry.Version, entry.RowGroup))],
                CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (LoadException failure)
        {
            logger.JournalNotWritten("the table loader_files", PlainText.Escape(failure.Message));
            return false;
        }
    }

    private async Task WriteAfterAsync(Task earlier)
    {
        await earlier.ConfigureAwait(false);
        if (_lastWrite is { } last && Interval - time.GetElapsedTime(last) is var left && left > TimeSpan.Zero)
        {
            await Task.WhenAny(Task.Delay(left, time), _closing.Task).ConfigureAwait(false);
        }

        // What is added from here on may miss this write, so it makes another one due.
        Volatile.Write(ref _isWriteDue, 0);
        await base.FlushAsync().ConfigureAwait(false);
        _lastWrite = time.GetTimestamp();
    }
}
