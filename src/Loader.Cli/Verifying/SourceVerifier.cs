using System.Diagnostics.CodeAnalysis;
using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Domain;
using Loader.Infrastructure.Sources;
using Microsoft.Extensions.Logging;

namespace Loader.Cli.Verifying;

/// <summary>Verifies the files of all sources, one after another. The failure of one file does not stop the others.</summary>
/// <param name="listing">Lists the files of a source.</param>
/// <param name="verifier">Verifies one file.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs unexpected exceptions.</param>
internal sealed class SourceVerifier(SourceListing listing, FileVerifier verifier, TimeProvider time, ILogger logger)
{
    /// <summary>Verifies all files, or stops at a signal.</summary>
    /// <param name="settings">The sources, and what is left out of them.</param>
    /// <param name="progress">Counts what is done.</param>
    /// <param name="added">Receives the result of each file.</param>
    /// <param name="stop">Stops the run.</param>
    public async Task<VerifySummary> VerifyAsync(
        LoadSettings settings, RunProgress progress, Action<FileVerification> added, CancellationToken stop)
    {
        long begun = time.GetTimestamp();
        var summary = new VerifySummary();
        var listed = new ListedFiles(listing, settings.Sources, settings.Filter, settings.Input);
        long started = 0;
        bool isSettingsFailure = false;
        await foreach (ListedFile?[] page in listed.ListAsync(AddUnlisted, stop).Chunk(listed.PageSize).ConfigureAwait(false))
        {
            progress.AddListed([.. page.OfType<ListedFile>()]);
            if (page.Length < listed.PageSize)
            {
                progress.EndListing();
            }

            foreach (ListedFile file in page.OfType<ListedFile>())
            {
                if (stop.IsCancellationRequested)
                {
                    break;
                }

                started++;
                RunProgress.FileProgress fileProgress = progress.Begin(file);
                FileVerification result = await VerifyAsync(file, fileProgress, stop).ConfigureAwait(false);
                progress.End(fileProgress, isLoaded: result.Failure is null);
                if (result.SkippedBecause is { } reason)
                {
                    listed.Skipped.Add(reason);
                    continue;
                }

                Add(result);
                if (result.Failure is ConfigurationException)
                {
                    // The settings are the same for every file, so the other files would fail with the same message.
                    isSettingsFailure = true;
                    break;
                }
            }

            if (isSettingsFailure || stop.IsCancellationRequested)
            {
                break;
            }
        }

        summary.End(listed, started, stop.IsCancellationRequested, time.GetElapsedTime(begun));
        return summary;

        void AddUnlisted(FileResult failed) => Add(new FileVerification(failed.Name)
        {
            Status = VerifyStatus.Failed,
            Failure = failed.Failure,
            WasNamed = failed.WasNamed,
        });

        void Add(FileVerification result)
        {
            summary.Add(result);
            added(result);
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "A defect that one file reveals is part of its result and does not stop the others.")]
    private async Task<FileVerification> VerifyAsync(ListedFile file, RunProgress.FileProgress progress, CancellationToken stop)
    {
        try
        {
            FileVerification result = await verifier.VerifyAsync(file, progress, stop).ConfigureAwait(false);
            return result.Failure is LoadException failure && file.IsNamed
                ? result with { Failure = await listing.ExplainAsync(failure, stop).ConfigureAwait(false) }
                : result;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new FileVerification(file.File.ToString())
            {
                Number = file.Number,
                WasNamed = file.IsNamed,
                Status = VerifyStatus.Incomplete,
            };
        }
        catch (Exception unexpected)
        {
            logger.UnexpectedException(PlainText.Escape(file.File.ToString()), unexpected);
            return new FileVerification(file.File.ToString())
            {
                Number = file.Number,
                WasNamed = file.IsNamed,
                Status = VerifyStatus.Failed,
                Failure = unexpected,
            };
        }
    }
}
