using Loader.Application.Ports;
using Loader.Application.Results;

namespace Loader.Infrastructure;

/// <summary>Publishes nothing: the reports of a load into a sink of the host's own go where the host wants them.</summary>
internal sealed class NoMetrics : IMetricsPublisher
{
    /// <inheritdoc/>
    public Task PublishAsync(LoadReport report, CancellationToken cancellationToken) => Task.CompletedTask;
}
