using System.Text;
using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Schema;

namespace Loader.Infrastructure.Parquet.Suggesting;

/// <summary>How the texts of a column are times.</summary>
/// <param name="Format">The format; <see langword="null"/> for ISO 8601.</param>
/// <param name="HasOffset">Whether each has an offset from UTC.</param>
/// <param name="HasTimeOfDay">Whether they have a time of day, and not only a date.</param>
/// <param name="HasDate">Whether they have a date, and not only a time of day.</param>
internal sealed record TimeTexts(string? Format, bool HasOffset, bool HasTimeOfDay, bool HasDate = true)
{
    private const int MaxTried = 200;

    private static readonly string[] Dates =
    [
        "yyyy-MM-dd", "yyyy/MM/dd", "yyyy.MM.dd", "dd.MM.yyyy", "d.M.yyyy", "dd/MM/yyyy", "MM/dd/yyyy", "d/M/yyyy", "M/d/yyyy",
        "dd-MM-yyyy", "MM-dd-yyyy", "dd-MMM-yyyy", "dd-MMM-yy",
    ];

    private static readonly string[] TimesOfDay =
    [
        "HH:mm:ss", "HH:mm", "H:mm:ss", "H:mm", "h:mm:ss tt", "h:mm tt", "HH:mm:ss.fff", "HH:mm:sszzz", "HH:mm:ss zzz", "HH:mmzzz", "HH",
    ];

    /// <summary>Gets the format that fits too, with day and month the other way round, or <see langword="null"/>.</summary>
    public string? OtherFormat { get; private init; }

    /// <summary>Finds the first format that all texts have, apart from empty ones.</summary>
    /// <returns>The format, or <see langword="null"/> if there is none or no text.</returns>
    public static TimeTexts? Find(IReadOnlyList<string> texts)
    {
        byte[][] given =
        [
            .. texts.Where(text => text.AsSpan().Trim().Length > 0).Take(MaxTried).Select(text => Encoding.UTF8.GetBytes(text.Trim())),
        ];
        bool areIntegers = given.All(text => text.All(c => char.IsAsciiDigit((char)c)));
        if (given.Length == 0 || given.Any(text => text.Length is < 4 or > 40) || areIntegers)
        {
            return null;
        }

        if (FindIso(given) is { } iso)
        {
            return iso;
        }

        string[] formats =
        [
            .. Dates.SelectMany(date => TimesOfDay.SelectMany(time => new[] { $"{date} {time}", $"{date}'T'{time}" }).Prepend(date)),
        ];
        if (Array.Find(formats, format => Fits(given, format)) is { } found)
        {
            string other = found.Contains("dd/MM", StringComparison.Ordinal) ? found.Replace("dd/MM", "MM/dd", StringComparison.Ordinal)
                : found.Contains("d/M", StringComparison.Ordinal) ? found.Replace("d/M", "M/d", StringComparison.Ordinal)
                : found.Replace("dd-MM-", "MM-dd-", StringComparison.Ordinal);
            return new TimeTexts(found, found.Contains('z', StringComparison.Ordinal), found.AsSpan().ContainsAny('H', 'h'))
            {
                OtherFormat = other != found && Fits(given, other) ? other : null,
            };
        }

        return Array.Find(TimesOfDay[..6], format => Fits(given, format)) is { } ofDay
            ? new TimeTexts(ofDay, HasOffset: false, HasTimeOfDay: true, HasDate: false)
            : null;
    }

    private static TimeTexts? FindIso(byte[][] texts)
    {
        bool hasOffset = true;
        bool hasTimeOfDay = false;
        foreach (byte[] text in texts)
        {
            if (!IsoTime.TryParse(text, out IsoTime time))
            {
                return null;
            }

            hasOffset &= time.HasOffset;
            hasTimeOfDay |= text.Length > "yyyy-MM-dd".Length;
        }

        return new TimeTexts(null, hasOffset, hasTimeOfDay);
    }

    private static bool Fits(byte[][] texts, string format)
    {
        var formats = new TimeFormats([format]);
        return texts.All(text => formats.TryParse(text, out _));
    }
}

/// <summary>How the texts of a column are numbers.</summary>
/// <param name="Text">How they are written.</param>
/// <param name="IsAmbiguous">Whether a comma can be a decimal sign or a thousands sign.</param>
internal sealed record NumberTexts(NumberText Text, bool IsAmbiguous)
{
    /// <summary>Words that publishers write where there is no value.</summary>
    private static readonly string[] NullWords =
        ["-", "--", "n/e", "N/A", "n/a", "NA", "ND", "Null", "NULL", "null", "?", "NaN", "nan", "None"];

    /// <summary>Finds how texts are written as numbers.</summary>
    /// <returns>How, or <see langword="null"/> if they are no numbers.</returns>
    public static NumberTexts? Find(IReadOnlyList<string> texts)
    {
        string[] trimmed = [.. texts.Select(text => text.Trim()).Where(text => text.Length > 0)];
        string[] words = [.. NullWords.Intersect(trimmed, StringComparer.Ordinal)];
        byte[][] numbers = [.. trimmed.Except(words, StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];
        if (numbers.Length == 0)
        {
            return null;
        }

        IReadOnlyList<string> nulls = ["", .. words];
        NumberText point = new() { Null = nulls };
        NumberText pointAndComma = point with { ThousandsSign = ',' };
        NumberText comma = point with { DecimalSign = ',' };
        NumberText commaAndPoint = comma with { ThousandsSign = '.' };
        if (Fits(numbers, point))
        {
            return new NumberTexts(point, IsAmbiguous: false);
        }

        bool fitsPoint = Fits(numbers, pointAndComma);
        return Fits(numbers, comma) ? new NumberTexts(comma, fitsPoint)
            : Fits(numbers, commaAndPoint) ? new NumberTexts(commaAndPoint, fitsPoint)
            : fitsPoint ? new NumberTexts(pointAndComma, IsAmbiguous: false)
            : null;
    }

    private static bool Fits(byte[][] numbers, NumberText text)
    {
        var parser = new NumberTextParser(text);
        return numbers.All(number => parser.TryParse(number, out double value) && !double.IsNaN(value));
    }
}
