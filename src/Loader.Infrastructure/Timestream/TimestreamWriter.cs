using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Timestream.Encoding;
using Loader.Infrastructure.Timestream.Planning;
using Loader.Infrastructure.Timestream.Sending;
using Loader.Infrastructure.Timestream.Tables;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.Timestream;

/// <summary>Writes the batches of one load of one file to one table.</summary>
/// <param name="batches">Sends batches; shared by all loads.</param>
/// <param name="table">The table.</param>
/// <param name="description">The description of the table.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed partial class TimestreamWriter(
    BatchSender batches, TableName table, TableDescription description, TimeProvider timeProvider) : IRecordWriter
{
    /// <summary>
    /// How far in the future a record's time may be: https://docs.aws.amazon.com/timestream/latest/developerguide/ts-limits.html.
    /// </summary>
    private static readonly TimeSpan MaxFuture = TimeSpan.FromMinutes(15);

    private readonly SeriesTable _series = new();
    private readonly LoadAbortState _abortState = new(table, (error, counts) => TimestreamErrors.ToException(error, table, counts));

    /// <inheritdoc/>
    /// <remarks>The time limits are relative to the current time.</remarks>
    public DestinationLimits Limits
    {
        get
        {
            DateTimeOffset now = timeProvider.GetUtcNow();
            return new DestinationLimits
            {
                MaxDimensionBytes = RecordMetering.MaxDimensionBytes,
                Earliest = now - description.Retention,
                Latest = now + MaxFuture,
            };
        }
    }

    /// <inheritdoc/>
    public async Task<WriteOutcome> WriteAsync(MeasurementBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using WritePlan plan = WritePlan.Create(batch, _series);
        WriteOutcome outcome = await batches.SendAsync(plan, _abortState, cancellationToken).ConfigureAwait(false);
        LogBatchWritten(batches.Logger, batch.RowGroup, outcome.Written, batch.Count, outcome.Effort.Requests);
        return outcome;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [LoggerMessage(2005, LogLevel.Debug, "Row group {RowGroup}: {Written} of {Rows} rows written with {Requests} requests.")]
    private static partial void LogBatchWritten(ILogger logger, int rowGroup, int written, int rows, long requests);
}
