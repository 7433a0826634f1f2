namespace Loader.LocalAws.Timestream;

/// <summary>One measure of a multi-measure record, its value as text.</summary>
public readonly record struct MeasureValue(string Name, string Value, MeasureValueType Type);
