namespace Loader.LocalAws.Timestream;

internal readonly record struct WriteResult(int Memory, int Magnetic, IReadOnlyList<RejectedRecord> Rejected);
