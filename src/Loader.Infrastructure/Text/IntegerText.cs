using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Loader.Infrastructure.Text;

/// <summary>Writes integers as decimal text, eight digits at a time.</summary>
/// <remarks>
/// Nothing here checks bounds: the caller provides enough space. docs/decisions/0006-shortest-decimal.md has the measured gain.
/// </remarks>
internal static class IntegerText
{
    /// <summary>
    /// The space required for any 64-bit integer, in bytes: 20 for the longest text, and 8 that an eight-byte store may write past its end.
    /// </summary>
    public const int MaxBytes = 28;

    private const ulong Zeros = 0x3030_3030_3030_3030;

    /// <summary>Writes a signed integer.</summary>
    /// <param name="destination">The first byte of the destination, which has space for <see cref="MaxBytes"/> bytes.</param>
    /// <param name="number">The integer.</param>
    /// <returns>The number of bytes written.</returns>
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

    /// <summary>Writes an unsigned integer.</summary>
    /// <param name="destination">The first byte of the destination, which has space for <see cref="MaxBytes"/> bytes.</param>
    /// <param name="number">The integer.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Write(ref byte destination, ulong number)
    {
        if (number < 100_000_000)
        {
            return WriteLeading(ref destination, (uint)number);
        }

        (ulong front, ulong last) = Math.DivRem(number, 100_000_000);
        int written = Write(ref destination, front);
        Store(ref Unsafe.Add(ref destination, written), DigitsOf((uint)last) + Zeros);
        return written + 8;
    }

    /// <summary>Writes the decimals of a fraction, without trailing zeros.</summary>
    /// <param name="destination">The first byte of the destination, which has space for 8 bytes.</param>
    /// <param name="fraction">The fraction in units of 10⁻⁸, greater than 0 and less than 10⁸.</param>
    /// <returns>The number of bytes written.</returns>
    public static int WriteDecimals(ref byte destination, uint fraction)
    {
        ulong digits = DigitsOf(fraction);
        Store(ref destination, digits + Zeros);
        return 8 - (BitOperations.LeadingZeroCount(digits) >> 3);
    }

    /// <summary>Writes an integer less than 10⁸ without leading zeros.</summary>
    private static int WriteLeading(ref byte destination, uint number)
    {
        ulong digits = DigitsOf(number);
        int zeros = number == 0 ? 7 : BitOperations.TrailingZeroCount(digits) >> 3;
        Store(ref destination, (digits + Zeros) >> (zeros * 8));
        return 8 - zeros;
    }

    /// <summary>
    /// Splits an integer less than 10⁸ into eight digits, one in each byte, the first digit in the lowest byte: first into two halves of
    /// four digits, then into four of two, then into eight of one.
    /// </summary>
    private static ulong DigitsOf(uint number)
    {
        uint first = number / 10_000;
        ulong fours = first | ((ulong)(number - (first * 10_000)) << 32);

        // Multiplication by a rounded reciprocal is exact in these ranges: 10486 / 2^20 divides integers 10^4 by 100, 103 / 2^10 integers
        // 10^2 by 10.
        ulong hundreds = ((fours * 10_486) >> 20) & 0x0000_007F_0000_007F;
        ulong twos = hundreds | ((fours - (hundreds * 100)) << 16);
        ulong tens = ((twos * 103) >> 10) & 0x000F_000F_000F_000F;
        return tens | ((twos - (tens * 10)) << 8);
    }

    private static void Store(ref byte destination, ulong digits) =>
        Unsafe.WriteUnaligned(ref destination, BitConverter.IsLittleEndian ? digits : BinaryPrimitives.ReverseEndianness(digits));
}
