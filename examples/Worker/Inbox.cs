using System.Runtime.CompilerServices;
using Loader.Application;
using Loader.Application.Results;
using Loader.Infrastructure.Sources;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Loader.Examples.Worker;

/// <summary>Loads the files of a folder, several at once, and moves each to a folder that says how its load ended.</summary>
internal sealed partial class Inbox(
    LoadParquetFiles load, SourceListing listing, TimeProvider time, IConfiguration configuration, ILogger<Inbox> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly string _inbox = Path.GetFullPath(configuration["inbox"] ?? "inbox");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Directory.CreateDirectory(_inbox);
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            // A stop lets row groups in flight settle. A load that is stopped is incomplete; its file stays and is loaded again.
            await foreach (LoadResult result in load.LoadAsync(RequestsAsync(stoppingToken), CancellationToken.None))
            {
                LogEnded(logger, result.Report);
                if (result.Status == LoadStatus.Succeeded)
                {
                    Move(result, "done");
                }
                else if (result.Failure is LoadException { IsTransient: false })
                {
                    Move(result, "failed");
                }
            }
        }
        while (!stoppingToken.IsCancellationRequested && await WaitAsync(timer, stoppingToken));
    }

    [LoggerMessage(1, LogLevel.Information, "{Report}")]
    private static partial void LogEnded(ILogger logger, LoadReport? report);

    private static async ValueTask<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async IAsyncEnumerable<LoadRequest> RequestsAsync([EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (SourceEntry entry in listing.ListAsync(_inbox, CancellationToken.None))
        {
            if (stop.IsCancellationRequested)
            {
                yield break;
            }

            // Whoever writes a file renames it into place when it is complete.
            if (entry is { SkippedBecause: null, Failure: null })
            {
                yield return new LoadRequest(entry.File) { StopRequested = stop };
            }
        }
    }

    private void Move(LoadResult result, string folder)
    {
        string from = Path.GetFullPath(result.Request.File.Key);

        // Beside the inbox, with the folders that name the dataset.
        string to = Path.Combine(Path.GetDirectoryName(_inbox)!, folder, Path.GetRelativePath(_inbox, from));
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Move(from, to, overwrite: true);
    }
}
