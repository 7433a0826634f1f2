using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Loader.Infrastructure.Timestream;

/// <summary>Writes doubles as the shortest text that reads back as the same double.</summary>
/// <remarks>
/// Measured values mostly have few decimals, and for those there is a shorter way than the general one. A decimal of at most 15 digits that reads back as
/// a double is the only one of that length which does, since two such decimals never meet in one double (IEEE 754 binary64 keeps 15 digits). So where
/// the value equals m ÷ 10ᵏ, a division that rounds correctly as both are exact, the digits of m without closing zeros are the shortest text.
/// </remarks>
internal static class DoubleText
{
    /// <summary>The bytes that must be free: 24 for the longest text, <c>-1.2345678901234567E+308</c>, and what an eight-byte store may write beyond it.</summary>
    public const int MaxBytes = 32;

    /// <summary>Writes a value.</summary>
    /// <param name="destination">Where to; <see cref="MaxBytes"/> must be free.</param>
    /// <param name="value">A finite value.</param>
    /// <returns>The bytes written.</returns>
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

        return WriteAny(ref destination, value);
    }

    private static int WriteDecimal(ref byte destination, bool negative, ulong whole, uint fraction)
    {
        destination = (byte)'-';
        int written = negative ? 1 : 0;
        written += DigitText.Write(ref Unsafe.Add(ref destination, written), whole);
        if (fraction == 0)
        {
            return written;
        }

        Unsafe.Add(ref destination, written++) = (byte)'.';
        return written + DigitText.WriteDecimals(ref Unsafe.Add(ref destination, written), fraction);
    }

    private static int WriteAny(ref byte destination, double value)
    {
        value.TryFormat(MemoryMarshal.CreateSpan(ref destination, MaxBytes), out int written, default, CultureInfo.InvariantCulture);
        return written;
    }
}
