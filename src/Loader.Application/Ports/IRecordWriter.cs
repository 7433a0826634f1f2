using Loader.Domain;

namespace Loader.Application.Ports;

/// <summary>
/// Writes the batches of one load of one file, and holds the state of that load, such as prepared series and retry budgets.
/// </summary>
public interface IRecordWriter : IAsyncDisposable
{
    /// <summary>Gets the destination. Its limits on times hold at the moment of the call.</summary>
    Destination Destination { get; }

    /// <summary>
    /// Writes the rows whose verdict is <see cref="RejectionReason.None"/>, and completes when each of them has an outcome. It is called
    /// concurrently for different row groups; earlier row groups go first. If several rows of the batch have the same series and time, the
    /// one with the highest version is written, or the last one if their versions are equal.
    /// </summary>
    /// <param name="batch">The rows; borrowed for the call.</param>
    /// <param name="cancellationToken">
    /// Cancels requests in flight. Rows without an outcome then count as unsettled, and no exception is thrown.
    /// </param>
    /// <returns>
    /// The outcome. It contains the failures of the destination instead of throwing them: <see cref="WriteOutcome.Failure"/>.
    /// </returns>
    Task<WriteOutcome> WriteAsync(MeasurementBatch batch, CancellationToken cancellationToken);
}
