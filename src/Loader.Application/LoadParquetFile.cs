using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Application.Telemetry;
using Loader.Domain;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loader.Application;

/// <summary>Loads one Parquet file into the sink and accounts for every row.</summary>
/// <remarks>
/// Thread-safe; loads can run side by side and share one memory limit. <see cref="LoadParquetFiles"/> loads many files. Running the same
/// load again is always safe, because records carry the version of their source
/// object.
/// </remarks>
/// <param name="source">Opens the files.</param>
/// <param name="sink">Writes the records.</param>
/// <param name="rejectedRows">Keeps invalid and rejected rows.</param>
/// <param name="metrics">Publishes the report of every load that is not skipped.</param>
/// <param name="options">The options of all loads.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs two entries a file, ambiguous times, and invalid rows if they are not kept.</param>
public sealed class LoadParquetFile(
    IParquetSource source,
    IRecordSink sink,
    IRejectedRowStore rejectedRows,
    IMetricsPublisher metrics,
    IOptions<LoadOptions> options,
    TimeProvider time,
    ILogger<LoadParquetFile> logger)
{
    private readonly Lazy<LoadMemory> _memory = new(() => LoadMemory.From(options.Value));

    /// <summary>Loads one file.</summary>
    /// <param name="request">What to load and how.</param>
    /// <param name="cancellationToken">
    /// Cancels the load at once, including row groups in flight. To stop cleanly, use <see cref="LoadRequest.StopRequested"/>.
    /// </param>
    /// <returns>The report. Returns only if the load succeeded or the file was skipped; every other result throws.</returns>
    /// <exception cref="LoadException">The load failed or was stopped; <see cref="LoadException.Report"/> says what was done.</exception>
    /// <exception cref="LoadCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<LoadReport> LoadAsync(LoadRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);

        using Activity? span = LoadTelemetry.StartLoad(request.File);
        using var run = new LoadRun(
            request, source, sink, rejectedRows, options.Value, _memory.Value, time, logger, cancellationToken);
        LoadReport report = await run.ExecuteAsync().ConfigureAwait(false);
        LoadTelemetry.EndLoad(span, report);
        logger.Ended(report);
        if (report.AmbiguousTimes > 0)
        {
            logger.AmbiguousTimes(PlainText.Escape(report.File.ToString()), report.AmbiguousTimes);
        }

        if (report.Status == LoadStatus.Skipped)
        {
            // No load took place, and its zeros would lower the averages.
            return report;
        }

        await PublishAsync(report).ConfigureAwait(false);
        if (report.Status == LoadStatus.Succeeded)
        {
            return report;
        }

        if (report.Failure is not { } failure)
        {
            throw new LoadCanceledException(report, cancellationToken);
        }

        failure.Report = report;
        throw failure;
    }

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "A failure to publish is logged and never fails a load.")]
    private async Task PublishAsync(LoadReport report)
    {
        try
        {
            // The caller's token is not passed on, so that a cancelled load is published too. The publisher limits its own time.
            await metrics.PublishAsync(report, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            logger.MetricsNotPublished(PlainText.Escape(report.File.ToString()), exception);
        }
    }
}
