using System.Globalization;
using Loader.Application.Quality;
using Loader.Cli.Output;

namespace Loader.Cli.Reporting;

/// <summary>The heat map of series and days, worst first.</summary>
internal static class CoverageSection
{
    /// <summary>The number of series that are shown at once; the others are shown on demand.</summary>
    private const int FirstRows = 40;

    private const int MaxTicks = 7;

    private static readonly (string Class, string Name, CellState State)[] Key =
    [
        ("c1", "full", CellState.Full),
        ("c4", "partial", CellState.Partial),
        ("c3", "no row", CellState.Empty),
        ("c5", "two values at one time", CellState.Conflicting),
        ("c2", "rows, distance of times not known", CellState.Unknown),
        ("c0", "before the first or after the last row", CellState.Outside),
    ];

    public static void Write(HtmlWriter html, QualityReport report)
    {
        html.Write("<section id=\"coverage\"><h2>Coverage</h2>\n");
        SeriesSummary[] series = [.. report.Series.Where(one => one.Days.Count > 0)];
        if (CoverageGrid.Create(series) is not { } grid)
        {
            html.Write("<p>No days of series were kept.</p></section>\n");
            return;
        }

        string cell = grid.DaysPerCell == 1 ? "a local day"
            : grid.DaysPerCell == 7 ? "a week, with its worst day"
            : $"{grid.DaysPerCell / 7} weeks, with their worst day";
        html.Write($"<p class=\"n\">A row is a series, in the order of the table of series; a cell is {cell}. ");
        html.Write($"{ReportFormat.Day(grid.First)} to {ReportFormat.Day(grid.First.AddDays(grid.Days - 1))}.</p><ul class=\"key\">");
        foreach ((string name, string text, CellState _) in Key)
        {
            html.Write($"<li><i class=\"sw {name}\"></i>{text}</li>");
        }

        html.Write("</ul>");
        WriteMap(html, grid, series.AsSpan(0, Math.Min(series.Length, FirstRows)));
        if (series.Length > FirstRows)
        {
            html.Write($"<details><summary>{ConsoleFormat.Count(series.Length - FirstRows)} more series</summary>");
            WriteMap(html, grid, series.AsSpan(FirstRows));
            html.Write("</details>");
        }

        if (report.SeriesCount > series.Length)
        {
            html.Write($"<p class=\"n\">{ConsoleFormat.Count(report.SeriesCount - series.Length)} series are not shown.</p>");
        }

        html.Write("</section>\n");
    }

    private static void WriteMap(HtmlWriter html, CoverageGrid grid, ReadOnlySpan<SeriesSummary> series)
    {
        (DateOnly Day, string Label)[] ticks = [.. Ticks(grid)];
        html.Write("<div class=\"map\"><div class=\"ax\" aria-hidden=\"true\">");
        foreach ((DateOnly day, string label) in ticks)
        {
            html.Write($"<span style=\"left:{PositionOf(day):0.#}%\">{label}</span>");
        }

        html.Write("</div>\n<ol>");
        var cells = new CellState[series.Length][];
        for (int row = 0; row < series.Length; row++)
        {
            cells[row] = grid.Fill(series[row]);
            html.Write($"<li>{ReportFormat.Name(series[row].Series)}</li>");
        }

        html.Write("</ol>\n");
        html.Write($"<svg viewBox=\"0 0 {grid.Cells} {series.Length}\" height=\"{series.Length * 16}\" preserveAspectRatio=\"none\" ");
        html.Write($"role=\"img\" aria-label=\"Coverage of {ConsoleFormat.Count(series.Length)} series by day; ");
        html.Write("the tables of gaps and of series have the numbers\"><g transform=\"translate(0 .5)\">");
        WriteLayers(html, cells);
        html.Write("</g><path class=\"gl\" d=\"");
        foreach ((DateOnly day, string _) in ticks)
        {
            html.Write($"M{(double)(day.DayNumber - grid.First.DayNumber) / grid.DaysPerCell:0.#} 0v{series.Length}");
        }

        html.Write("\"/></svg></div>");

        double PositionOf(DateOnly day) => 100.0 * (day.DayNumber - grid.First.DayNumber) / grid.Days;
    }

