using Loader.Application.Quality;
using Loader.Domain;

namespace Loader.Cli.Reporting;

/// <summary>
/// A small chart of a series over the time of all series: a band from the smallest to the largest value, a line of means, and marks at
/// findings.
/// </summary>
internal static class Sparkline
{
    /// <summary>The lines of the chart for values; the marks are below.</summary>
    private const int Height = 24;

    private const int Top = 1;

    /// <summary>The number of points of all charts of a page: each takes about 15 bytes.</summary>
    private const int MaxPoints = 2_640;

    private const int MarksEnd = 30;

    /// <summary>Returns how many parts the time is divided into, so that many charts take little room.</summary>
    public static int PartsFor(int charts) => Math.Clamp(MaxPoints / Math.Max(charts, 1), 15, 75);

    /// <summary>Draws the chart.</summary>
    /// <param name="html">Receives the chart.</param>
    /// <param name="series">The series.</param>
    /// <param name="grid">The days of all series.</param>
    /// <param name="maxParts">The maximum number of parts of the time.</param>
    /// <param name="findings">The findings of the series.</param>
    public static void Write(
        HtmlWriter html, SeriesSummary series, CoverageGrid grid, int maxParts, IEnumerable<QualityFinding> findings)
    {
        int parts = Math.Min(maxParts, grid.Days);
        var values = new Part[parts];
        foreach (SeriesDay day in series.Days)
        {
            if (double.IsFinite(day.Min) && double.IsFinite(day.Max) && double.IsFinite(day.Mean))
            {
                values[PartOf(day.Day.DayNumber)].Add(day);
            }
        }

        double min = values.Where(part => part.Rows > 0).Select(part => part.Min).DefaultIfEmpty(0).Min();
        double max = values.Where(part => part.Rows > 0).Select(part => part.Max).DefaultIfEmpty(0).Max();
        html.Write($"<svg class=\"s\" viewBox=\"0 0 {parts} {MarksEnd}\" preserveAspectRatio=\"none\" role=\"img\" ");
        html.Write("aria-label=\"Values\">");
        WriteBand(html, values, LineOf);
        WriteMeans(html, values, LineOf);
        WriteMarks(html, findings, PartOf);
        html.Write("</svg>");

        int PartOf(int dayNumber) =>
            (int)((long)Math.Clamp(dayNumber - grid.First.DayNumber, 0, grid.Days - 1) * parts / grid.Days);

        // Halves, because the difference of the largest doubles is infinite.
        int LineOf(double value) => max > min
            ? Height - (int)Math.Round((Height - Top) * (((value / 2) - (min / 2)) / ((max / 2) - (min / 2))))
            : Height / 2;
    }

    private static void WriteBand(HtmlWriter html, Part[] parts, Func<double, int> lineOf)
    {
        html.Write("<path class=\"d\" d=\"");
        foreach ((int begin, int end) in Runs(parts))
        {
            int top = lineOf(parts[begin].Max);
            html.Write($"M{begin} {top}");
            top = WriteLine(html, 1, top, parts.AsSpan(begin, end - begin), part => lineOf(part.Max));
            int bottom = lineOf(parts[end - 1].Min);
            html.Write($"v{bottom - top}");
            Part[] back = parts[begin..end];
            Array.Reverse(back);
            WriteLine(html, -1, bottom, back, part => lineOf(part.Min));
            html.Write("z");
        }

        html.Write("\"/>");
    }

    private static void WriteMeans(HtmlWriter html, Part[] parts, Func<double, int> lineOf)
    {
        html.Write("<path class=\"m\" d=\"");
        foreach ((int begin, int end) in Runs(parts))
        {
            int line = lineOf(parts[begin].Mean);
            html.Write($"M{begin} {line}");
            WriteLine(html, 1, line, parts.AsSpan(begin, end - begin), part => lineOf(part.Mean));
        }

        html.Write("\"/>");
    }

    /// <summary>Draws a line over parts; those of the same height are drawn at once.</summary>
    /// <returns>The height at its end.</returns>
    private static int WriteLine(HtmlWriter html, int direction, int from, ReadOnlySpan<Part> parts, Func<Part, int> lineOf)
    {
        int line = from;
        int level = direction;
        foreach (ref readonly Part part in parts[1..])
        {
            int next = lineOf(part);
            if (next == line)
            {
                level += direction;
                continue;
            }

            if (level != 0)
            {
                html.Write($"h{level}");
            }

            WriteStep(html, direction, next - line);
            (line, level) = (next, 0);
        }

        if (level != 0)
        {
            html.Write($"h{level}");
        }

        return line;
    }

    /// <summary>Draws a line to the next part. A sign needs no blank before it.</summary>
    private static void WriteStep(HtmlWriter html, int x, int y)
    {
        if (y < 0)
        {
            html.Write($"l{x}{y}");
        }
        else
        {
            html.Write($"l{x} {y}");
        }
    }

    private static void WriteMarks(HtmlWriter html, IEnumerable<QualityFinding> findings, Func<int, int> partOf)
    {
        var drawn = new HashSet<int>();
        foreach (IGrouping<QualitySeverity, QualityFinding> group in findings.Where(finding => finding.From is not null)
            .GroupBy(finding => finding.Severity).OrderByDescending(group => group.Key))
        {
            int[] marks =
            [
                .. group.Select(finding => partOf(DateOnly.FromDateTime(finding.From!.Value.UtcDateTime).DayNumber))
                    .Distinct().Where(drawn.Add).Order(),
            ];
            if (marks.Length == 0)
            {
                continue;
            }

            html.Write($"<path class=\"f{ReportFormat.ClassOf(group.Key)}\" d=\"M{marks[0]} 28");
            int end = marks[0];
            for (int i = 0; i < marks.Length; i++)
            {
                int begin = marks[i];
                while (i + 1 < marks.Length && marks[i + 1] == marks[i] + 1)
                {
                    i++;
                }

                if (begin > end)
                {
                    html.Write($"m{begin - end} 0");
                }

                end = marks[i] + 1;
                html.Write($"h{end - begin}");
            }

            html.Write("\"/>");
        }
    }

    private static IEnumerable<(int Begin, int End)> Runs(Part[] parts)
    {
        for (int part = 0; part < parts.Length; part++)
        {
            if (parts[part].Rows == 0)
            {
                continue;
            }

            int begin = part;
            while (part < parts.Length && parts[part].Rows > 0)
            {
                part++;
            }

            yield return (begin, part);
        }
    }

    private struct Part
    {
        public long Rows;
        public double Min;
        public double Max;
        public double Mean;

        public void Add(in SeriesDay day)
        {
            Min = Rows == 0 ? day.Min : Math.Min(Min, day.Min);
            Max = Rows == 0 ? day.Max : Math.Max(Max, day.Max);
            Rows += day.Rows;

            // A running mean cannot overflow where a sum would.
            Mean += (day.Mean - Mean) * ((double)day.Rows / Rows);
        }
    }
}
