namespace Loader.Tests.Faults;

/// <summary>Time and varying dimensions of a record of a generated file.</summary>
internal readonly record struct RecordIdentity(DateTime Time, string Region, string Source, string? QualityFlag);
