using System.Collections.Concurrent;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Testing;

/// <summary>A sink in memory with the rules of identity and version that Timestream and DuckDB have.</summary>
/// <remarks>
/// <para>The identity of a record is its dataset, its dimensions and its time. A higher version replaces the value. The same version with
/// the same value and unit is accepted and changes nothing, with another value or unit it is rejected
/// (<see cref="RejectionReason.VersionConflict"/>). A lower version is superseded, or a duplicate if a later row group of the same object
/// wrote the record.</para>
/// <para>Thread-safe.</para>
/// </remarks>
public sealed class InMemorySink : IRecordSink
{
    private readonly Lock _gate = new();
    private readonly Dictionary<RecordId, StoredMeasurement> _records = [];
    private readonly ConcurrentQueue<LoadException> _failures = new();

    /// <summary>Gets the limits of the destination. A row beyond them is invalid.</summary>
    /// <value>Default: none.</value>
    public DestinationLimits Limits { get; init; } = DestinationLimits.None;

    /// <summary>Gets the identity of the destination, or <see langword="null"/> for an unknown one.</summary>
    public string? Identity { get; init; } = "memory";

    /// <summary>Gets the number of records.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _records.Count;
            }
        }
    }

    /// <summary>Gets the records, ordered by dataset, series and time.</summary>
    public IReadOnlyList<StoredMeasurement> Records
    {
        get
        {
            lock (_gate)
            {
                return [.. _records.Values
                    .OrderBy(static record => record.Dataset.Name, StringComparer.Ordinal)
                    .ThenBy(static record => record.Region, StringComparer.Ordinal)
                    .ThenBy(static record => record.Subject, StringComparer.Ordinal)
                    .ThenBy(static record => record.MeasurementType, StringComparer.Ordinal)
                    .ThenBy(static record => record.QualityFlag, StringComparer.Ordinal)
                    .ThenBy(static record => record.Nanoseconds)];
            }
        }
    }

    /// <summary>Lets one write of a row group fail: none of its rows has an outcome. Several calls let as many writes fail.</summary>
    /// <param name="failure">The failure, which the load throws.</param>
    public void FailNextWrite(LoadException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        _failures.Enqueue(failure);
    }

    /// <inheritdoc/>
    public Task<Destination> InspectAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return Task.FromResult(DestinationOf(dataset));
    }

    /// <inheritdoc/>
    public Task<IRecordWriter> OpenAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return Task.FromResult<IRecordWriter>(new Writer(this, DestinationOf(dataset)));
    }

    private Destination DestinationOf(DatasetType dataset) => new("memory", $"memory/{dataset.Name}", Identity, Limits);

    private WriteOutcome Write(MeasurementBatch batch)
    {
        Dictionary<RecordId, int> winners = FindWinners(batch, out int duplicate);
        int written = 0;
        int superseded = 0;
        var rejected = new List<RejectedRow>();
        lock (_gate)
        {
            foreach ((RecordId id, int row) in winners.OrderBy(static winner => winner.Value))
            {
                var record = StoredMeasurement.From(id, batch, row);
                StoredVersion? stored = _records.TryGetValue(id, out StoredMeasurement? other)
                    ? ObjectVersion.CompareStored(record.Version, other.Version)
                    : null;
                switch (stored)
                {
                    case StoredVersion.NewerObject:
                        superseded++;
                        break;
                    case StoredVersion.LaterRowGroup:
                        duplicate++;
                        break;
                    case StoredVersion.Same when record != other:
                        rejected.Add(new RejectedRow(
                            row, RejectionReason.VersionConflict, "The record is stored with the same version and another value or unit."));
                        break;
                    default:
                        _records[id] = record;
                        written++;
                        break;
                }
            }
        }

        return new WriteOutcome { Written = written, Superseded = superseded, Duplicate = duplicate, Rejected = rejected };
    }

    /// <summary>Finds the row to store for each identity: that with the highest version, the last one of several.</summary>
    private static Dictionary<RecordId, int> FindWinners(MeasurementBatch batch, out int duplicate)
    {
        var winners = new Dictionary<RecordId, int>();
        duplicate = 0;
        for (int row = 0; row < batch.Count; row++)
        {
            if (batch.Verdicts[row] != RejectionReason.None)
            {
                continue;
            }

            var id = RecordId.From(batch, row);
            if (!winners.TryAdd(id, row))
            {
                duplicate++;
                winners[id] = batch.VersionOf(row) >= batch.VersionOf(winners[id]) ? row : winners[id];
            }
        }

        return winners;
    }

    private sealed class Writer(InMemorySink sink, Destination destination) : IRecordWriter
    {
        public Destination Destination => destination;

        public Task<WriteOutcome> WriteAsync(MeasurementBatch batch, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(batch);
            if (cancellationToken.IsCancellationRequested)
            {
                return Task.FromResult(new WriteOutcome { Unsettled = CountValid(batch) });
            }

            return Task.FromResult(sink._failures.TryDequeue(out LoadException? failure)
                ? new WriteOutcome { Unsettled = CountValid(batch), Failure = failure }
                : sink.Write(batch));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static int CountValid(MeasurementBatch batch)
        {
            int valid = 0;
            foreach (RejectionReason verdict in batch.Verdicts)
            {
                valid += verdict == RejectionReason.None ? 1 : 0;
            }

            return valid;
        }
    }
}

