using System.Collections.Concurrent;
using Loader.Application.Ports;
using Loader.Application.Quality;
using Loader.Application.Results;

namespace Loader.Testing;

/// <summary>Records the reports of loads instead of publishing them.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class RecordingMetrics : IMetricsPublisher
{
    private readonly ConcurrentQueue<LoadReport> _reports = new();
    private readonly ConcurrentQueue<QualityReport> _findings = new();
    private int _flushes;

    /// <summary>Gets the reports so far, in the order in which loads ended.</summary>
    public IReadOnlyList<LoadReport> Reports => [.. _reports];

    /// <summary>Gets what was found in series so far.</summary>
    public IReadOnlyList<QualityReport> Findings => [.. _findings];

    /// <summary>Gets how often what was taken had to be sent.</summary>
    public int Flushes => Volatile.Read(ref _flushes);

    /// <inheritdoc/>
    public Task PublishAsync(LoadReport report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        _reports.Enqueue(report);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task PublishFindingsAsync(QualityReport report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        _findings.Enqueue(report);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _flushes);
        return Task.CompletedTask;
    }
}
