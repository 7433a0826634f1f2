using System.CommandLine.Parsing;
using Loader.Domain;

namespace Loader.Cli.Commands;

/// <summary>
/// Reports an argument that looks like an option but is not one, instead of taking it for a file, and suggests the option that was probably
/// meant.
/// </summary>
internal static class UnknownOptions
{
    private const int MaxDistance = 3;

    public static void Check(ArgumentResult result)
    {
        foreach (Token token in result.Tokens)
        {
            if (token.Value.StartsWith('-') && token.Value.Length > 1)
            {
                string? suggestion = FindNearest(token.Value, ListOptions(result));
                string hint = suggestion is null ? $"If it is a file, write ./{token.Value}." : $"Did you mean {suggestion}?";
                result.AddError(PlainText.Escape($"Unknown option '{token.Value}'. {hint}"));
            }
        }
    }

    private static IEnumerable<string> ListOptions(SymbolResult result)
    {
        for (SymbolResult? at = result; at is not null; at = at.Parent)
        {
            if (at is CommandResult command)
            {
                return command.Command.Options.Select(option => option.Name);
            }
        }

        return [];
    }

    private static string? FindNearest(string text, IEnumerable<string> names) => names
        .Select(name => (Name: name, Distance: Distance(text, name)))
        .Where(candidate => candidate.Distance <= MaxDistance)
        .OrderBy(candidate => candidate.Distance)
        .Select(candidate => candidate.Name)
        .FirstOrDefault();

    /// <summary>
    /// Counts the characters to insert, delete, replace or swap with their neighbour (optimal string alignment distance).
    /// </summary>
    private static int Distance(string a, string b)
    {
        int[,] distances = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distances[i, j] = i + j;
                    continue;
                }

                int change = distances[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                distances[i, j] = Math.Min(change, Math.Min(distances[i - 1, j], distances[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    distances[i, j] = Math.Min(distances[i, j], distances[i - 2, j - 2] + 1);
                }
            }
        }

        return distances[a.Length, b.Length];
    }
}
