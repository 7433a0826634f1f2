using System.Buffers.Text;
using System.Text;
using Loader.Infrastructure.Mapping;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Reads numbers in text, to the nearest double, without a string.</summary>
internal sealed class NumberTextParser
{
    /// <summary>No number that a file holds is longer.</summary>
    private const int MaxBytes = 128;

    private readonly byte _decimal;
    private readonly byte? _thousands;
    private readonly byte[][] _nulls;

    /// <summary>Initializes a new instance of the <see cref="NumberTextParser"/> class.</summary>
    /// <param name="text">How numbers are written.</param>
    public NumberTextParser(NumberText text)
    {
        _decimal = (byte)text.DecimalSign;
        _thousands = (byte?)text.ThousandsSign;
        _nulls = [.. text.Null.Select(word => Encoding.UTF8.GetBytes(word.Trim()))];
    }

    /// <summary>Reads a number.</summary>
    /// <param name="text">The text. Blanks around it do not count.</param>
    /// <param name="value">Receives the number; NaN if the text means that there is none.</param>
    /// <returns>Whether the text is a number or means that there is none.</returns>
    public bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        text = text.Trim(" \t"u8);
        if (_decimal == '.' && _thousands is null && !text.IsEmpty && IsNumber(text, out value))
        {
            return true;
        }

        value = double.NaN;
        foreach (byte[] word in _nulls)
        {
            if (text.SequenceEqual(word))
            {
                return true;
            }
        }

        if ((_decimal == '.' && _thousands is null) || text.Length is 0 or > MaxBytes)
        {
            return false;
        }

        Span<byte> plain = stackalloc byte[MaxBytes];
        return Rewrite(text, plain, out int length) && IsNumber(plain[..length], out value);
    }

    /// <summary>Words such as NaN and Infinity, which the parser also takes for numbers, are none here.</summary>
    private static bool IsNumber(ReadOnlySpan<byte> text, out double value)
    {
        bool isNumber = Utf8Parser.TryParse(text, out value, out int used) && used == text.Length
            && (char)text[^1] is (>= '0' and <= '9') or '.';
        value = isNumber ? value : double.NaN;
        return isNumber;
    }

    /// <summary>
    /// Removes the thousands signs and writes a point as decimal sign. A thousands sign must have three digits behind it, and none may
    /// follow the decimal sign: what does not fit is not guessed.
    /// </summary>
    private bool Rewrite(ReadOnlySpan<byte> text, Span<byte> plain, out int length)
    {
        length = 0;
        bool isFraction = false;
        for (int i = 0; i < text.Length; i++)
        {
            byte c = text[i];
            if (c == _decimal && !isFraction)
            {
                isFraction = true;
                plain[length++] = (byte)'.';
            }
            else if (c == _thousands && !isFraction)
            {
                bool isBetweenDigits = i > 0 && char.IsAsciiDigit((char)text[i - 1]) && CountDigits(text[(i + 1)..]) == 3;
                if (!isBetweenDigits)
                {
                    return false;
                }
            }
            else if (c == '.' || c == _decimal || c == _thousands)
            {
                return false;
            }
            else
            {
                isFraction |= c is (byte)'e' or (byte)'E';
                plain[length++] = c;
            }
        }

        return length > 0;
    }

    private static int CountDigits(ReadOnlySpan<byte> text)
    {
        int count = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return count < 0 ? text.Length : count;
    }
}
