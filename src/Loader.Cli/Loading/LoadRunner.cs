using System.Diagnostics.CodeAnalysis;
using Loader.Application;
using Loader.Application.Results;
using Loader.Cli.Output;
using Loader.Domain;
using Loader.Infrastructure.Sources;
using Microsoft.Extensions.Logging;

namespace Loader.Cli.Loading;

/// <summary>Loads the files of all sources, one after the other; the failure of one does not stop the others.</summary>
/// <param name="listing">Finds the files of a source.</param>
/// <param name="load">Loads one file.</param>
/// <param name="done">Says which files an earlier run is done with.</param>
/// <param name="logger">Told of failures that are defects.</param>
internal sealed class LoadRunner(SourceListing listing, LoadParquetFile load, DoneFiles done, ILogger<LoadRunner> logger)
{
    private readonly List<FileResult> _results = [];
    private readonly List<string> _unmatched = [];

    /// <summary>Runs to the end, or until a signal.</summary>
    public async Task<RunResult> RunAsync(RunSettings settings, StopSignals signals, ProgressDisplay display, ResumeJournal journal)
    {
        List<ListedFile> files = await ListAsync(settings.Sources, signals).ConfigureAwait(false);
        int skipped = 0;
        int begun = 0;
        foreach (ListedFile listed in files)
        {
            journal.Flush();
            if (signals.Stop.IsCancellationRequested)
            {
                break;
            }

            begun++;
            if (await done.HasAsync(journal, listed.File, signals.Stop).ConfigureAwait(false))
            {
                skipped++;
                continue;
            }

            display.Begin(listed.File, begun, files.Count);
            FileResult result = await LoadAsync(listed, settings, signals, display, journal).ConfigureAwait(false);
            _results.Add(result);
            display.End(result);
            journal.Add(listed.File, result);
            if (result.Failure is ConfigurationException)
            {
                // Settings are the same for every file: the others would only repeat the message.
                break;
            }
        }

        bool isUndone = begun < files.Count || _results.Exists(result => result.Status == LoadStatus.Incomplete || result.Failure is OperationCanceledException);
        var run = new RunResult
        {
            Files = _results,
            Unmatched = _unmatched,
            Skipped = skipped,
            NotStarted = files.Count - begun,
            WasInterrupted = signals.Stop.IsCancellationRequested && isUndone,
        };
        journal.Close(run.Status);
        return run;
    }

    private async Task<List<ListedFile>> ListAsync(IReadOnlyList<string> sources, StopSignals signals)
    {
        var files = new List<ListedFile>();
        var known = new HashSet<SourceFile>();
        foreach (string source in sources)
        {
            bool isNamed = !SourceListing.IsFolder(source);
            bool isMatched = false;
            try
            {
                await foreach (SourceFile file in listing.ListAsync(source, signals.Stop).ConfigureAwait(false))
                {
                    isMatched = true;
                    if (!known.Add(file))
                    {
                        continue;
                    }

                    if (isNamed && file.IsLocal && !File.Exists(file.Key))
                    {
                        throw new SourceNotFoundException($"{PlainText.Escape(source)} does not exist: there is neither a file nor a folder of that name.") { File = file };
                    }

                    files.Add(new ListedFile(file, isNamed));
                }

                if (!isMatched)
                {
                    _unmatched.Add(source);
                }
            }
            catch (LoadException failure)
            {
                _results.Add(new FileResult(source) { Status = LoadStatus.Failed, Failure = failure, WasNamed = true });
            }
            catch (UnauthorizedAccessException exception)
            {
                var failure = new SourceAccessDeniedException($"{PlainText.Escape(source)} cannot be listed: {PlainText.Escape(exception.Message)}", exception);
                _results.Add(new FileResult(source) { Status = LoadStatus.Failed, Failure = failure, WasNamed = true });
            }
            catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
            {
                break;
            }
        }

        return files;
    }

    private async Task<FileResult> LoadAsync(
        ListedFile listed, RunSettings settings, StopSignals signals, ProgressDisplay display, ResumeJournal journal)
    {
        var request = new LoadRequest(listed.File)
        {
            Dataset = settings.Dataset,
            Version = settings.Version,
            Resume = journal.TokenOf(listed.File),
            StopRequested = signals.Stop,
            Progress = display,
        };
        FileResult result = await LoadAsync(listed, request, signals).ConfigureAwait(false);

        // What was interrupted and has changed since is another file: it is loaded from its beginning.
        return request.Resume is not null && result.Failure is SourceChangedException && result.Ledger.Read == 0
            ? await LoadAsync(listed, request with { Resume = null }, signals).ConfigureAwait(false)
            : result;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A defect that one file brings out must not stop the others; it is told as what it is.")]
    private async Task<FileResult> LoadAsync(ListedFile listed, LoadRequest request, StopSignals signals)
    {
        var result = new FileResult(listed.File.ToString()) { WasNamed = listed.IsNamed };
        try
        {
            return result with { Report = await load.LoadAsync(request, signals.Abandon).ConfigureAwait(false) };
        }
        catch (IncompleteLoadException stopped)
        {
            return result with { Report = stopped.Report, Status = LoadStatus.Incomplete, Failure = signals.Stop.IsCancellationRequested ? null : stopped };
        }
        catch (LoadException failure)
        {
            return result with { Report = failure.Report, Status = LoadStatus.Failed, Failure = failure };
        }
        catch (LoadCanceledException abandoned)
        {
            return result with { Report = abandoned.Report, Status = LoadStatus.Incomplete };
        }
        catch (Exception defect)
        {
            logger.Defect(PlainText.Escape(listed.File.ToString()), defect);
            return result with { Status = LoadStatus.Failed, Failure = defect };
        }
    }

    private readonly record struct ListedFile(SourceFile File, bool IsNamed);
}
