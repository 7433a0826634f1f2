namespace Loader.LocalAws.Timestream;

/// <summary>A record that the answer counted as ingested and that the magnetic store refused afterwards.</summary>
/// <param name="Record">The record.</param>
/// <param name="Reason">Why.</param>
/// <param name="ExistingVersion">The version that is stored.</param>
public sealed record AsynchronousRejection(WriteRecord Record, string Reason, long ExistingVersion);
