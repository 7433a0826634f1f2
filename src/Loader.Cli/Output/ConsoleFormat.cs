using System.Globalization;
using Loader.Domain;
using Spectre.Console;

namespace Loader.Cli.Output;

/// <summary>Formats numbers, times and text for the console.</summary>
internal static class ConsoleFormat
{
    /// <summary>The maximum length of a displayed file name.</summary>
    public const int MaxNameLength = 60;

    /// <summary>Formats a count with thousands separators: <c>70,080</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Formats a count with its noun: <c>1 file</c>, <c>2 files</c>.</summary>
    public static string Count(long count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>Formats a size: <c>1.4 MB</c>.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 10_000 => $"{Count(bytes)} B",
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:N1} kB"),
        < 10_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N1} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:N1} GB"),
    };

    /// <summary>Formats a duration: <c>0.34 s</c>, <c>2 min 5 s</c>.</summary>
    public static string Duration(TimeSpan duration) => duration < TimeSpan.FromMinutes(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.00} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalMinutes} min {duration.Seconds} s");

    /// <summary>Formats a time that is left, in two units at most: <c>45 s</c>, <c>2 min 5 s</c>, <c>3 h 12 min</c>.</summary>
    public static string TimeLeft(TimeSpan time) => time.TotalMinutes < 1 ? $"{time.Seconds} s"
        : time.TotalHours < 1 ? $"{time.Minutes} min {time.Seconds} s"
        : $"{Count((long)time.TotalHours)} h {time.Minutes} min";

    /// <summary>Formats a time in UTC, to the second, without a zone.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Escapes text from outside for the terminal and for Spectre's markup.</summary>
    public static string Escape(string text) => Markup.Escape(PlainText.Escape(text));

    /// <summary>
    /// Shortens text from the start, because the end distinguishes the files of a folder. What is left does not begin inside a number.
    /// </summary>
    public static string Shorten(string text, int maxLength)
    {
        const string Ellipsis = "...";
        if (text.Length <= maxLength)
        {
            return text;
        }

        int start = text.Length - Math.Max(maxLength - Ellipsis.Length, 0);
        while (start < text.Length && char.IsAsciiDigit(text[start]) && char.IsAsciiDigit(text[start - 1]))
        {
            start++;
        }

        return Ellipsis + text[start..];
    }
}
