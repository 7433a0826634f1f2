using System.Globalization;

namespace Loader.Domain;

/// <summary>A time in ISO 8601 text, to the nanosecond, in the proleptic Gregorian calendar.</summary>
/// <param name="Seconds">The seconds since 1970-01-01T00:00:00: in UTC if the text has an offset, otherwise in local time.</param>
/// <param name="Nanoseconds">The fraction of the second, from 0 to 999,999,999.</param>
/// <param name="HasOffset">Whether the text has an offset from UTC.</param>
public readonly record struct IsoTime(long Seconds, int Nanoseconds, bool HasOffset)
{
    private const int SecondsPerDay = 86_400;

    /// <summary>
    /// Parses <c>date</c> or <c>date T time [offset]</c>, extended (<c>2024-05-01T12:30:00.5+02:00</c>) or basic (<c>20240501T123000Z</c>).
    /// </summary>
    /// <param name="text">
    /// The text in UTF-8. A space or <c>t</c> may replace <c>T</c>, <c>z</c> may replace <c>Z</c>, and a comma the decimal point. Minutes
    /// and seconds are optional; 24:00 is the end of the day. Years have four digits, or a sign and six. Digits beyond nanoseconds must be
    /// zeros, because they would be lost. Spaces may surround the text and precede the offset; after a space, <c>UTC</c> is an offset too.
    /// </param>
    /// <param name="time">Receives the time.</param>
    /// <returns>Whether the text is a valid time.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out IsoTime time)
    {
        time = default;
        text = text.Trim((byte)' ');
        if (!TryDate(ref text, out long days))
        {
            return false;
        }

        if (text.IsEmpty)
        {
            time = new IsoTime(days * SecondsPerDay, 0, HasOffset: false);
            return true;
        }

        if (text[0] is not ((byte)'T' or (byte)'t' or (byte)' '))
        {
            return false;
        }

        text = text[1..];
        if (!TryClock(ref text, out int seconds, out int nanoseconds))
        {
            return false;
        }

        if (text.IsEmpty)
        {
            time = new IsoTime((days * SecondsPerDay) + seconds, nanoseconds, HasOffset: false);
            return true;
        }

        if (!TryOffset(text, out int offset))
        {
            return false;
        }

        time = new IsoTime((days * SecondsPerDay) + seconds - offset, nanoseconds, HasOffset: true);
        return true;
    }

    /// <summary>Formats a local time or a time in UTC in the extended form, with as many fractional digits as it needs.</summary>
    /// <param name="seconds">The seconds since 1970-01-01T00:00:00.</param>
    /// <param name="nanoseconds">The fraction of the second, from 0 to 999,999,999.</param>
    /// <param name="suffix"><c>Z</c> for UTC, empty for local time.</param>
    /// <returns>Text that <see cref="TryParse"/> accepts.</returns>
    public static string Format(long seconds, int nanoseconds, string suffix)
    {
        (long days, long second) = FloorDivide(seconds, SecondsPerDay);
        (long year, int month, int day) = FromDays(days);
        string date = year is >= 0 and <= 9999
            ? string.Create(CultureInfo.InvariantCulture, $"{year:0000}-{month:00}-{day:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{year:+000000;-000000}-{month:00}-{day:00}");
        string fraction = nanoseconds == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $".{nanoseconds:000000000}").TrimEnd('0');
        return string.Create(
            CultureInfo.InvariantCulture, $"{date}T{second / 3600:00}:{second / 60 % 60:00}:{second % 60:00}{fraction}{suffix}");
    }

    /// <summary>
    /// Formats a count of a unit since 1970-01-01T00:00:00 in the extended form, with as many fractional digits as it needs.
    /// </summary>
    /// <param name="time">The count.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="suffix"><c>Z</c> for UTC, empty for local time.</param>
    /// <returns>Text that <see cref="TryParse"/> accepts.</returns>
    public static string Format(long time, TimeUnit unit, string suffix)
    {
        long perSecond = unit.PerSecond();
        (long seconds, long fraction) = FloorDivide(time, perSecond);
        return Format(seconds, (int)(fraction * (1_000_000_000 / perSecond)), suffix);
    }

    private static bool TryDate(ref ReadOnlySpan<byte> text, out long days)
    {
        days = 0;
        bool negative = false;
        int yearDigits = 4;
        if (!text.IsEmpty && text[0] is (byte)'+' or (byte)'-')
        {
            negative = text[0] == (byte)'-';
            yearDigits = 6;
            text = text[1..];
        }

        if (!TryDigits(ref text, yearDigits, out int year))
        {
            return false;
        }

        bool extended = TrySkip(ref text, (byte)'-');
        if (!TryDigits(ref text, 2, out int month) || (extended && !TrySkip(ref text, (byte)'-')) || !TryDigits(ref text, 2, out int day))
        {
            return false;
        }

        year = negative ? -year : year;
        if (month is < 1 or > 12 || day < 1 || day > DaysIn(year, month))
        {
            return false;
        }

        days = ToDays(year, month, day);
        return true;
    }

    private static bool TryClock(ref ReadOnlySpan<byte> text, out int seconds, out int nanoseconds)
    {
        seconds = nanoseconds = 0;
        if (!TryDigits(ref text, 2, out int hour))
        {
            return false;
        }

        int minute = 0;
        int second = 0;
        bool bad = false;
        if (TryPart(ref text, ref bad, ref minute) && TryPart(ref text, ref bad, ref second)
            && !text.IsEmpty && text[0] is (byte)'.' or (byte)',')
        {
            text = text[1..];
            bad |= !TryFraction(ref text, out nanoseconds);
        }

        seconds = (((hour * 60) + minute) * 60) + second;
        return !bad && minute < 60 && second < 60 && (hour < 24 || (seconds == SecondsPerDay && nanoseconds == 0));
    }

    /// <summary>Parses two digits, after a colon or, in the basic form, without one.</summary>
    /// <returns>Whether there are digits; <paramref name="bad"/> is set if the text is not part of a time.</returns>
    private static bool TryPart(ref ReadOnlySpan<byte> text, ref bool bad, ref int value)
    {
        bool colon = TrySkip(ref text, (byte)':');
        bool digits = !text.IsEmpty && char.IsAsciiDigit((char)text[0]);
        bad |= (colon && !digits) || (digits && !TryDigits(ref text, 2, out value));
        return digits && !bad;
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> text, out int nanoseconds)
    {
        nanoseconds = 0;
        int digits = 0;
        for (; !text.IsEmpty && char.IsAsciiDigit((char)text[0]); text = text[1..])
        {
            if (digits < 9)
            {
                nanoseconds = (nanoseconds * 10) + (text[0] - '0');
            }
            else if (text[0] != (byte)'0')
            {
                return false;
            }

            digits++;
        }

        for (int missing = digits; missing < 9; missing++)
        {
            nanoseconds *= 10;
        }

        return digits > 0;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int seconds)
    {
        seconds = 0;
        ReadOnlySpan<byte> offset = text.TrimStart((byte)' ');
        if (offset is [(byte)'Z' or (byte)'z'] || (offset.Length < text.Length && offset.SequenceEqual("UTC"u8)))
        {
            return true;
        }

        text = offset;
        if (text[0] is not ((byte)'+' or (byte)'-'))
        {
            return false;
        }

        int sign = text[0] == (byte)'-' ? -1 : 1;
        text = text[1..];
        int minute = 0;
        int second = 0;
        if (!TryDigits(ref text, 2, out int hour))
        {
            return false;
        }

        bool bad = false;
        if (TryPart(ref text, ref bad, ref minute))
        {
            TryPart(ref text, ref bad, ref second);
        }

        seconds = sign * ((((hour * 60) + minute) * 60) + second);
        return !bad && text.IsEmpty && hour < 24 && minute < 60 && second < 60;
    }

    private static bool TryDigits(ref ReadOnlySpan<byte> text, int count, out int value)
    {
        value = 0;
        if (text.Length < count)
        {
            return false;
        }

        foreach (byte digit in text[..count])
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        text = text[count..];
        return true;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> text, byte expected)
    {
        if (text.IsEmpty || text[0] != expected)
        {
            return false;
        }

        text = text[1..];
        return true;
    }

    private static int DaysIn(int year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    /// <summary>Returns the days since 1970-01-01. Eras of 400 years have 146,097 days; years begin in March.</summary>
    private static long ToDays(long year, int month, int day)
    {
        year -= month <= 2 ? 1 : 0;
        (long era, long yearOfEra) = FloorDivide(year, 400);
        long dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        long dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097) + dayOfEra - 719_468;
    }

    private static (long Year, int Month, int Day) FromDays(long days)
    {
        days += 719_468;
        (long era, long dayOfEra) = FloorDivide(days, 146_097);
        long yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        long dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        int shifted = (int)(((5 * dayOfYear) + 2) / 153);
        int day = (int)(dayOfYear - (((153 * shifted) + 2) / 5) + 1);
        int month = shifted < 10 ? shifted + 3 : shifted - 9;
        return (yearOfEra + (era * 400) + (month <= 2 ? 1 : 0), month, day);
    }

    private static (long Quotient, long Remainder) FloorDivide(long value, long divisor)
    {
        (long quotient, long remainder) = Math.DivRem(value, divisor);
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder);
    }
}
