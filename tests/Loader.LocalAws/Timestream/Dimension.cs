namespace Loader.LocalAws.Timestream;

/// <summary>A dimension of a record, as sent.</summary>
public readonly record struct Dimension(string Name, string Value);