/// <summary>A record of an <see cref="InMemorySink"/>.</summary>
public sealed record StoredMeasurement
{
    private StoredMeasurement(DatasetType dataset) => Dataset = dataset;

    /// <summary>Gets the dataset.</summary>
    public DatasetType Dataset { get; }

    /// <summary>Gets the region.</summary>
    public required string Region { get; init; }

    /// <summary>Gets the value of the dataset's <see cref="DatasetType.SubjectColumn"/>.</summary>
    public required string Subject { get; init; }

    /// <summary>Gets what was measured.</summary>
    public required string MeasurementType { get; init; }

    /// <summary>Gets the quality flag, or <see langword="null"/>.</summary>
    public string? QualityFlag { get; init; }

    /// <summary>Gets the time in nanoseconds since 1970-01-01T00:00:00Z.</summary>
    public Int128 Nanoseconds { get; init; }

    /// <summary>Gets the value.</summary>
    public double Value { get; init; }

    /// <summary>Gets the unit of the value.</summary>
    public required string Unit { get; init; }

    /// <summary>Gets the version of the record: <see cref="ObjectVersion.ForRowGroup"/>.</summary>
    public long Version { get; init; }

    internal static StoredMeasurement From(RecordId id, MeasurementBatch batch, int row) => new(id.Dataset)
    {
        Region = id.Key.Region!,
        Subject = id.Key.Subject!,
        MeasurementType = id.Key.MeasurementType!,
        QualityFlag = id.Key.QualityFlag,
        Nanoseconds = id.Nanoseconds,
        Value = batch.Values[row],
        Unit = batch.SeriesById[batch.SeriesIds[row]].Unit!,
        Version = batch.VersionOf(row),
    };
}

/// <summary>What identifies a record. The unit is not part of it.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Key">The dimensions; without a unit.</param>
/// <param name="Nanoseconds">The time since 1970.</param>
internal readonly record struct RecordId(DatasetType Dataset, SeriesKey Key, Int128 Nanoseconds)
{
    public static RecordId From(MeasurementBatch batch, int row)
    {
        SeriesKey key = batch.SeriesById[batch.SeriesIds[row]].Key;
        string? flag = string.IsNullOrEmpty(key.QualityFlag) ? null : key.QualityFlag;
        Int128 nanoseconds = (Int128)batch.Times[row] * (1_000_000_000 / batch.TimeUnit.PerSecond());
        return new RecordId(batch.Dataset, key with { QualityFlag = flag, Unit = null }, nanoseconds);
    }
}
