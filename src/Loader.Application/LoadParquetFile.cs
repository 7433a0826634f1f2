using System.Diagnostics.CodeAnalysis;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loader.Application;

/// <summary>The use case: moves one Parquet file into the sink and accounts for every row.</summary>
/// <remarks>Safe to share; loads run side by side. Running the same load again is always safe: records carry the version of their source object.</remarks>
/// <param name="source">Where files are read.</param>
/// <param name="sink">Where records are written.</param>
/// <param name="rejectedRows">Where invalid and rejected rows are kept.</param>
/// <param name="metrics">Who is told how loads went.</param>
/// <param name="options">How loads behave.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told twice per file, and of invalid rows that are kept nowhere.</param>
public sealed class LoadParquetFile(
    IParquetSource source,
    IRecordSink sink,
    IRejectedRowStore rejectedRows,
    IMetricsPublisher metrics,
    IOptions<LoadOptions> options,
    TimeProvider time,
    ILogger<LoadParquetFile> logger)
{
    /// <summary>Loads one file.</summary>
    /// <param name="request">What to load and how.</param>
    /// <param name="cancellationToken">
    /// Abandons the load: what is in flight is cancelled. For a clean stop use <see cref="LoadRequest.StopPulling"/>.
    /// </param>
    /// <returns>The report of a load that succeeded. A load that did not never returns, so that it cannot be taken for one that did.</returns>
    /// <exception cref="LoadException">The load failed or was stopped; <see cref="LoadException.Report"/> says what was done.</exception>
    /// <exception cref="LoadCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<LoadReport> LoadAsync(LoadRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);

        using var run = new LoadRun(request, source, sink, rejectedRows, options.Value, time, logger, cancellationToken);
        LoadReport report = Audited(await run.ExecuteAsync().ConfigureAwait(false));
        Ledger ledger = report.Ledger;
        logger.Ended(
            PlainText.Escape(request.File.ToString()), report.Status, ledger.Read, ledger.Written, ledger.Superseded, ledger.Duplicate, ledger.Invalid,
            ledger.Rejected, ledger.Unsettled, (long)report.Elapsed.TotalMilliseconds);
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

    /// <summary>A report that does not balance is a defect, and whoever reads it must not take it for a load that succeeded.</summary>
    private static LoadReport Audited(LoadReport report) =>
        report.Ledger.IsBalanced && (report.Status != LoadStatus.Succeeded || report.Ledger.Unsettled == 0)
            ? report
            : report with
            {
                Status = LoadStatus.Failed,
                Resume = null,
                Failure = new LedgerImbalanceException(
                    $"The outcomes of {PlainText.Escape(report.File.ToString())} do not add up to the rows read: {report.Ledger}. This is a defect of the loader; please report it.",
                    report.Failure),
            };

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A failure to publish never fails a load; it is logged.")]
    private async Task PublishAsync(LoadReport report)
    {
        try
        {
            // Not the caller's token: a load that was abandoned is still told of. The publisher limits its own time.
            await metrics.PublishAsync(report, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            logger.MetricsNotPublished(PlainText.Escape(report.File.ToString()), exception);
        }
    }
}
