namespace Loader.LocalAws.Faults;

/// <summary>A fault that was applied to an operation.</summary>
public readonly record struct AppliedFault(string Operation, string Fault);
