using System.Collections.Concurrent;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Tests.Support;

/// <summary>A sink that accepts every valid row, unless a test sets <see cref="Write"/>.</summary>
internal sealed class ScriptedSink : IRecordSink, IRecordWriter
{
    public ConcurrentBag<(int RowGroup, long Time, double Value, long Version)> Stored { get; } = [];

    public Func<MeasurementBatch, CancellationToken, Task<WriteOutcome>>? Write { get; set; }

    public DestinationLimits Limits { get; set; } = DestinationLimits.None;

    public string? Identity { get; set; } = "1";

    /// <summary>Gets or sets what asking for the destination throws.</summary>
    public LoadException? InspectFailure { get; set; }

    public Destination Destination => new("scripted", "scripted", Identity, Limits);

    public bool IsDisposed { get; private set; }

    public Task<Destination> InspectAsync(DatasetType dataset, CancellationToken cancellationToken) =>
        InspectFailure is null ? Task.FromResult(Destination) : throw InspectFailure;

    public Task<IRecordWriter> OpenAsync(DatasetType dataset, CancellationToken cancellationToken) => Task.FromResult<IRecordWriter>(this);

    public Task<WriteOutcome> WriteAsync(MeasurementBatch batch, CancellationToken cancellationToken) =>
        Write is null ? Task.FromResult(Accept(batch)) : Write(batch, cancellationToken);

    public WriteOutcome Accept(MeasurementBatch batch)
    {
        int written = 0;
        for (int row = 0; row < batch.Count; row++)
        {
            if (batch.Verdicts[row] == RejectionReason.None)
            {
                Stored.Add((batch.RowGroup, batch.Times[row], batch.Values[row], batch.VersionOf(row)));
                written++;
            }
        }

        return new WriteOutcome { Written = written, Effort = new WriteEffort { Requests = 1 } };
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
