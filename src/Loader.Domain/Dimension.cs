namespace Loader.Domain;

/// <summary>A name and a value that, with others, say which series a record belongs to.</summary>
/// <param name="Name">The name, at least one character.</param>
/// <param name="Value">The value.</param>
public readonly record struct Dimension(string Name, string Value);
