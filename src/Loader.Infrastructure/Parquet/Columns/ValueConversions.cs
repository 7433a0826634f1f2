using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Loader.Parquet;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Converts values to the nearest doubles.</summary>
/// <typeparam name="T">The type with the bits of the physical type.</typeparam>
/// <param name="source">The values.</param>
/// <param name="destination">Receives the doubles; at least as long.</param>
internal delegate void NumberConversion<T>(ReadOnlySpan<T> source, Span<double> destination);

/// <summary>Converts a value that is stored as a byte array to the nearest double.</summary>
/// <param name="value">The value.</param>
/// <returns>The double.</returns>
internal delegate double ByteArrayConversion(ReadOnlySpan<byte> value);

/// <summary>Converts the numeric types of Parquet to the nearest doubles, ties to even.</summary>
internal static class ValueConversions
{
    /// <summary>The maximum length of a decimal in bytes: 154 digits. The longest decimals of known writers have 32 bytes.</summary>
    private const int MaxDecimalBytes = 64;

    /// <summary>Every integer up to this one is a double.</summary>
    private const long MaxExactInteger = 1L << 53;

    /// <summary>
    /// The powers of ten that are doubles. Dividing one exact double by another rounds once, so the result is the nearest double.
    /// </summary>
    private static readonly double[] ExactPowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    public static void Doubles(ReadOnlySpan<double> source, Span<double> destination) => source.CopyTo(destination);

    public static void Floats(ReadOnlySpan<float> source, Span<double> destination)
    {
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = source[i];
        }
    }

    public static void Int32s(ReadOnlySpan<int> source, Span<double> destination)
    {
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = source[i];
        }
    }

    public static void UInt32s(ReadOnlySpan<int> source, Span<double> destination)
    {
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = unchecked((uint)source[i]);
        }
    }

    public static void Int64s(ReadOnlySpan<long> source, Span<double> destination)
    {
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = source[i];
        }
    }

    public static void UInt64s(ReadOnlySpan<long> source, Span<double> destination)
    {
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = unchecked((ulong)source[i]);
        }
    }

    /// <summary>IEEE 754 binary16, two bytes, little-endian.</summary>
    public static double Half(ReadOnlySpan<byte> value) => (double)BinaryPrimitives.ReadHalfLittleEndian(value);

    /// <summary>Returns the conversion of decimals in 32 bits.</summary>
    public static NumberConversion<int> Int32Decimals(int scale) => (source, destination) =>
    {
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = FromUnscaled(source[i], scale);
        }
    };

    /// <summary>Returns the conversion of decimals in 64 bits.</summary>
    public static NumberConversion<long> Int64Decimals(int scale) => (source, destination) =>
    {
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = FromUnscaled(source[i], scale);
        }
    };

    /// <summary>Returns the conversion of a decimal in bytes: two's complement, big-endian.</summary>
    public static ByteArrayConversion ByteArrayDecimal(int scale) => value => FromUnscaled(value, scale);

    private static double FromUnscaled(long unscaled, int scale) =>
        unscaled is >= -MaxExactInteger and <= MaxExactInteger && scale < ExactPowersOfTen.Length
            ? unscaled / ExactPowersOfTen[scale]
            : FromUnscaled(new BigInteger(unscaled), scale);

    private static double FromUnscaled(ReadOnlySpan<byte> bytes, int scale)
    {
        if (bytes.Length is 0 or > MaxDecimalBytes)
        {
            throw new MalformedFileException($"The column contains a decimal of {bytes.Length} bytes.");
        }

        if (bytes.Length > sizeof(long))
        {
            return FromUnscaled(new BigInteger(bytes, isBigEndian: true), scale);
        }

        long unscaled = (sbyte)bytes[0];
        foreach (byte b in bytes[1..])
        {
            unscaled = (unscaled << 8) | b;
        }

        return FromUnscaled(unscaled, scale);
    }

    /// <summary>Parsing decimal text rounds correctly, regardless of its length (IEEE 754, 5.12.2).</summary>
    private static double FromUnscaled(BigInteger unscaled, int scale)
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
