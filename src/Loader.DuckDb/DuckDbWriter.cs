using Loader.Application.Ports;
using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>Writes the batches of one load. They may share transactions with those of other loads.</summary>
/// <param name="queue">Writes the batches.</param>
/// <param name="path">The path of the database, for messages.</param>
/// <param name="table">The table to write to.</param>
/// <param name="destination">The destination that <paramref name="table"/> is.</param>
/// <param name="failed">Called after a write that failed.</param>
internal sealed class DuckDbWriter(WriteQueue queue, string path, DatasetTable table, Destination destination, Action failed)
    : IRecordWriter
{
    private readonly SeriesTexts _texts = new();

    /// <inheritdoc/>
    public Destination Destination { get; } = destination;

    /// <inheritdoc/>
    public async Task<WriteOutcome> WriteAsync(MeasurementBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var work = new PendingBatch(path, table, batch, _texts, cancellationToken);
        await queue.WriteAsync(work).ConfigureAwait(false);
        WriteOutcome outcome = await work.Outcome.ConfigureAwait(false);
        if (outcome.Failure is not null)
        {
            failed();
        }

        return outcome;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _texts.Dispose();
        return ValueTask.CompletedTask;
    }
}
