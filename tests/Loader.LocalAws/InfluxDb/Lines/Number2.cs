using System.Buffers;
using System.Globalization;

namespace Loader.LocalAws.InfluxDb.Lines;

/// <summary>Numbers as InfluxDB 2 reads them (InfluxDB reference, section 3): <c>.5</c> and <c>5.</c> are floats, a float beyond the range is refused.</summary>
internal static class Number2
{
    private static readonly SearchValues<char> MantissaCharacters = SearchValues.Create(".0123456789");

    /// <summary>Refuses a value that is no number.</summary>
    public static void Check(string value)
    {
        var digits = value.StartsWith('-') ? value[1..] : value;
        var suffix = digits.Length > 0 ? digits[^1] : '\0';
        if (suffix is 'i' or 'u')
        {
            CheckInteger(value, digits[..^1], suffix);
        }
        else if (!IsFloat(digits))
        {
            throw new LineException(digits.AsSpan().ContainsAny('e', 'E') && char.IsAsciiDigit(digits[0]) ? "invalid float" : "invalid number");
        }
        else if (!double.IsFinite(double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture)))
        {
            throw new LineException("invalid float");
        }
    }

    public static long ParseInteger(string digits)
    {
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        var why = digits is "" or "-" ? "invalid syntax" : "value out of range";
        throw new LineException($"strconv.ParseInt: parsing \"{digits}\": {why}");
    }

    private static void CheckInteger(string value, string digits, char suffix)
    {
        if (digits.Length == 0 || digits.AsSpan().ContainsAnyExceptInRange('0', '9') || (suffix == 'u' && value[0] == '-'))
        {
            throw new LineException("invalid number");
        }

        var number = value[..^1];
        if (suffix == 'i' && !long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            throw new LineException($"unable to parse integer {number}: strconv.ParseInt: parsing \"{number}\": value out of range");
        }

        if (suffix == 'u' && !ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw new LineException($"unable to parse unsigned {number}: strconv.ParseUint: parsing \"{number}\": value out of range");
        }
    }

    /// <summary>Digits with at most one point and at least one digit, then possibly an exponent.</summary>
    private static bool IsFloat(string text)
    {
        var mark = text.AsSpan().IndexOfAny('e', 'E');
        var mantissa = text.AsSpan(0, mark < 0 ? text.Length : mark);
        var points = mantissa.Count('.');
        if (points > 1 || mantissa.Length == points || mantissa.ContainsAnyExcept(MantissaCharacters))
        {
            return false;
        }

        if (mark < 0)
        {
            return true;
        }

        var exponent = text.AsSpan(mark + 1);
        if (!exponent.IsEmpty && exponent[0] is '+' or '-')
        {
            exponent = exponent[1..];
        }

        return !exponent.IsEmpty && !exponent.ContainsAnyExceptInRange('0', '9');
    }
}
