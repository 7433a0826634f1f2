using System.Text.RegularExpressions;

namespace Loader.Infrastructure.Mapping;

/// <summary>Creates regular expressions from mappings. Their time is proportional to the text, whatever the expression is.</summary>
internal static class MappingRegex
{
    /// <summary>The options of all expressions.</summary>
    public const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;

    /// <summary>The maximum length. Longer expressions could take much memory.</summary>
    private const int MaxLength = 1_000;

    /// <summary>The maximum number of repetitions that an expression may demand, multiplied where they are nested.</summary>
    private const int MaxRepetitions = 1_000;

    /// <summary>Creates an expression.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="fault">Receives what is wrong with it.</param>
    /// <returns>The expression, or <see langword="null"/>.</returns>
    public static Regex? TryCreate(string pattern, out string? fault)
    {
        fault = pattern.Length > MaxLength ? $"has {pattern.Length} characters; allowed are {MaxLength}"
            : CountRepetitions(pattern) > MaxRepetitions ? $"demands more than {MaxRepetitions} repetitions"
            : null;
        if (fault is not null)
        {
            return null;
        }

        try
        {
            return new Regex(pattern, Options);
        }
        catch (ArgumentException exception)
        {
            fault = $"is not a regular expression: {exception.Message}";
        }
        catch (NotSupportedException)
        {
            fault = "uses lookarounds, backreferences or atomic groups, which are not supported";
        }

        return null;
    }

    /// <summary>Multiplies all bounded repetitions such as <c>{2,40}</c>. The engine unrolls them, so they cost memory.</summary>
    private static long CountRepetitions(string pattern)
    {
        long product = 1;
        for (int open = pattern.IndexOf('{'); open >= 0; open = pattern.IndexOf('{', open + 1))
        {
            long largest = 0;
            long number = 0;
            int i = open + 1;
            for (; i < pattern.Length && (char.IsAsciiDigit(pattern[i]) || pattern[i] == ','); i++)
            {
                number = pattern[i] == ',' ? 0 : Math.Min((number * 10) + (pattern[i] - '0'), int.MaxValue);
                largest = Math.Max(largest, number);
            }

            if (i < pattern.Length && pattern[i] == '}' && largest > 1)
            {
                product = Math.Min(product * largest, int.MaxValue);
            }
        }

        return product;
    }
}
