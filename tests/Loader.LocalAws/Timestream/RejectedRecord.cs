namespace Loader.LocalAws.Timestream;

/// <summary>A record that WriteRecords names in a RejectedRecordsException.</summary>
/// <param name="RecordIndex">Index in the request, from 0.</param>
/// <param name="Reason">Why.</param>
/// <param name="ExistingVersion">The stored version where versions were the reason, else null.</param>
public sealed record RejectedRecord(int RecordIndex, string Reason, long? ExistingVersion = null);
