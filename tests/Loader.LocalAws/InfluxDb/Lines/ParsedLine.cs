namespace Loader.LocalAws.InfluxDb.Lines;

/// <summary>A tag of a line or point.</summary>
public readonly record struct InfluxTag(string Key, string Value);

/// <summary>A field of a line or point.</summary>
public readonly record struct InfluxField(string Key, InfluxValue Value);

/// <summary>What a parser made of one line that is neither empty nor a comment: its content, or why it was refused.</summary>
/// <param name="Text">The line as sent, without the whitespace before it and the newline after it.</param>
/// <param name="Content">The content, or null if the line was refused.</param>
/// <param name="Error">Why the line was refused, in the server's words, or null.</param>
public sealed record LineResult(string Text, ParsedLine? Content, string? Error);

/// <summary>The content of a line. The time is the number as sent: its unit is the request's precision.</summary>
public sealed record ParsedLine(string Measurement, IReadOnlyList<InfluxTag> Tags, IReadOnlyList<InfluxField> Fields, long? Time);

/// <summary>A line is refused.</summary>
internal sealed class LineException(string message) : Exception(message);
