using System.Text;

namespace Loader.Cli.Reference;

/// <summary>Writes the reference of all commands as a Markdown page.</summary>
internal static class MarkdownReference
{
    private const int Width = 140;

    /// <summary>The heading of a list whose lines are a code and its meaning.</summary>
    private const string ExitCodes = "Exit codes";

    /// <summary>Writes the page.</summary>
    public static string Write(CommandEntry root)
    {
        var page = new StringBuilder();
        page.Append(
            """
            # The command line

            <!-- Made from the commands. Do not edit it: run .ci/update-cli-reference. -->


            """);
        Wrap(page, root.Description, "", "");
        page.Append('\n');
        foreach (CommandEntry command in root.Flatten().Skip(1))
        {
            Wrap(page, $"[{command.Path}](#{command.Path.Replace(' ', '-')}): {command.Description}", "* ", "  ");
        }

        page.Append("\n## loader\n\n```\n").Append(root.Usage).Append("\n```\n\nOptions of every command:\n\n");
        WriteOptions(page, root.Options.Where(option => option.IsRecursive));
        page.Append("\nOptions without a command:\n\n");
        WriteOptions(page, root.Options.Where(option => !option.IsRecursive));
        WriteNotes(page, root.Notes);
        foreach (CommandEntry command in root.Flatten().Skip(1))
        {
            Write(page, command);
        }

        return page.ToString();
    }

    private static void Write(StringBuilder page, CommandEntry command)
    {
        page.Append("\n## ").Append(command.Path).Append("\n\n");
        Wrap(page, command.Description + ".", "", "");
        page.Append("\n```\n").Append(command.Usage).Append("\n```\n");
        if (command.Arguments.Count > 0)
        {
            page.Append("\nArguments:\n\n");
            foreach (ArgumentEntry argument in command.Arguments)
            {
                string choices = argument.Value.Kind == ValueKind.Choice ? $" ({string.Join(", ", argument.Value.Choices)})" : "";
                Wrap(page, $"`{argument.Usage}`: {Escape(argument.Description)}{choices}", "* ", "  ");
            }
        }

        if (command.Options.Count > 0)
        {
            page.Append("\nOptions:\n\n");
            WriteOptions(page, command.Options);
        }

        WriteNotes(page, command.Notes);
    }

    private static void WriteOptions(StringBuilder page, IEnumerable<OptionEntry> options)
    {
        foreach (OptionEntry option in options)
        {
            string fallback = option.Default.Length == 0 ? "" : $". Default: `{option.Default}`";
            Wrap(page, $"`{option.Usage}`: {Escape(option.Description)}{fallback}", "* ", "  ");
        }
    }

    private static void WriteNotes(StringBuilder page, string notes)
    {
        foreach (NotesBlock block in NotesText.Split(notes))
        {
            page.Append('\n');
            if (block.Heading.Length == 0)
            {
                Wrap(page, Escape(block.Text), "", "");
                continue;
            }

            page.Append(block.Heading).Append(":\n\n");
            if (block.Heading == ExitCodes)
            {
                WriteExitCodes(page, block.Lines);
            }
            else
            {
                page.Append("```\n").AppendJoin('\n', block.Lines).Append("\n```\n");
            }
        }
    }

    private static void WriteExitCodes(StringBuilder page, IEnumerable<string> lines)
    {
        page.Append("| code | meaning |\n|---|---|\n");
        foreach (string line in lines)
        {
            string[] cells = line.Split(' ', 2, StringSplitOptions.TrimEntries);
            page.Append("| ").AppendJoin(" | ", cells.Select(Escape)).Append(" |\n");
        }
    }

    /// <summary>Writes a text without the characters that Markdown would take for HTML or emphasis.</summary>
    private static string Escape(string text) => text.Replace("<", "\\<", StringComparison.Ordinal)
        .Replace("*", "\\*", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);

    private static void Wrap(StringBuilder page, string text, string first, string next)
    {
        int column = first.Length;
        page.Append(first);
        bool isStart = true;
        foreach (string word in SplitWords(text))
        {
            if (!isStart && column + 1 + word.Length > Width)
            {
                page.Append('\n').Append(next);
                column = next.Length;
                isStart = true;
            }

            page.Append(isStart ? "" : " ").Append(word);
            column += word.Length + (isStart ? 0 : 1);
            isStart = false;
        }

        page.Append('\n');
    }

    /// <summary>Splits at spaces, but not within code, which Markdown shows on one line.</summary>
    private static IEnumerable<string> SplitWords(string text)
    {
        int start = 0;
        bool isCode = false;
        for (int i = 0; i < text.Length; i++)
        {
            isCode ^= text[i] == '`';
            if (text[i] == ' ' && !isCode)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }
}
