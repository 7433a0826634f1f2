namespace Loader.Application.Results;

/// <summary>The caller abandoned the load; what was in flight was cancelled.</summary>
/// <param name="report">What is known to be done.</param>
/// <param name="cancellationToken">The token that was cancelled.</param>
public sealed class LoadCanceledException(LoadReport report, CancellationToken cancellationToken)
    : OperationCanceledException("The load was abandoned.", cancellationToken)
{
    /// <summary>Gets what is known to be done.</summary>
    public LoadReport Report { get; } = report;
}
