namespace Loader.LocalAws.Timestream;

/// <summary>A record listed in a RejectedRecordsException of WriteRecords.</summary>
/// <param name="RecordIndex">Index in the request, from 0.</param>
/// <param name="Reason">The reason.</param>
/// <param name="ExistingVersion">The stored version if the version was the reason, otherwise null.</param>
public sealed record RejectedRecord(int RecordIndex, string Reason, long? ExistingVersion = null);
