using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Infrastructure.Timestream;

/// <summary>A sink that plans and encodes as for Timestream but sends nothing: it counts every record as written, and what writing would take.</summary>
/// <param name="options">The database and tables, which need not exist and may be empty, and the records in a request.</param>
/// <param name="capture">Who is shown each body, in the order of requests, or <see langword="null"/>. The memory is valid for the call only.</param>
public sealed class EstimatingSink(TimestreamOptions options, Action<ReadOnlyMemory<byte>>? capture = null) : IRecordSink
{
    /// <inheritdoc/>
    /// <remarks>The service's limits on dimensions hold; limits on times do not, as they belong to a table.</remarks>
    public Task<IRecordWriter> OpenAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IRecordWriter>(new Writer(options, options.TableOf(dataset), capture));
    }

    private sealed class Writer(TimestreamOptions options, string table, Action<ReadOnlyMemory<byte>>? capture) : IRecordWriter
    {
        private readonly SeriesTable _series = new();

        public DestinationLimits Limits { get; } = new() { MaxDimensionBytes = RecordLayout.MaxDimensionBytes };

        public Task<WriteOutcome> WriteAsync(MeasurementBatch batch, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(batch);
            using WritePlan plan = WritePlan.Make(batch, _series);
            using var encoder = new RequestEncoder(options.DatabaseName, table);
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