    /// <summary>
    /// Draws each series as one run from its first to its last cell, and other states above it. A gap of days is drawn above the run of the
    /// partial days at its ends. That halves the number of runs.
    /// </summary>
    private static void WriteLayers(HtmlWriter html, CellState[][] cells)
    {
        WriteRuns(html, cells, "c1", (row, at) => row[at] != CellState.Outside && BaseOf(row) == CellState.Full);
        WriteRuns(html, cells, "c2", (row, at) => row[at] != CellState.Outside && BaseOf(row) == CellState.Unknown);
        WriteRuns(html, cells, "c1", (row, at) => row[at] == CellState.Full && BaseOf(row) != CellState.Full);
        WriteRuns(html, cells, "c2", (row, at) => row[at] == CellState.Unknown && BaseOf(row) != CellState.Unknown);
        WriteRuns(html, cells, "c4", (row, at) => row[at] == CellState.Partial || IsInGap(row, at));
        WriteRuns(html, cells, "c3", (row, at) => row[at] == CellState.Empty);
        WriteRuns(html, cells, "c5", (row, at) => row[at] == CellState.Conflicting);
    }

    /// <summary>Returns whether a cell is empty and the run of empty cells has a partial day before and after it.</summary>
    private static bool IsInGap(CellState[] row, int at)
    {
        if (row[at] != CellState.Empty)
        {
            return false;
        }

        int begin = row.AsSpan(0, at).LastIndexOfAnyExcept(CellState.Empty);
        int length = row.AsSpan(at).IndexOfAnyExcept(CellState.Empty);
        return begin >= 0 && length >= 0 && row[begin] == CellState.Partial && row[at + length] == CellState.Partial;
    }

    /// <summary>Returns the state that a row is drawn with below the others.</summary>
    private static CellState BaseOf(CellState[] row) =>
        Array.IndexOf(row, CellState.Full) >= 0 ? CellState.Full
        : Array.IndexOf(row, CellState.Unknown) >= 0 ? CellState.Unknown
        : CellState.Outside;

    /// <summary>Draws runs of cells as one path; a run begins relative to the one before it.</summary>
    private static void WriteRuns(HtmlWriter html, CellState[][] cells, string name, Func<CellState[], int, bool> isDrawn)
    {
        bool isEmpty = true;
        for (int row = 0; row < cells.Length; row++)
        {
            int end = -1;
            for (int at = 0; at < cells[row].Length; at++)
            {
                if (!isDrawn(cells[row], at))
                {
                    continue;
                }

                int begin = at;
                while (at < cells[row].Length && isDrawn(cells[row], at))
                {
                    at++;
                }

                if (isEmpty)
                {
                    html.Write($"<path class=\"{name}\" d=\"");
                    isEmpty = false;
                }

                if (end < 0)
                {
                    html.Write($"M{begin} {row}h{at - begin}");
                }
                else
                {
                    html.Write($"m{begin - end} 0h{at - begin}");
                }

                end = at;
            }
        }

        if (!isEmpty)
        {
            html.Write("\"/>");
        }
    }

    /// <summary>Returns a few days that begin a month, a year or a part of them.</summary>
    private static IEnumerable<(DateOnly Day, string Label)> Ticks(CoverageGrid grid)
    {
        if (grid.Days <= 45)
        {
            int step = (grid.Days / MaxTicks) + 1;
            return Enumerable.Range(0, (grid.Days + step - 1) / step).Select(i => grid.First.AddDays(i * step))
                .Select(day => (day, day.ToString("MMM d", CultureInfo.InvariantCulture)));
        }

        int[] months = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 6_000, 24_000];
        int apart = Array.Find(months, count => grid.Days / 30.4 / count <= MaxTicks);
        string format = apart >= 12 ? "yyyy" : "MMM yyyy";
        int begin = (grid.First.Year * 12) + grid.First.Month - 1;
        int end = begin + (int)(grid.Days / 30.4) + 1;
        return Enumerable.Range(0, ((end - begin) / apart) + 2)
            .Select(i => ((begin / apart) + i) * apart)
            .Where(month => month is > 12 and < 9_999 * 12)
            .Select(month => new DateOnly(month / 12, (month % 12) + 1, 1))
            .Where(day => day >= grid.First && day.DayNumber < grid.First.DayNumber + (grid.Days * 0.94))
            .Select(day => (day, day.ToString(format, CultureInfo.InvariantCulture)));
    }
}
