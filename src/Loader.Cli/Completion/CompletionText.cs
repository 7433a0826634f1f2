using Loader.Cli.Reference;

namespace Loader.Cli.Completion;

/// <summary>The texts that the scripts of all shells share.</summary>
internal static class CompletionText
{
    private const int MaxLength = 80;

    /// <summary>Returns the first clause of a description, which a shell shows beside a word.</summary>
    public static string Shorten(string description)
    {
        int end = description.AsSpan().IndexOfAny(";:(");
        string clause = end > 0 ? description[..end] : description;
        int sentence = clause.IndexOf(". ", StringComparison.Ordinal);
        clause = (sentence > 0 ? clause[..sentence] : clause).Trim(' ', ',', '.');
        return clause.Length <= MaxLength ? clause : clause[..clause.LastIndexOf(' ', MaxLength)].TrimEnd(',') + " ...";
    }

    /// <summary>Returns the words that an argument of the command can be; none if its arguments are paths.</summary>
    public static IReadOnlyList<string> ChoicesOf(CommandEntry command) =>
        [.. command.Arguments.SelectMany(argument => argument.Value.Choices)];

    /// <summary>Returns whether an argument of the command is a path.</summary>
    public static bool TakesFiles(CommandEntry command) => command.Arguments.Any(argument => argument.Value.Kind == ValueKind.File);

    /// <summary>Returns the text in single quotes, for bash, zsh and PowerShell.</summary>
    /// <param name="text">The text.</param>
    /// <param name="quote">What stands for a single quote in the text.</param>
    public static string Quote(string text, string quote) => $"'{text.Replace("'", quote, StringComparison.Ordinal)}'";
}
