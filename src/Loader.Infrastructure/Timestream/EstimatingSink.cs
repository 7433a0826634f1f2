using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Planning;
using Loader.Infrastructure.Timestream.Encoding;
using Loader.Infrastructure.Timestream.Planning;

namespace Loader.Infrastructure.Timestream;

/// <summary>
/// A sink that encodes requests for Timestream but sends nothing. It counts every record as written, and the requests, bytes and write
/// units that a real load would need.
/// </summary>
/// <remarks>
/// It knows the limits of Timestream on dimensions. Limits on times depend on the table: they are known only of a destination that it may
/// inspect.
/// </remarks>
/// <param name="options">
/// The database and tables, which need not exist and may be empty, and the maximum number of records in a request.
/// </param>
/// <param name="capture">
/// Called with each request body, in order; may be <see langword="null"/>. The memory is valid only during the call.
/// </param>
/// <param name="inspected">
/// The destination whose limits count, or <see langword="null"/> for none. It is inspected and never opened.
/// </param>
public sealed class EstimatingSink(
    TimestreamOptions options, Action<ReadOnlyMemory<byte>>? capture = null, IRecordSink? inspected = null) : IRecordSink
{
    private static readonly Destination Nowhere = new(
        "none", "none", Identity: null, new DestinationLimits { MaxDimensionBytes = RecordMetering.MaxDimensionBytes })
    {
        IsDryRun = true,
    };

    /// <inheritdoc/>
    public async Task<Destination> InspectAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return inspected is null
            ? Nowhere
            : await inspected.InspectAsync(dataset, cancellationToken).ConfigureAwait(false) with { IsDryRun = true };
    }

    /// <inheritdoc/>
    public async Task<IRecordWriter> OpenAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        Destination destination = await InspectAsync(dataset, cancellationToken).ConfigureAwait(false);
        return new Writer(options, options.TableOf(dataset), capture, destination);
    }

    private sealed class Writer(
        TimestreamOptions options, string table, Action<ReadOnlyMemory<byte>>? capture, Destination destination) : IRecordWriter
    {
        private readonly SeriesTable _series = new();

        public Destination Destination => destination;

        public Task<WriteOutcome> WriteAsync(MeasurementBatch batch, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(batch);
            using WritePlan<PreparedSeries> plan = WritePlan.Create(batch, _series);
            using var encoder = new TimestreamEncoder(options.DatabaseName, table);
            var effort = default(WriteEffort);
            int written = 0;
            while (written < plan.Count && !cancellationToken.IsCancellationRequested)
            {
                int count = Math.Min(options.MaxBatchSize, plan.Count - written);
                EncodedRequest request = encoder.Encode(plan, written, count);
                capture?.Invoke(request.Body);
                effort += new WriteEffort
                {
                    Requests = 1,
                    BytesSent = request.Body.Length,
                    WriteUnits = request.WriteUnits,
                    WriteUnitsPlain = request.WriteUnitsPlain,
                };
                written += count;
            }

            return Task.FromResult(new WriteOutcome
            {
                Written = written,
                Duplicate = plan.Duplicates,
                Unsettled = plan.Count - written,
                Effort = effort,
            });
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
