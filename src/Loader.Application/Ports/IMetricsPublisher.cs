using Loader.Application.Results;

namespace Loader.Application.Ports;

/// <summary>Tells how loads went.</summary>
public interface IMetricsPublisher
{
    /// <summary>Publishes one report. Called once per load, also after a failure; a failure to publish is logged by the caller and fails nothing.</summary>
    /// <param name="report">The report.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the metrics are handed over.</returns>
    Task PublishAsync(LoadReport report, CancellationToken cancellationToken);
}
