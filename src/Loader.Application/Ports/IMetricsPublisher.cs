using Loader.Application.Results;

namespace Loader.Application.Ports;

/// <summary>Publishes metrics about loads.</summary>
public interface IMetricsPublisher
{
    /// <summary>
    /// Publishes the report of a load. It is called once a load, also after a failure; the caller logs exceptions and ignores them
    /// otherwise.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when the metrics were sent.</returns>
    Task PublishAsync(LoadReport report, CancellationToken cancellationToken);
}
