using System.Globalization;
using Loader.Domain;
using Spectre.Console;

namespace Loader.Cli.Output;

/// <summary>How numbers, times and texts from outside are shown to a person.</summary>
internal static class Words
{
    /// <summary>The most characters of a file's name that are shown, where there is room for them.</summary>
    public const int LongestName = 60;

    /// <summary>Returns a count with thousands apart: <c>70,080</c>.</summary>
    public static string Of(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Returns a count with its noun: <c>1 file</c>, <c>2 files</c>.</summary>
    public static string Of(long count, string noun) => $"{Of(count)} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>Returns a size in a unit that fits: <c>1.4 MB</c>.</summary>
    public static string OfBytes(long bytes) => bytes switch
    {
        < 10_000 => $"{Of(bytes)} B",
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:N1} kB"),
        < 10_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N1} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:N1} GB"),
    };

    /// <summary>Returns a length of time: <c>0.34 s</c>, <c>2 min 5 s</c>.</summary>
    public static string Of(TimeSpan time) => time < TimeSpan.FromMinutes(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalMinutes} min {time.Seconds} s");

    /// <summary>Returns a point in time to the second, in UTC.</summary>
    public static string Of(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Makes a text from outside safe for a terminal and for Spectre's markup.</summary>
    public static string Safe(string text) => Markup.Escape(PlainText.Escape(text));

    /// <summary>Makes a file's name safe, and keeps the end of a long one, which tells files of a folder apart.</summary>
    public static string Name(string name, int longest = LongestName)
    {
        string plain = PlainText.Escape(name);
        return Markup.Escape(plain.Length <= longest ? plain : "…" + plain[^(longest - 1)..]);
    }
}
