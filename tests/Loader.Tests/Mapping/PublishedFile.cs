using System.Globalization;

namespace Loader.Tests.Mapping;

/// <summary>A file of a publisher as text, read without the loader and without DuckDB. No sample has quotes.</summary>
internal sealed class PublishedFile
{
    private readonly string[] _header;
    private readonly string[][] _rows;

    private PublishedFile(string[] header, string[][] rows) => (_header, _rows) = (header, rows);

    public static PublishedFile Read(string path, char delimiter)
    {
        string[][] lines = [.. File.ReadAllLines(path).Select(line => line.TrimEnd('\r').Split(delimiter))];
        return new PublishedFile(lines[0], lines[1..]);
    }

    /// <summary>Gets the rows as functions from a column's name to its text.</summary>
    public IEnumerable<Func<string, string>> Rows => _rows.Select(
        row => (Func<string, string>)(name => Array.IndexOf(_header, name) is >= 0 and int index && index < row.Length ? row[index] : ""));

    public static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    public static DateTime Time(string text, string format = "yyyy-MM-dd HH:mm:ss") =>
        DateTime.ParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None);

    /// <summary>Returns the instant of a local time, the earlier one of two; <see langword="null"/> if clocks skipped it.</summary>
    public static DateTime? Utc(DateTime local, string zone)
    {
        var found = TimeZoneInfo.FindSystemTimeZoneById(zone);
        return found.IsInvalidTime(local) ? null
            : local - (found.IsAmbiguousTime(local) ? found.GetAmbiguousTimeOffsets(local).Max() : found.GetUtcOffset(local));
    }

    /// <summary>Formats a row as the tests read it from a database; <see langword="null"/> if it has no time or no value.</summary>
    public static string? Row(DateTime? utc, string region, string subject, string kind, string value, string unit, string flag = "-") =>
        utc is { } time && value.Length > 0 ? Row(time, region, subject, kind, Number(value), unit, flag) : null;

    public static string Row(DateTime utc, string region, string subject, string kind, double value, string unit, string flag = "-") =>
        FormattableString.Invariant($"{utc:yyyy-MM-ddTHH:mm:ssZ} {region} {subject} {kind} {flag} {value:R} {unit}");
}
