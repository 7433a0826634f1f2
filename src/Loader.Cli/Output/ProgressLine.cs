using System.Globalization;
using Loader.Application.Ports;
using Loader.Cli.Loading;

namespace Loader.Cli.Output;

/// <summary>Formats the progress of a run as one line of ASCII text that fits a width.</summary>
internal static class ProgressLine
{
    /// <summary>Formats the progress.</summary>
    /// <param name="counts">What the run has done.</param>
    /// <param name="rowsPerSecond">The rows a second, or <see langword="null"/> if they are not known.</param>
    /// <param name="timeLeft">The time until the end, or <see langword="null"/> if it is not known.</param>
    /// <param name="activity">What the sink does, or <see langword="null"/> if it sends no requests.</param>
    /// <param name="width">The maximum length.</param>
    /// <returns>
    /// All parts in words; in less width, all parts in short; then fewer parts, the least important ones left out first. The text is empty
    /// if not even the files fit.
    /// </returns>
    public static string Format(RunCounts counts, double? rowsPerSecond, TimeSpan? timeLeft, SinkActivity? activity, int width)
    {
        Part[] parts = [.. List(counts, rowsPerSecond, timeLeft, activity)];
        string text = Join(parts.Select(part => part.Long));
        for (int importance = 0; text.Length > width; importance++)
        {
            parts = [.. parts.Where(part => part.Importance >= importance)];
            if (parts.Length == 0)
            {
                return "";
            }

            text = Join(parts.Select(part => part.Short));
        }

        return text;
    }

    private static IEnumerable<Part> List(RunCounts counts, double? rowsPerSecond, TimeSpan? timeLeft, SinkActivity? activity)
    {
        if (counts is { FilesListed: 0, FilesEnded: 0 })
        {
            yield return new Part(6, "listing files", "listing");
            yield break;
        }

        string ended = ConsoleFormat.Count(counts.FilesEnded);
        string listed = ConsoleFormat.Count(counts.FilesListed) + (counts.IsListingEnded ? "" : "+");
        yield return new Part(
            6, $"{ended} of {listed} file{(counts is { FilesListed: 1, IsListingEnded: true } ? "" : "s")}", $"{ended}/{listed} files");
        yield return Part.Same(3, ConsoleFormat.Count(counts.Rows, "row"));
        if (rowsPerSecond is { } rate)
        {
            string rows = ConsoleFormat.Count((long)Math.Round(rate));
            yield return new Part(4, rows + " rows/s", rows + "/s");
        }

        if (timeLeft is { } left)
        {
            yield return new Part(5, ConsoleFormat.TimeLeft(left) + " left", ShortTime(left) + " left");
        }

        if (activity is { } sink)
        {
            yield return new Part(
                1,
                ConsoleFormat.Count(sink.RequestsInFlight, "request") + " in flight",
                ConsoleFormat.Count(sink.RequestsInFlight, "request"));
            if (sink.Throttles > 0)
            {
                yield return Part.Same(2, ConsoleFormat.Count(sink.Throttles) + " throttled");
            }
        }
    }

    private static string Join(IEnumerable<string> parts) => string.Join(", ", parts);

    private static string ShortTime(TimeSpan time) => time.TotalHours < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours:N0}:{time.Minutes:00}:{time.Seconds:00}");

    /// <summary>A part of the line.</summary>
    /// <param name="Importance">The part with the lowest importance is left out first.</param>
    /// <param name="Long">The part in words.</param>
    /// <param name="Short">The part in short.</param>
    private readonly record struct Part(int Importance, string Long, string Short)
    {
        public static Part Same(int importance, string text) => new(importance, text, text);
    }
}
