using Loader.LocalAws.Timestream;

namespace Loader.LocalAws.Faults;

/// <summary>The records that a script rejects in one WriteRecords call.</summary>
internal sealed class RecordFaults
{
    private readonly List<RefuseRecords> _refusals = [];

    public void Add(RefuseRecords refusal) => _refusals.Add(refusal);

    /// <summary>The reason to fail the whole request because of this record, or null.</summary>
    public string? Poison(WriteRecord record) =>
        _refusals.Find(refusal => refusal.WholeRequest && refusal.Predicate(record))?.Reason;

    public RejectedRecord? Rejection(WriteRecord record, int index) =>
        _refusals.Find(refusal => !refusal.WholeRequest && refusal.Predicate(record)) is { } refusal
            ? new RejectedRecord(index, refusal.Reason, refusal.ExistingVersion)
            : null;
}
