using Loader.Domain;

namespace Loader.Application.Ports;

/// <summary>Writes the batches of one load of one file. Holds what belongs to that load: prepared series, retry budgets.</summary>
public interface IRecordWriter : IAsyncDisposable
{
    /// <summary>Gets what the destination is known to take.</summary>
    DestinationLimits Limits { get; }

    /// <summary>
    /// Writes the rows whose verdict is <see cref="RejectionReason.None"/>, and completes when each of them has an outcome. Called concurrently for different
    /// row groups; earlier row groups go first. Of several rows with one series and time in the batch the last is written, or that with the highest version.
    /// </summary>
    /// <param name="batch">The rows; borrowed for the call.</param>
    /// <param name="cancellationToken">Abandons what is in flight. Rows without an outcome are then counted as unsettled; nothing is thrown for it.</param>
    /// <returns>The outcome. Failures of the destination are in it and not thrown: <see cref="WriteOutcome.Failure"/>.</returns>
    Task<WriteOutcome> WriteAsync(MeasurementBatch batch, CancellationToken cancellationToken);
}
