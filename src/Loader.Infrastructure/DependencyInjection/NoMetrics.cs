using Loader.Application.Ports;
using Loader.Application.Results;

namespace Loader.Infrastructure.DependencyInjection;

/// <summary>Publishes nothing.</summary>
internal sealed class NoMetrics : IMetricsPublisher
{
    /// <inheritdoc/>
    public Task PublishAsync(LoadReport report, CancellationToken cancellationToken) => Task.CompletedTask;
}
