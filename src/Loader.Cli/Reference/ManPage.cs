using System.Text;

namespace Loader.Cli.Reference;

/// <summary>Writes the reference of all commands as a manual page, in the macros of <c>man(7)</c>.</summary>
internal static class ManPage
{
    /// <summary>Writes the page.</summary>
    public static string Write(CommandEntry root, string version)
    {
        var page = new StringBuilder();
        page.Append(".TH LOADER 1 \"\" \"loader ").Append(version).Append("\" \"User commands\"\n");
        page.Append(".SH NAME\nloader \\- load energy measurements from Parquet files into DuckDB, Timestream or InfluxDB\n");
        page.Append(".SH SYNOPSIS\n.nf\n");
        foreach (CommandEntry command in root.Flatten().Where(command => command.Commands.Count == 0))
        {
            page.Append(Line(command.Usage));
        }

        page.Append(".fi\n.SH DESCRIPTION\n").Append(Line(root.Description));
        WriteOptions(page, root.Options);
        WriteNotes(page, root.Notes);
        foreach (CommandEntry command in root.Flatten().Skip(1))
        {
            page.Append(".SH ").Append(Quote(command.Path)).Append('\n');
            page.Append(".B ").Append(Line(command.Usage)).Append(".PP\n").Append(Line(command.Description + "."));
            foreach (ArgumentEntry argument in command.Arguments)
            {
                string choices = argument.Value.Kind == ValueKind.Choice ? $" ({string.Join(", ", argument.Value.Choices)})" : "";
                page.Append(".TP\n.I ").Append(Line($"<{argument.Name}>")).Append(Line(argument.Description + choices));
            }

            WriteOptions(page, command.Options);
            WriteNotes(page, command.Notes);
        }

        return page.ToString();
    }

    private static void WriteOptions(StringBuilder page, IEnumerable<OptionEntry> options)
    {
        foreach (OptionEntry option in options)
        {
            string fallback = option.Default.Length == 0 ? "" : $" [default: {option.Default}]";
            page.Append(".TP\n.B ").Append(Line(option.Usage)).Append(Line(option.Description + fallback));
        }
    }

    private static void WriteNotes(StringBuilder page, string notes)
    {
        foreach (NotesBlock block in NotesText.Split(notes))
        {
            page.Append(".PP\n");
            if (block.Heading.Length == 0)
            {
                page.Append(Line(block.Text));
                continue;
            }

            page.Append(Line(block.Heading + ":")).Append(".RS 2\n.nf\n");
            foreach (string line in block.Lines)
            {
                page.Append(Line(line));
            }

            page.Append(".fi\n.RE\n");
        }
    }

    private static string Quote(string text) => $"\"{Escape(text)}\"";

    /// <summary>Writes a line of text. A dot or apostrophe at its start would be a macro.</summary>
    private static string Line(string text) => (text.StartsWith('.') || text.StartsWith('\'') ? "\\&" : "") + Escape(text) + "\n";

    private static string Escape(string text) => text.Replace("\\", "\\e", StringComparison.Ordinal)
        .Replace("-", "\\-", StringComparison.Ordinal).Replace("'", "\\(aq", StringComparison.Ordinal);
}
