using System.Numerics;

namespace Loader.Infrastructure.Timestream;

/// <summary>Finds the shortest decimal that reads back as a double; of several that nearest to it.</summary>
/// <remarks>
/// After R. Giulietti, "The Schubfach way to render doubles" (2021). All decimals that round to a double c·2^q lie between its neighbours' midpoints. Scaled by
/// a power of ten that makes this interval one to ten wide, at most one multiple of ten and few whole numbers lie in it: one of those is the answer.
/// </remarks>
internal static class ShortestDecimal
{
    private const int MantissaBits = 52;
    private const int ExponentBias = 1075;
    private const int LeastPower = -324;
    private const int GreatestPower = 324;

    /// <summary>The leading 128 bits of powers of ten, rounded up, each computed when it is first needed; 0 where it was not.</summary>
    private static readonly ulong[] High = new ulong[GreatestPower - LeastPower + 1];
    private static readonly ulong[] Low = new ulong[GreatestPower - LeastPower + 1];

    /// <summary>Finds the decimal of a value.</summary>
    /// <param name="value">A finite value above 0, and not subnormal.</param>
    /// <param name="exponent">The power of ten of the last digit.</param>
    /// <returns>The digits as a whole number, without closing zeros.</returns>
    public static ulong Of(double value, out int exponent)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        ulong fraction = bits & ((1UL << MantissaBits) - 1);
        ulong mantissa = fraction | (1UL << MantissaBits);
        int q = (int)(bits >> MantissaBits) - ExponentBias;

        // Below a power of two the neighbour is only half as far away.
        bool isPowerOfTwo = fraction == 0;
        int k = isPowerOfTwo ? FloorLog10OfThreeQuarters(q) : FloorLog10(q);
        int shift = q + FloorLog2OfPower(-k) + 1;
        (ulong high, ulong low) = Power(-k);

        // Times four, so that the midpoints are whole numbers; the interval's ends belong to it where the mantissa is even.
        ulong middle = Scale(high, low, (mantissa * 4) << shift);
        ulong lower = Scale(high, low, ((mantissa * 4) - (isPowerOfTwo ? 1UL : 2UL)) << shift) + (mantissa & 1);
        ulong upper = Scale(high, low, ((mantissa * 4) + 2) << shift) - (mantissa & 1);

        ulong digits = middle / 4;
        ulong tens = digits / 10;
        bool isTensBelow = lower <= tens * 40;
        bool isTensAbove = (tens * 40) + 40 <= upper;
        if (isTensBelow != isTensAbove)
        {
            exponent = k + 1;
            return WithoutZeros(tens + (isTensAbove ? 1UL : 0), ref exponent);
        }

        exponent = k;
        bool isBelow = lower <= digits * 4;
        bool isAbove = (digits * 4) + 4 <= upper;
        bool roundsUp = isBelow != isAbove
            ? isAbove
            : middle > (digits * 4) + 2 || (middle == (digits * 4) + 2 && (digits & 1) != 0);
        return WithoutZeros(digits + (roundsUp ? 1UL : 0), ref exponent);
    }

    private static ulong WithoutZeros(ulong digits, ref int exponent)
    {
        while (true)
        {
            (ulong rest, ulong last) = Math.DivRem(digits, 10);
            if (last != 0)
            {
                return digits;
            }

            digits = rest;
            exponent++;
        }
    }

    /// <summary>Multiplies by a power of ten and keeps the whole part; its lowest bit is set where the rest is not nothing ("rounding to odd").</summary>
    private static ulong Scale(ulong high, ulong low, ulong factor)
    {
        ulong carry = Math.BigMul(low, factor, out _);
        ulong whole = Math.BigMul(high, factor, out ulong rest);
        rest += carry;
        whole += rest < carry ? 1UL : 0;
        return whole | (rest > 1 ? 1UL : 0);
    }

    /// <summary>⌊log₁₀ 2^e⌋ for the exponents of doubles.</summary>
    private static int FloorLog10(int e) => (int)((e * 1_262_611L) >> 22);

    /// <summary>⌊log₁₀ (¾·2^e)⌋ for the exponents of doubles.</summary>
    private static int FloorLog10OfThreeQuarters(int e) => (int)(((e * 1_262_611L) - 524_031) >> 22);

    /// <summary>⌊log₂ 10^e⌋ for powers of ten in the range of doubles.</summary>
    private static int FloorLog2OfPower(int e) => (int)((e * 1_741_647L) >> 19);

    private static (ulong High, ulong Low) Power(int power)
    {
        int index = power - LeastPower;
        ulong high = Volatile.Read(ref High[index]);
        return high != 0 ? (high, Low[index]) : ComputePower(power);
    }

    private static (ulong High, ulong Low) ComputePower(int power)
    {
        BigInteger ten = BigInteger.Pow(10, Math.Abs(power));
        int bits = FloorLog2OfPower(power) - 127;
        BigInteger scaled = power >= 0
            ? bits > 0 ? RoundUp(ten, BigInteger.One << bits) : ten << -bits
            : RoundUp(BigInteger.One << -bits, ten);
        ulong low = (ulong)(scaled & ulong.MaxValue);
        ulong high = (ulong)(scaled >> 64);

        // Another thread may do the same and writes the same. The high half goes last: it says that both are there.
        Low[power - LeastPower] = low;
        Volatile.Write(ref High[power - LeastPower], high);
        return (high, low);
    }

    private static BigInteger RoundUp(BigInteger number, BigInteger divisor) => (number + divisor - 1) / divisor;
}
