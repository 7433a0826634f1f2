using Loader.Application.Quality;
using Loader.Application.Results;

namespace Loader.Application.Ports;

/// <summary>Publishes metrics about loads.</summary>
public interface IMetricsPublisher
{
    /// <summary>
    /// Takes the report of a load for publishing. It is called once a load, also after a failure, but not for a skipped file. The caller
    /// logs exceptions and ignores them otherwise. A load waits for it, so an implementation may return at once and send the metrics of
    /// several loads together later.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when the report is taken.</returns>
    Task PublishAsync(LoadReport report, CancellationToken cancellationToken);

    /// <summary>
    /// Takes what was found in the series of a run, once a run that judged them. The caller logs exceptions and ignores them otherwise. An
    /// implementation that does not publish findings need not implement it.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when the report is taken.</returns>
    Task PublishFindingsAsync(QualityReport report, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Sends what was taken and is not sent yet. It is called where the process may be stopped or frozen next. An implementation logs its
    /// failures and does not throw them; one that sends at once need not implement it.
    /// </summary>
    /// <param name="cancellationToken">Ends the attempt. What is not sent is kept for the next one.</param>
    /// <returns>A task that completes when the attempt has ended.</returns>
    Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
