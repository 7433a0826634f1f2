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
    private const int MarksEnd = 30;

    /// <summary>Returns how many parts the time is divided into, so that many charts take little room.</summary>
    public static int PartsFor(int charts) => charts switch
    {
        <= 40 => 75,
        <= 100 => 50,
        _ => 30,
    };

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
        html.Write($"<svg class=\"s\" viewBox=\"0 0 {parts} {MarksEnd}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"");
        html.Write("Daily values\">");
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
            int line = lineOf(parts[begin].Max);
            html.Write($"M{begin} {line}h1");
            for (int part = begin + 1; part < end; part++)
            {
                int next = lineOf(parts[part].Max);
                WriteStep(html, 1, next - line);
                line = next;
            }

            int bottom = lineOf(parts[end - 1].Min);
            html.Write($"v{bottom - line}");
            for (int part = end - 2; part >= begin; part--)
            {
                int next = lineOf(parts[part].Min);
                WriteStep(html, -1, next - bottom);
                bottom = next;
            }

            html.Write("h-1z");
        }

        html.Write("\"/>");
    }

    private static void WriteMeans(HtmlWriter html, Part[] parts, Func<double, int> lineOf)
    {
        html.Write("<path class=\"m\" d=\"");
        foreach ((int begin, int end) in Runs(parts))
        {
            int line = lineOf(parts[begin].Mean);
            html.Write($"M{begin} {line}h1");
            for (int part = begin + 1; part < end; part++)
            {
                int next = lineOf(parts[part].Mean);
                WriteStep(html, 1, next - line);
                line = next;
            }
        }

        html.Write("\"/>");
    }

    /// <summary>Draws a line to the next part, in the shortest form.</summary>
    private static void WriteStep(HtmlWriter html, int x, int y)
    {
        if (y == 0)
        {
            html.Write($"h{x}");
        }
        else if (y < 0)
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

            html.Write($"<path class=\"f{ReportFormat.ClassOf(group.Key)}\" d=\"");
            foreach (int mark in marks)
            {
                html.Write($"M{mark} 26v4");
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
