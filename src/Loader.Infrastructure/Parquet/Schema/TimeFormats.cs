using System.Globalization;
using System.Text;
using Loader.Domain;

namespace Loader.Infrastructure.Parquet.Schema;

/// <summary>Formats of times in text, tried in order in the invariant culture. Immutable.</summary>
internal sealed class TimeFormats
{
    private const int MaxBytes = 128;
    private readonly (string Format, bool HasOffset)[] _formats;

    /// <summary>Initializes a new instance of the <see cref="TimeFormats"/> class.</summary>
    /// <param name="formats">.NET formats, already validated.</param>
    public TimeFormats(IEnumerable<string> formats)
    {
        _formats = [.. formats.Select(format => (format, HasSpecifier(format, "z")))];
        HaveTimeOfDay = _formats.Any(format => HasSpecifier(format.Format, "Hh"));
    }

    /// <summary>Gets a value indicating whether the formats have a time of day, and not only a date.</summary>
    public bool HaveTimeOfDay { get; }

    /// <summary>Reads a text.</summary>
    /// <param name="utf8">The text. Blanks around it do not count.</param>
    /// <param name="time">Receives the time.</param>
    /// <returns>Whether one of the formats fits.</returns>
    public bool TryParse(ReadOnlySpan<byte> utf8, out IsoTime time)
    {
        time = default;
        utf8 = utf8.Trim(" \t"u8);
        Span<char> buffer = stackalloc char[MaxBytes];
        if (utf8.Length > MaxBytes || !Encoding.UTF8.TryGetChars(utf8, buffer, out int length))
        {
            return false;
        }

        ReadOnlySpan<char> text = buffer[..length];
        foreach ((string format, bool hasOffset) in _formats)
        {
            if (hasOffset)
            {
                if (DateTimeOffset.TryParseExact(
                    text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset instant))
                {
                    time = FromTicks(instant.UtcTicks, hasOffset: true);
                    return true;
                }
            }
            else if (DateTime.TryParseExact(
                text, format, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out DateTime local))
            {
                time = FromTicks(local.Ticks, hasOffset: false);
                return true;
            }
        }

        return false;
    }

    private static IsoTime FromTicks(long ticks, bool hasOffset)
    {
        long since = ticks - DateTime.UnixEpoch.Ticks;
        long seconds = Math.DivRem(since, TimeSpan.TicksPerSecond, out long rest);
        return rest < 0
            ? new IsoTime(seconds - 1, (int)(rest + TimeSpan.TicksPerSecond) * 100, hasOffset)
            : new IsoTime(seconds, (int)rest * 100, hasOffset);
    }

    /// <summary>Returns whether a format has one of several letters outside of quotes and escapes.</summary>
    private static bool HasSpecifier(string format, string letters)
    {
        char quote = '\0';
        for (int i = 0; i < format.Length; i++)
        {
            char c = format[i];
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c == '\\')
            {
                i++;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (letters.Contains(c, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
