using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Encoding;
using Loader.Infrastructure.InfluxDb.Protocol;
using Loader.Infrastructure.InfluxDb.Sending;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.InfluxDb.Tables;
using Loader.Infrastructure.Planning;
using Loader.Infrastructure.Requests;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.InfluxDb;

/// <summary>Writes the batches of one load of one file to one table.</summary>
internal sealed partial class InfluxDbWriter : IRecordWriter
{
    private readonly LineTable _series;

    /// <summary>Initializes a new instance of the <see cref="InfluxDbWriter"/> class.</summary>
    /// <param name="format">The form of the lines.</param>
    public InfluxDbWriter(LineFormat format)
    {
        Format = format;
        _series = new LineTable(format);
    }

    /// <summary>Gets what sends batches; shared by all loads.</summary>
    public required BatchSender Batches { get; init; }

    /// <summary>Gets what sends write requests; shared by all loads.</summary>
    public required LineSender Lines { get; init; }

    /// <summary>Gets the abort state of the load.</summary>
    public required LoadAbortState AbortState { get; init; }

    /// <summary>Gets the table.</summary>
    public required InfluxDbTable Table { get; init; }

    /// <summary>Gets the maximum number of lines in a request.</summary>
    public required int BatchLines { get; init; }

    /// <summary>Gets the function that describes the table, with the limits on times that hold now.</summary>
    public required Func<Destination> Describe { get; init; }

    /// <summary>Gets the function that converts a failed question into the exception of the load.</summary>
    public required Func<InfluxDbCallException, LoadException> ToException { get; init; }

    /// <summary>Gets the clock.</summary>
    public required TimeProvider TimeProvider { get; init; }

    /// <summary>Gets what the layout <see cref="InfluxDbLayout.Overwrite"/> needs; <see langword="null"/> in other layouts.</summary>
    public Overwriting? Overwrite { get; init; }

    /// <inheritdoc/>
    public Destination Destination => Describe();

    private LineFormat Format { get; }

    /// <inheritdoc/>
    public async Task<WriteOutcome> WriteAsync(MeasurementBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using WritePlan<PreparedLine> plan = WritePlan.Create(batch, _series);
        WriteOutcome outcome = Overwrite is { } overwrite
            ? await OverwriteAsync(plan, overwrite, cancellationToken).ConfigureAwait(false)
            : await SendAsync(plan, cancellationToken).ConfigureAwait(false);
        LogBatchWritten(Batches.Logger, batch.RowGroup, outcome.Written, batch.Count, outcome.Effort.Requests);
        return outcome;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<WriteOutcome> SendAsync(WritePlan<PreparedLine> plan, CancellationToken cancellationToken) =>
        Batches.SendAsync(
            new RequestQueue(plan, BatchLines, AbortState),
            queue => new WriteLinesWorker(Batches, queue, plan, Format, Table, Lines, TimeProvider),
            cancellationToken);

    /// <summary>
    /// Writes the rows for which the table has no newer point. Row groups of a table take turns, so that within a process no two of them
    /// ask before either has written.
    /// </summary>
    private async Task<WriteOutcome> OverwriteAsync(
        WritePlan<PreparedLine> plan, Overwriting overwrite, CancellationToken cancellationToken)
    {
        // Rows that are overtaken have their outcome, whatever happens to the others.
        (int Superseded, int Duplicate) overtaken = default;
        WriteOutcome outcome;
        try
        {
            await overwrite.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                overtaken = await overwrite.Points.RemoveOvertakenAsync(plan, cancellationToken).ConfigureAwait(false);
                outcome = await SendConfirmedAsync(plan, overwrite, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                overwrite.Turn.Release();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            outcome = Unsettled(plan, null);
        }
        catch (InfluxDbCallException failure)
        {
            outcome = Unsettled(plan, ToException(failure));
        }
        catch (LoadException failure)
        {
            outcome = Unsettled(plan, failure);
        }

        return outcome with { Superseded = overtaken.Superseded, Duplicate = outcome.Duplicate + overtaken.Duplicate };
    }

    /// <summary>
    /// Sends the rows. If a request had no clear answer at first, the server may apply an earlier write late, over these points: they are
    /// counted, and sent again if some are missing.
    /// </summary>
    private async Task<WriteOutcome> SendConfirmedAsync(
        WritePlan<PreparedLine> plan, Overwriting overwrite, CancellationToken cancellationToken)
    {
        WriteOutcome outcome = await SendAsync(plan, cancellationToken).ConfigureAwait(false);
        for (int attempt = 1; outcome is { Failure: null, Unsettled: 0, Effort.Retries: > 0 } && plan.Batch.Versions.IsEmpty; attempt++)
        {
            long stored = await overwrite.Points.CountAsync(plan, cancellationToken).ConfigureAwait(false);
            if (stored >= outcome.Written)
            {
                break;
            }

            if (attempt > MaxConfirmations)
            {
                throw new UnavailableException(
                    $"InfluxDB confirmed {outcome.Written} rows of row group {plan.Batch.RowGroup} and holds {stored} of them. Another "
                    + "load writes the same series and times, or a write that timed out was applied late. Load the file again.");
            }

            WriteOutcome again = await SendAsync(plan, cancellationToken).ConfigureAwait(false);
            outcome = again with { Effort = outcome.Effort + again.Effort };
        }

        return outcome;
    }

    private static WriteOutcome Unsettled(WritePlan plan, LoadException? failure) => new()
    {
        Duplicate = plan.Duplicates,
        Unsettled = plan.Count,
        Failure = failure,
    };

    private const int MaxConfirmations = 3;

    [LoggerMessage(2105, LogLevel.Debug, "Row group {RowGroup}: {Written} of {Rows} rows written with {Requests} requests.")]
    private static partial void LogBatchWritten(ILogger logger, int rowGroup, int written, int rows, long requests);

    /// <summary>What the layout <see cref="InfluxDbLayout.Overwrite"/> needs.</summary>
    /// <param name="Points">Asks for stored points.</param>
    /// <param name="Turn">Lets one row group of the table write at a time, over all loads of the process.</param>
    internal sealed record Overwriting(StoredPoints Points, SemaphoreSlim Turn);
}
