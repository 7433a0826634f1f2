namespace Loader.LocalAws.Timestream;

/// <summary>A dimension of a record, as it was sent.</summary>
public readonly record struct Dimension(string Name, string Value);
