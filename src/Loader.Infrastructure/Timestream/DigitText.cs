using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Loader.Infrastructure.Timestream;

/// <summary>Writes whole numbers as decimal digits, eight at a time.</summary>
/// <remarks>Callers see to it that there is room: nothing here checks bounds.</remarks>
internal static class DigitText
{
    /// <summary>The bytes that must be free for any 64-bit number: 20 for the longest, and what an eight-byte store may write beyond it.</summary>
    public const int MaxBytes = 28;

    private const ulong Zeros = 0x3030_3030_3030_3030;

    /// <summary>Writes a signed number.</summary>
    /// <param name="destination">Where to; <see cref="MaxBytes"/> must be free.</param>
    /// <param name="number">The number.</param>
    /// <returns>The bytes written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(ref byte destination, long number)
    {
        if (number >= 0)
        {
            return Write(ref destination, (ulong)number);
        }

        destination = (byte)'-';
        return 1 + Write(ref Unsafe.Add(ref destination, 1), (ulong)-number);
    }

    /// <summary>Writes a number.</summary>
    /// <param name="destination">Where to; <see cref="MaxBytes"/> must be free.</param>
    /// <param name="number">The number.</param>
    /// <returns>The bytes written.</returns>
    public static int Write(ref byte destination, ulong number)
    {
        if (number < 100_000_000)
        {
            return WriteFirst(ref destination, (uint)number);
        }

        (ulong front, ulong last) = Math.DivRem(number, 100_000_000);
        int written = Write(ref destination, front);
        Store(ref Unsafe.Add(ref destination, written), Eight((uint)last));
        return written + 8;
    }

    /// <summary>Writes the decimals of a fraction, without closing zeros.</summary>
    /// <param name="destination">Where to; eight bytes must be free.</param>
    /// <param name="fraction">The fraction in units of 10⁻⁸, above 0 and below 10⁸.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteDecimals(ref byte destination, uint fraction)
    {
        ulong digits = DigitsOf(fraction);
        Store(ref destination, digits + Zeros);
        return 8 - (BitOperations.LeadingZeroCount(digits) >> 3);
    }

    /// <summary>Writes a number below 10⁸ without leading zeros.</summary>
    private static int WriteFirst(ref byte destination, uint number)
    {
        ulong digits = DigitsOf(number);
        int zeros = number == 0 ? 7 : BitOperations.TrailingZeroCount(digits) >> 3;
        Store(ref destination, (digits + Zeros) >> (zeros * 8));
        return 8 - zeros;
    }

    private static ulong Eight(uint number) => DigitsOf(number) + Zeros;

    /// <summary>Spreads a number below 10⁸ over eight bytes, the first digit in the lowest: halves of four digits, then of two, then of one.</summary>
    private static ulong DigitsOf(uint number)
    {
        uint first = number / 10_000;
        ulong fours = first | ((ulong)(number - (first * 10_000)) << 32);

        // Multiplying by a rounded reciprocal divides exactly in these ranges: 10486 / 2^20 for numbers below 10^4, 103 / 2^10 for numbers below 10^2.
        ulong hundreds = ((fours * 10_486) >> 20) & 0x0000_007F_0000_007F;
        ulong twos = hundreds | ((fours - (hundreds * 100)) << 16);
        ulong tens = ((twos * 103) >> 10) & 0x000F_000F_000F_000F;
        return tens | ((twos - (tens * 10)) << 8);
    }

    private static void Store(ref byte destination, ulong digits) =>
        Unsafe.WriteUnaligned(ref destination, BitConverter.IsLittleEndian ? digits : BinaryPrimitives.ReverseEndianness(digits));
}
