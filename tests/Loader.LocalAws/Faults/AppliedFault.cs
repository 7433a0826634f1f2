namespace Loader.LocalAws.Faults;

/// <summary>A fault as it is counted: what happened to which operation.</summary>
public readonly record struct AppliedFault(string Operation, string Fault);
