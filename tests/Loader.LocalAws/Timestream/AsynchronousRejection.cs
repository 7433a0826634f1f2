namespace Loader.LocalAws.Timestream;

/// <summary>A record that the response counted as ingested and the magnetic store rejected later.</summary>
/// <param name="Record">The record.</param>
/// <param name="Reason">The reason.</param>
/// <param name="ExistingVersion">The stored version.</param>
public sealed record AsynchronousRejection(WriteRecord Record, string Reason, long ExistingVersion);
