namespace Loader.Cli.Reference;

/// <summary>
/// Takes the notes of a command's help apart: paragraphs, and lists such as the examples, which are indented lines below a heading that
/// ends with a colon.
/// </summary>
internal static class NotesText
{
    private const string Indent = "  ";

    /// <summary>Splits the notes where lines are empty.</summary>
    public static IEnumerable<NotesBlock> Split(string notes)
    {
        foreach (string block in notes.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] lines = block.Trim('\n').Split('\n');
            bool isList = lines.Length > 1 && lines[0].EndsWith(':')
                && lines.Skip(1).All(line => line.StartsWith(Indent, StringComparison.Ordinal));
            yield return isList
                ? new NotesBlock(lines[0].TrimEnd(':'), [.. lines.Skip(1).Select(line => line[Indent.Length..])])
                : new NotesBlock("", lines);
        }
    }
}

/// <summary>A paragraph or a list of a command's notes.</summary>
/// <param name="Heading">The heading of a list, or an empty text for a paragraph.</param>
/// <param name="Lines">The lines of the paragraph, or the items of the list.</param>
internal sealed record NotesBlock(string Heading, IReadOnlyList<string> Lines)
{
    /// <summary>Gets the paragraph as one line.</summary>
    public string Text => string.Join(' ', Lines.Select(line => line.Trim()));
}
