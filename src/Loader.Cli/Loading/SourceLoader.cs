using System.Diagnostics.CodeAnalysis;
using Loader.Application;
using Loader.Application.Results;
using Loader.Cli.Hosting;
using Loader.Domain;
using Loader.Infrastructure.Sources;
using Microsoft.Extensions.Logging;

namespace Loader.Cli.Loading;

/// <summary>Loads the files of all sources, one after the other. The failure of one file does not stop the others.</summary>
/// <param name="listing">Lists the files of a source.</param>
/// <param name="load">Loads one file.</param>
/// <param name="logger">Logs unexpected exceptions.</param>
internal sealed class SourceLoader(SourceListing listing, LoadParquetFile load, ILogger<SourceLoader> logger)
{
    /// <summary>Loads all files, or stops at a signal.</summary>
    public async Task<LoadSummary> LoadAsync(
        LoadSettings settings, StopSignals signals, IProgress<FileProgress> progress, ResumeJournal journal)
    {
        ListedFiles listed = await ListedFiles.ListAsync(listing, settings.Sources, signals.Stop).ConfigureAwait(false);
        List<FileResult> results = [.. listed.Failures];
        int skipped = 0;
        int started = 0;
        foreach (ListedFile next in listed.Files)
        {
            await journal.FlushAsync().ConfigureAwait(false);
            if (signals.Stop.IsCancellationRequested)
            {
                break;
            }

            started++;
            JournalEntry? entry = await FindEntryAsync(next.File, journal, signals.Stop).ConfigureAwait(false);
            progress.Report(new FileStarted(next.File, started, listed.Files.Count));
            FileResult result = await LoadAsync(next, settings, signals, progress, entry).ConfigureAwait(false);
            if (result.Report?.SkippedBecause == SkipReason.AlreadyLoaded)
            {
                skipped++;
                continue;
            }

            progress.Report(new FileEnded(result));
            if (result.Report?.SkippedBecause is { } reason)
            {
                listed.Skipped.Add(reason);
                continue;
            }

            results.Add(result);
            journal.Add(next.File, result);
            if (result.Failure is ConfigurationException)
            {
                // The settings are the same for every file, so the other files would fail with the same message.
                break;
            }
        }

        int notStarted = listed.Files.Count - started;
        bool isUnfinished = listed.WasStopped || notStarted > 0
            || results.Exists(result => result.Status == LoadStatus.Incomplete || result.Failure is OperationCanceledException);
        var summary = new LoadSummary
        {
            Files = results,
            EmptySources = listed.EmptySources,
            Skipped = skipped,
            SkippedByReason = listed.Skipped,
            NotStarted = notStarted,
            WasInterrupted = signals.Stop.IsCancellationRequested && isUnfinished,
        };
        await journal.CloseAsync(summary.Status).ConfigureAwait(false);
        return summary;
    }

    /// <summary>Finds what an earlier run left of a file. A stop signal during the search means that nothing is known.</summary>
    private static async Task<JournalEntry?> FindEntryAsync(SourceFile file, ResumeJournal journal, CancellationToken cancellationToken)
    {
        try
        {
            return await journal.FindAsync(file, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private Task<FileResult> LoadAsync(
        ListedFile file, LoadSettings settings, StopSignals signals, IProgress<FileProgress> progress, JournalEntry? entry) => LoadAsync(
        file,
        new LoadRequest(file.File)
        {
            Dataset = settings.Dataset,
            Version = settings.Version,
            Resume = entry?.Token,

            // A file that changed after its load was interrupted is another file.
            RestartsIfChanged = true,
            LoadedETag = entry is { Token: null } ? entry.ETag : null,
            IsReplay = settings.IsReplay,
            IsListed = !file.IsNamed,
            StopRequested = signals.Stop,
            Progress = new RowProgress(progress),
        },
        signals);

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "A bug that one file reveals must not stop the others; it is reported as a bug.")]
    private async Task<FileResult> LoadAsync(ListedFile file, LoadRequest request, StopSignals signals)
    {
        var result = new FileResult(file.File.ToString()) { WasNamed = file.IsNamed };
        try
        {
            LoadReport report = await load.LoadAsync(request, signals.Abandon).ConfigureAwait(false);
            return result with { Report = report, Status = report.Status };
        }
        catch (IncompleteLoadException stopped)
        {
            return result with
            {
                Report = stopped.Report,
                Status = LoadStatus.Incomplete,
                Failure = signals.Stop.IsCancellationRequested ? null : stopped,
            };
        }
        catch (LoadException failure)
        {
            LoadException shown = file.IsNamed ? await listing.ExplainAsync(failure, signals.Stop).ConfigureAwait(false) : failure;
            return result with { Report = failure.Report, Status = LoadStatus.Failed, Failure = shown };
        }
        catch (LoadCanceledException abandoned)
        {
            return result with { Report = abandoned.Report, Status = LoadStatus.Incomplete };
        }
        catch (Exception unexpected)
        {
            logger.UnexpectedException(PlainText.Escape(file.File.ToString()), unexpected);
            return result with { Status = LoadStatus.Failed, Failure = unexpected };
        }
    }

    /// <summary>
    /// Forwards the progress of one load on the thread that reports it; <see cref="Progress{T}"/> would post it to another.
    /// </summary>
    private sealed class RowProgress(IProgress<FileProgress> progress) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => progress.Report(new FileAdvanced(value.RowsSettled, value.RowsTotal));
    }
}
