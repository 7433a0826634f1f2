using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Loader.Infrastructure.Text;

/// <summary>
/// Writes a double as the shortest text that parses to the same double, byte for byte as <c>double.ToString("R")</c> does.
/// </summary>
/// <remarks>
/// Most measured values have few decimals, and those take a shorter path. Two different decimals of at most 15 digits never round to the
/// same double (IEEE 754
/// binary64 preserves 15 digits). So if a value equals m ÷ 10ᵏ, where both operands are exact and the division rounds correctly, then the
/// digits of m without trailing zeros are the shortest text. docs/decisions/0006-shortest-decimal.md has the measured gain.
/// </remarks>
internal static class DoubleText
{
    /// <summary>
    /// The space required, in bytes: 24 for the longest text, <c>-1.2345678901234567E+308</c>, and 24 that wide stores may write past its
    /// end.
    /// </summary>
    public const int MaxBytes = 48;

    /// <summary>The UTF-8 bytes of <c>0.000000</c>.</summary>
    private static readonly ulong ZeroPointZeros = MemoryMarshal.Read<ulong>("0.000000"u8);

    /// <summary>Writes a value.</summary>
    /// <param name="destination">The first byte of the destination, which has space for <see cref="MaxBytes"/> bytes.</param>
    /// <param name="value">A finite value.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Write(ref byte destination, double value)
    {
        double magnitude = Math.Abs(value);
        if (magnitude is >= 1e-4 and < 1e7)
        {
            ulong scaled = (ulong)((magnitude * 1e8) + 0.5);
            if (scaled / 1e8 == magnitude)
            {
                (ulong whole, ulong fraction) = Math.DivRem(scaled, 100_000_000);
                return WriteDecimal(ref destination, value < 0, whole, (uint)fraction);
            }
        }
        else if (magnitude is >= 1e7 and < 1e12)
        {
            ulong scaled = (ulong)((magnitude * 1e3) + 0.5);
            if (scaled / 1e3 == magnitude)
            {
                (ulong whole, ulong fraction) = Math.DivRem(scaled, 1_000);
                return WriteDecimal(ref destination, value < 0, whole, (uint)fraction * 100_000);
            }
        }
        else if (BitConverter.DoubleToInt64Bits(value) == 0)
        {
            destination = (byte)'0';
            return 1;
        }

        return magnitude is >= 1e-4 and < 1e15
            ? WriteShortest(ref destination, value < 0, magnitude)
            : WriteWithTryFormat(ref destination, value);
    }

    private static int WriteDecimal(ref byte destination, bool negative, ulong whole, uint fraction)
    {
        destination = (byte)'-';
        int written = negative ? 1 : 0;
        written += IntegerText.Write(ref Unsafe.Add(ref destination, written), whole);
        if (fraction == 0)
        {
            return written;
        }

        Unsafe.Add(ref destination, written++) = (byte)'.';
        return written + IntegerText.WriteDecimals(ref Unsafe.Add(ref destination, written), fraction);
    }

    /// <summary>Writes a value with many decimals, such as the result of a calculation.</summary>
    private static int WriteShortest(ref byte destination, bool negative, double magnitude)
    {
        ulong digits = ShortestDecimal.From(magnitude, out int exponent);
        destination = (byte)'-';
        int start = negative ? 1 : 0;
        ref byte first = ref Unsafe.Add(ref destination, start);
        if (magnitude < 1)
        {
            // "0.", then zeros as the exponent requires, then the digits.
            Unsafe.WriteUnaligned(ref first, ZeroPointZeros);
            int count = IntegerText.Write(ref Unsafe.Add(ref first, 8), digits);
            int zeros = -exponent - count;
            Vector128.LoadUnsafe(ref first, 8).StoreUnsafe(ref first, (nuint)(2 + zeros));
            Unsafe.Add(ref first, 2 + zeros + 16) = Unsafe.Add(ref first, 8 + 16);
            return start + 2 + zeros + count;
        }

        int length = IntegerText.Write(ref first, digits);
        int whole = length + exponent;
        if (whole >= length)
        {
            MemoryMarshal.CreateSpan(ref Unsafe.Add(ref first, length), whole - length).Fill((byte)'0');
            return start + whole;
        }

        // At least one digit precedes the decimal point, so at most 16 digits move.
        Vector128.LoadUnsafe(ref first, (nuint)whole).StoreUnsafe(ref first, (nuint)(whole + 1));
        Unsafe.Add(ref first, whole) = (byte)'.';
        return start + length + 1;
    }

    private static int WriteWithTryFormat(ref byte destination, double value)
    {
        value.TryFormat(MemoryMarshal.CreateSpan(ref destination, MaxBytes), out int written, default, CultureInfo.InvariantCulture);
        return written;
    }
}
