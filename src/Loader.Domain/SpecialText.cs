namespace Loader.Domain;

/// <summary>What the texts of a series contain that some destination cannot write.</summary>
[Flags]
public enum SpecialText
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>A line feed, U+000A.</summary>
    LineFeed = 1,

    /// <summary>A tab, U+0009.</summary>
    Tab = 2,

    /// <summary>A backslash as the last character of a text.</summary>
    TrailingBackslash = 4,

    /// <summary>A backslash directly before a space, and a quotation mark in the same text or in another one of the series.</summary>
    BackslashBeforeSpaceAndQuote = 8,
}
