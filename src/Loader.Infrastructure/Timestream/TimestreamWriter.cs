using Loader.Application.Ports;
using Loader.Domain;

namespace Loader.Infrastructure.Timestream;

/// <summary>Writes the batches of one load of one file to one table.</summary>
/// <param name="session">What all loads share.</param>
/// <param name="table">The table.</param>
/// <param name="description">What is known of it.</param>
/// <param name="timeProvider">The time.</param>
internal sealed class TimestreamWriter(TimestreamSession session, TableName table, TableDescription description, TimeProvider timeProvider) : IRecordWriter
{
    private readonly SeriesTable _series = new();
    private readonly LoadFate _fate = new();

    /// <inheritdoc/>
    /// <remarks>The bounds of time move on: they are those of the moment at which they are asked for.</remarks>
    public DestinationLimits Limits
    {
        get
        {
            DateTimeOffset now = timeProvider.GetUtcNow();
            return new DestinationLimits
            {
                MaxDimensionBytes = RecordLayout.MaxDimensionBytes,
                Earliest = now - description.Retention,
                Latest = now + RecordLayout.FutureWindow,
            };
        }
    }

    /// <inheritdoc/>
    public async Task<WriteOutcome> WriteAsync(MeasurementBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using WritePlan plan = WritePlan.Make(batch, _series);
        WriteOutcome outcome = await new BatchWrite(session, _fate, table, plan).RunAsync(cancellationToken).ConfigureAwait(false);
        session.Logger.BatchWritten(batch.RowGroup, outcome.Written, batch.Count, outcome.Effort.Requests);
        return outcome;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
