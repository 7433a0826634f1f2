using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Quality;
using Loader.Application.Results;
using Loader.Cli.Hosting;
using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.Sources;
using Microsoft.Extensions.Logging;

namespace Loader.Cli.Loading;

/// <summary>
/// Loads the files of all sources, several at once, while the sources are still being listed. The failure of one file does not stop the
/// others.
/// </summary>
/// <param name="listing">Lists the files of a source.</param>
/// <param name="load">Loads the files.</param>
/// <param name="mappingProvider">Knows the mappings of the files.</param>
/// <param name="metrics">Publishes what was found in the series.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs unexpected exceptions.</param>
internal sealed class SourceLoader(
    SourceListing listing,
    LoadParquetFiles load,
    MappingProvider mappingProvider,
    IMetricsPublisher metrics,
    TimeProvider time,
    ILogger<SourceLoader> logger)
{
    /// <summary>Loads all files, or stops at a signal.</summary>
    /// <param name="settings">The sources, and how to load them.</param>
    /// <param name="signals">The stop signals.</param>
    /// <param name="progress">Counts what is done.</param>
    /// <param name="journal">Knows what earlier runs loaded, and receives what this one loads.</param>
    /// <param name="added">Receives the result of each file when it ends, or <see langword="null"/>.</param>
    public async Task<LoadSummary> LoadAsync(
        LoadSettings settings, StopSignals signals, RunProgress progress, ResumeJournal journal, Action<FileResult>? added)
    {
        long started = time.GetTimestamp();
        SourceMappings mappings = await mappingProvider.GetAsync(signals.Stop).ConfigureAwait(false);
        var results = new FileResults(added, settings.ReportPath is null ? FileResults.MaxSucceeded : FileResults.MaxOthers);
        QualityJudge? judge = settings.JudgesQuality ? new QualityJudge(time) : null;
        var listed = new ListedFiles(listing, settings.Sources, settings.Filter, settings.Input);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals.Stop);
        var pages = Channel.CreateBounded<ListedFile?[]>(1);
        Task listingAll = ListAsync(listed, results, progress, pages.Writer, stop.Token);
        int ended = 0;
        int alreadyLoaded = 0;
        try
        {
            IAsyncEnumerable<LoadRequest> requests =
                RequestAsync(pages.Reader, settings, mappings, judge, signals, progress, journal, stop.Token);
            await foreach (LoadResult loaded in load.LoadAsync(requests, signals.Abandon).ConfigureAwait(false))
            {
                if (loaded.Failure is ConfigurationException && stop.IsCancellationRequested && !signals.Stop.IsCancellationRequested)
                {
                    // Another file has failed with the same message.
                    continue;
                }

                ended++;
                var fileProgress = (RunProgress.FileProgress)loaded.Request.Progress!;
                ListedFile file = fileProgress.File;
                FileResult result = await ConcludeAsync(file, loaded, signals).ConfigureAwait(false);
                progress.End(fileProgress, isLoaded: result.Status == LoadStatus.Succeeded);
                if (result.Report?.SkippedBecause == SkipReason.AlreadyLoaded)
                {
                    alreadyLoaded++;
                    continue;
                }

                if (result.Report?.SkippedBecause is { } reason)
                {
                    listed.Skipped.Add(reason);
                    continue;
                }

                results.Add(result);
                journal.Add(file.File, result);
                await journal.FlushAsync().ConfigureAwait(false);
                if (result.Failure is ConfigurationException)
                {
                    // The settings are the same for every file, so the other files would fail with the same message.
                    await stop.CancelAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (signals.Abandon.IsCancellationRequested)
        {
            // Every load that was begun has a result, and the others count as not started.
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await listingAll.ConfigureAwait(false);
        }

        int notStarted = listed.Found - ended;
        bool isUnfinished = listed.WasStopped || notStarted > 0 || results.Totals.Count(LoadStatus.Incomplete) > 0
            || results.Failures.Any(result => result.Failure is OperationCanceledException);
        var summary = new LoadSummary
        {
            Files = results,
            EmptySources = listed.EmptySources,
            Skipped = alreadyLoaded,
            SkippedByReason = listed.Skipped,
            NotStarted = notStarted,
            WasInterrupted = signals.Stop.IsCancellationRequested && isUnfinished,
            Quality = judge?.Conclude(),
            Elapsed = time.GetElapsedTime(started),
        };
        await journal.CloseAsync(summary.Status).ConfigureAwait(false);
        if (summary.Quality is { } quality)
        {
            await PublishAsync(quality).ConfigureAwait(false);
        }

        return summary;
    }

    /// <summary>Lists one page ahead of the loads.</summary>
    private static async Task ListAsync(
        ListedFiles listed, FileResults results, RunProgress progress, ChannelWriter<ListedFile?[]> pages, CancellationToken stop)
    {
        // The walk of a folder on disk never waits, so it needs a thread of its own.
        await Task.Yield();
        try
        {
            await foreach (ListedFile?[] page in listed.ListAsync(results.Add, stop).Chunk(listed.PageSize).ConfigureAwait(false))
            {
                progress.AddListed([.. page.OfType<ListedFile>()]);
                await pages.WriteAsync(page, stop).ConfigureAwait(false);
            }

            if (!listed.WasStopped)
            {
                progress.EndListing();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The listed files count as not started.
        }
        finally
        {
            pages.Complete();
        }
    }

    private static async IAsyncEnumerable<LoadRequest> RequestAsync(
        ChannelReader<ListedFile?[]> pages,
        LoadSettings settings,
        SourceMappings mappings,
        QualityJudge? judge,
        StopSignals signals,
        RunProgress progress,
        ResumeJournal journal,
        [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (ListedFile?[] page in pages.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            ListedFile[] files = [.. page.OfType<ListedFile>()];
            JournalEntry?[] entries = await FindEntriesAsync(files, journal, stop).ConfigureAwait(false);
            foreach ((ListedFile next, JournalEntry? known) in files.Zip(entries))
            {
                if (stop.IsCancellationRequested)
                {
                    yield break;
                }

                yield return new LoadRequest(next.File)
                {
                    Dataset = settings.Dataset,
                    Version = settings.Version,
                    Resume = known?.Token is { } token
                        ? token with { MappingSha256 = mappings.FindIdentity(next.File)?.Sha256 }
                        : null,
                    TimeRange = settings.TimeRange,
                    Quality = judge,

                    // A file that changed after its load was interrupted is another file.
                    RestartsIfChanged = true,
                    LoadedETag = known is { Token: null } ? known.ETag : null,
                    IsReplay = settings.IsReplay,
                    IsListed = !next.IsNamed,
                    StopRequested = signals.Stop,
                    Progress = progress.Begin(next),
                };
            }
        }
    }

    /// <summary>
    /// Finds what an earlier run left of the files of a page. A stop signal during the search means that nothing is known.
    /// </summary>
    private static async Task<JournalEntry?[]> FindEntriesAsync(
        ListedFile[] files, ResumeJournal journal, CancellationToken cancellationToken)
    {
        try
        {
            return await journal.FindAsync([.. files.Select(file => file.File)], cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new JournalEntry?[files.Length];
        }
    }

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "A failure to publish is logged and never fails a run.")]
    private async Task PublishAsync(QualityReport quality)
    {
        try
        {
            // The counts are sent when the services are disposed, also after a stop signal.
            await metrics.PublishFindingsAsync(quality, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            logger.FindingsNotPublished(exception);
        }
    }

    private async Task<FileResult> ConcludeAsync(ListedFile file, LoadResult loaded, StopSignals signals)
    {
        var result = new FileResult(file.File.ToString())
        {
            Number = file.Number,
            Bytes = file.Bytes,
            WasNamed = file.IsNamed,
            Report = loaded.Report,
            Status = loaded.Status,
        };
        switch (loaded.Failure)
        {
            case null:
                return result;
            case IncompleteLoadException stopped:
                return result with
                {
                    Status = LoadStatus.Incomplete,
                    Failure = signals.Stop.IsCancellationRequested ? null : stopped,
                };
            case LoadException failure:
                LoadException shown = file.IsNamed ? await listing.ExplainAsync(failure, signals.Stop).ConfigureAwait(false) : failure;
                return result with { Status = LoadStatus.Failed, Failure = shown };
            case LoadCanceledException:
                return result with { Status = LoadStatus.Incomplete };
            default:
                logger.UnexpectedException(PlainText.Escape(file.File.ToString()), loaded.Failure);
                return result with { Status = LoadStatus.Failed, Failure = loaded.Failure };
        }
    }
}
