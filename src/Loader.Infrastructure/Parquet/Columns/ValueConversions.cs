using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Converts the numeric types of Parquet to the nearest doubles, ties to even.</summary>
internal static class ValueConversions
{
    /// <summary>The most bytes of a decimal that are read: 154 digits. The widest decimals of known writers take 32.</summary>
    private const int MaxDecimalBytes = 64;

    /// <summary>Every integer up to here is a double.</summary>
    private const long MaxExactInteger = 1L << 53;

    /// <summary>The powers of ten that are doubles; dividing one exact double by another rounds once, so the outcome is the nearest double.</summary>
    private static readonly double[] ExactPowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    public static void Doubles(ReadOnlySpan<double> from, Span<double> to) => from.CopyTo(to);

    public static void Floats(ReadOnlySpan<float> from, Span<double> to)
    {
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = from[i];
        }
    }

    public static void Integers(ReadOnlySpan<int> from, Span<double> to)
    {
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = from[i];
        }
    }

    public static void UnsignedIntegers(ReadOnlySpan<int> from, Span<double> to)
    {
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = unchecked((uint)from[i]);
        }
    }

    public static void Longs(ReadOnlySpan<long> from, Span<double> to)
    {
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = from[i];
        }
    }

    public static void UnsignedLongs(ReadOnlySpan<long> from, Span<double> to)
    {
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = unchecked((ulong)from[i]);
        }
    }

    /// <summary>IEEE 754 binary16, two bytes, little-endian.</summary>
    public static double Half(ReadOnlySpan<byte> value) => (double)BinaryPrimitives.ReadHalfLittleEndian(value);

    /// <summary>Makes the conversion of decimals in 32 bits.</summary>
    public static ValueConversion<int> IntegerDecimals(int scale) => (from, to) =>
    {
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = Unscaled(from[i], scale);
        }
    };

    /// <summary>Makes the conversion of decimals in 64 bits.</summary>
    public static ValueConversion<long> LongDecimals(int scale) => (from, to) =>
    {
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = Unscaled(from[i], scale);
        }
    };

    /// <summary>Makes the conversion of a decimal in bytes: two's complement, big-endian.</summary>
    public static BytesConversion BytesDecimal(int scale) => value => Unscaled(value, scale);

    private static double Unscaled(long unscaled, int scale) =>
        unscaled is >= -MaxExactInteger and <= MaxExactInteger && scale < ExactPowersOfTen.Length
            ? unscaled / ExactPowersOfTen[scale]
            : Unscaled(new BigInteger(unscaled), scale);

    private static double Unscaled(ReadOnlySpan<byte> bytes, int scale)
    {
        if (bytes.Length is 0 or > MaxDecimalBytes)
        {
            throw new MalformedFileException($"it has a decimal of {bytes.Length} bytes");
        }

        if (bytes.Length > sizeof(long))
        {
            return Unscaled(new BigInteger(bytes, isBigEndian: true), scale);
        }

        long unscaled = (sbyte)bytes[0];
        foreach (byte b in bytes[1..])
        {
            unscaled = (unscaled << 8) | b;
        }

        return Unscaled(unscaled, scale);
    }

    /// <summary>Reading decimal text is correctly rounded whatever its length (IEEE 754, 5.12.2).</summary>
    private static double Unscaled(BigInteger unscaled, int scale)
    {
        if (unscaled >= -MaxExactInteger && unscaled <= MaxExactInteger && scale < ExactPowersOfTen.Length)
        {
            return (long)unscaled / ExactPowersOfTen[scale];
        }

        Span<char> text = stackalloc char[192];
        unscaled.TryFormat(text, out int digits, provider: CultureInfo.InvariantCulture);
        text[digits] = 'E';
        (-scale).TryFormat(text[(digits + 1)..], out int exponent, provider: CultureInfo.InvariantCulture);
        return double.Parse(text[..(digits + 1 + exponent)], NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}
