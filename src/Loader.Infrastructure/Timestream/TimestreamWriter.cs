using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Planning;
using Loader.Infrastructure.Requests;
using Loader.Infrastructure.Timestream.Planning;
using Loader.Infrastructure.Timestream.Sending;
using Loader.Infrastructure.Timestream.Tables;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.Timestream;

/// <summary>Writes the batches of one load of one file to one table.</summary>
/// <param name="batches">Sends batches; shared by all loads.</param>
/// <param name="writeRecords">Sends one WriteRecords request.</param>
/// <param name="maxBatchSize">The maximum number of records in a request.</param>
/// <param name="load">The number of the load. Requests of loads with lower numbers go first.</param>
/// <param name="table">The table.</param>
/// <param name="destination">Describes the table, with the limits on times that hold now.</param>
internal sealed partial class TimestreamWriter(
    BatchSender batches,
    Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ServiceResponse>> writeRecords,
    int maxBatchSize,
    long load,
    TableName table,
    Func<Destination> destination) : IRecordWriter
{
    private readonly SeriesTable _series = new();
    private readonly LoadAbortState _abortState = new(
        load, $"Timestream table {table}", (error, counts) => TimestreamErrors.ToException(error, table, counts));

    /// <inheritdoc/>
    public Destination Destination => destination();

    /// <inheritdoc/>
    public async Task<WriteOutcome> WriteAsync(MeasurementBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using WritePlan<PreparedSeries> plan = WritePlan.Create(batch, _series);
        WriteOutcome outcome = await batches.SendAsync(
            new RequestQueue(plan, maxBatchSize, _abortState),
            queue => new WriteRecordsWorker(batches, queue, plan, table, writeRecords),
            cancellationToken).ConfigureAwait(false);
        LogBatchWritten(batches.Logger, batch.RowGroup, outcome.Written, batch.Count, outcome.Effort.Requests);
        return outcome;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [LoggerMessage(2005, LogLevel.Debug, "Row group {RowGroup}: {Written} of {Rows} rows written with {Requests} requests.")]
    private static partial void LogBatchWritten(ILogger logger, int rowGroup, int written, int rows, long requests);
}
