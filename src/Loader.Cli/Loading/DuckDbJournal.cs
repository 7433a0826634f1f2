using Loader.Application.Results;
using Loader.Domain;
using Loader.DuckDb;
using Microsoft.Extensions.Logging;

namespace Loader.Cli.Loading;

/// <summary>A journal in the database itself, so that it cannot disagree with the rows: see <see cref="LoadedFile"/>.</summary>
/// <remarks>
/// Results are written while other files are loaded, and those of files that end in the meantime together, so that they share transactions
/// with rows. An entry that a killed process did not write means that its file is loaded again.
/// </remarks>
/// <param name="duckDb">The database.</param>
/// <param name="rules">A hash of the settings that decide what is loaded.</param>
/// <param name="resume">Whether entries of earlier runs count.</param>
/// <param name="logger">Logs entries that cannot be read or written.</param>
internal sealed class DuckDbJournal(DuckDbSink duckDb, string rules, bool resume, ILogger logger) : ResumeJournal
{
    private Task _writing = Task.CompletedTask;

    /// <inheritdoc/>
    public override async Task<JournalEntry?> FindAsync(SourceFile file, CancellationToken cancellationToken)
    {
        if (!resume)
        {
            return null;
        }

        try
        {
            LoadedFile? found = await duckDb.FindFileAsync(NameOf(file), rules, cancellationToken).ConfigureAwait(false);
            if (found is null)
            {
                return null;
            }

            var entry = new JournalEntry(found.Source, found.ETag, found.VersionId, found.Dataset, found.Version, found.RowGroup);
            return entry.IsValid ? entry : null;
        }
        catch (LoadException failure)
        {
            logger.JournalNotRead("the table loader_files", PlainText.Escape(failure.Message));
            return null;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Does not wait. Whatever was added when the write before has ended is written at once.</remarks>
    public override Task FlushAsync()
    {
        _writing = WriteAfterAsync(_writing);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task CloseAsync(LoadStatus status) => WriteAfterAsync(_writing);

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
        await base.FlushAsync().ConfigureAwait(false);
    }
}
