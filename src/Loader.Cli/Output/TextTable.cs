using Loader.Cli.Hosting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Loader.Cli.Output;

/// <summary>A table of plain text that fits the width of the console, without breaking a cell into two lines.</summary>
/// <remarks>
/// In less width, names become shorter, then columns that are not essential are left out. Where that is not enough, every row becomes a
/// paragraph: its first cell, and below it the other cells with their headings.
/// </remarks>
/// <param name="columns">The columns.</param>
internal sealed class TextTable(params TextColumn[] columns) : Renderable
{
    private const int MinNameLength = 20;

    /// <summary>The blanks before a table and between its columns, if there is room for them.</summary>
    private static readonly (int Margin, int Gap)[] Spacings = [(2, 3), (0, 2)];

    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row.</summary>
    /// <param name="cells">
    /// One cell for each column, a single one for a note across the table, or none for an empty line. They contain no line breaks.
    /// </param>
    public void AddRow(params string[] cells) => _rows.Add(cells);

    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        string[][] rows = [.. _rows.Select(row => row.Select((cell, column) => Prepare(options, columns[column], cell)).ToArray())];
        string[] headings = [.. columns.Select(column => Prepare(options, column, column.Heading))];
        IEnumerable<string> lines = Fit(headings, rows, maxWidth) is { } layout
            ? DrawTable(layout, headings, rows)
            : DrawParagraphs(headings, rows, maxWidth);
        foreach (string line in lines)
        {
            yield return new Segment(line);
            yield return Segment.LineBreak;
        }
    }

    private static string Prepare(RenderOptions options, TextColumn column, string cell)
    {
        string text = options.Unicode ? cell : AsciiText.Escape(cell);
        return column.IsName ? ConsoleFormat.Shorten(text, ConsoleFormat.MaxNameLength) : text;
    }

    /// <summary>Finds the widths of the columns, 0 for one that is left out.</summary>
    /// <returns>The layout, or <see langword="null"/> if the essential columns do not fit.</returns>
    private Layout? Fit(string[] headings, string[][] rows, int maxWidth)
    {
        int[] widths = [.. columns.Select((_, column) =>
            rows.Where(row => row.Length == columns.Length).Select(row => Length(row[column])).Append(Length(headings[column])).Max())];
        while (true)
        {
            foreach ((int margin, int gap) in Spacings)
            {
                int used = widths.Sum() + margin + (gap * (widths.Count(width => width > 0) - 1));
                int name = Array.FindIndex(columns, column => column.IsName);
                int room = name < 0 ? 0 : Math.Max(widths[name] - MinNameLength, 0);
                if (used <= maxWidth || (gap == Spacings[^1].Gap && used - room <= maxWidth))
                {
                    if (used > maxWidth)
                    {
                        widths[name] -= used - maxWidth;
                    }

                    return new Layout(widths, margin, gap);
                }
            }

            int least = Enumerable.Range(0, columns.Length).Where(i => widths[i] > 0 && columns[i].LeftOutAs > 0)
                .OrderBy(i => columns[i].LeftOutAs).FirstOrDefault(-1);
            if (least < 0)
            {
                return null;
            }

            widths[least] = 0;
        }
    }

    private IEnumerable<string> DrawTable(Layout layout, string[] headings, string[][] rows)
    {
        string margin = new(' ', layout.Margin);
        string gap = new(' ', layout.Gap);
        int width = layout.Widths.Sum() + (layout.Gap * (layout.Widths.Count(column => column > 0) - 1));
        yield return DrawRow(headings);
        yield return margin + new string('-', width);
        foreach (string[] row in rows)
        {
            yield return row.Length == columns.Length ? DrawRow(row) : (margin + string.Concat(row)).TrimEnd();
        }

        yield return "";

        string DrawRow(string[] cells) => (margin + string.Join(gap, cells.Select(DrawCell).OfType<string>())).TrimEnd();

        string? DrawCell(string cell, int column)
        {
            int room = layout.Widths[column];
            if (room == 0)
            {
                return null;
            }

            string text = columns[column].IsName ? ConsoleFormat.Shorten(cell, room) : cell;
            string blanks = new(' ', Math.Max(room - Length(text), 0));
            return columns[column].IsRightAligned ? blanks + text : text + blanks;
        }
    }

    private IEnumerable<string> DrawParagraphs(string[] headings, string[][] rows, int maxWidth)
    {
        foreach (string[] row in rows)
        {
            if (row.Length != columns.Length)
            {
                yield return string.Concat(row);
                continue;
            }

            yield return columns[0].IsName ? ConsoleFormat.Shorten(row[0], maxWidth) : $"{headings[0]} {row[0]}";
            string cells = "  " + string.Join(", ", Enumerable.Range(1, columns.Length - 1)
                .Where(column => row[column].Length > 0).Select(column => $"{headings[column]} {row[column]}"));
            string indent = "";
            foreach (Range part in LineBreaker.Divide(cells, maxWidth))
            {
                yield return indent + cells[part];
                indent = LineBreaker.IndentOf(cells, maxWidth);
            }
        }

        yield return "";
    }

    private static int Length(string text) => text.GetCellWidth();

    private readonly record struct Layout(int[] Widths, int Margin, int Gap);
}

/// <summary>A column of a <see cref="TextTable"/>.</summary>
/// <param name="Heading">The heading.</param>
internal sealed record TextColumn(string Heading)
{
    /// <summary>Gets a value indicating whether the cells are names, which can be shortened from the start. One column at most.</summary>
    public bool IsName { get; init; }

    /// <summary>Gets a value indicating whether the cells are numbers.</summary>
    public bool IsRightAligned { get; init; }

    /// <summary>Gets the order in which columns are left out where there is no room, from 1; 0 for an essential column.</summary>
    public int LeftOutAs { get; init; }
}
