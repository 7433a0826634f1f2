using Loader.Domain;

namespace Loader.Infrastructure.Mapping;

/// <summary>What a mapping makes of a text.</summary>
internal enum TextFate
{
    /// <summary>The text is used.</summary>
    Used,

    /// <summary>The code map does not hold it.</summary>
    Unknown,

    /// <summary>Its rows are left out.</summary>
    Dropped,
}

/// <summary>Applies the rules of a mapping to a text.</summary>
internal static class MappedText
{
    /// <summary>Applies a rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="text">The text as in the file, or <see langword="null"/>.</param>
    /// <param name="result">Receives what it becomes.</param>
    /// <returns>What becomes of its rows. A null is always used.</returns>
    public static TextFate Apply(TextRule rule, string? text, out string? result)
    {
        result = text;
        if (text is null || string.Equals(text, Series.InvalidText, StringComparison.Ordinal))
        {
            return TextFate.Used;
        }

        result = rule.Trim ? text.Trim() : text;
        result = rule.Case switch
        {
            TextCase.Upper => result.ToUpperInvariant(),
            TextCase.Lower => result.ToLowerInvariant(),
            _ => result,
        };
        if (rule.Map is not { } map)
        {
            return TextFate.Used;
        }

        if (map.TryGetValue(result, out string? mapped))
        {
            result = mapped;
            return TextFate.Used;
        }

        switch (rule.Else)
        {
            case UnknownText.Keep:
                return TextFate.Used;
            case UnknownText.Null:
                result = null;
                return TextFate.Used;
            case UnknownText.Drop:
                result = null;
                return TextFate.Dropped;
            default:
                result = null;
                return TextFate.Unknown;
        }
    }
}
