using System.Numerics;

namespace Loader.Infrastructure.Text;

/// <summary>Finds the shortest decimal that rounds to a double; if there are several, the one closest to the double.</summary>
/// <remarks>
/// Implements R. Giulietti, "The Schubfach way to render doubles" (2021). The decimals that round to a double c·2^q lie between the
/// midpoints to its neighbours.
/// The interval is scaled by a power of ten so that its width is between 1 and 10. It then contains at most one multiple of ten and a few
/// integers; one of them is the result.
/// </remarks>
internal static class ShortestDecimal
{
    private const int MantissaBits = 52;
    private const int ExponentBias = 1075;
    private const int LeastPower = -324;
    private const int GreatestPower = 324;

    /// <summary>The leading 128 bits of each power of ten, rounded up. Computed on first use; 0 before that.</summary>
    private static readonly ulong[] High = new ulong[GreatestPower - LeastPower + 1];
    private static readonly ulong[] Low = new ulong[GreatestPower - LeastPower + 1];

    /// <summary>Converts a value.</summary>
    /// <param name="value">A finite value greater than 0 that is not subnormal.</param>
    /// <param name="exponent">The power of ten of the last digit.</param>
    /// <returns>The digits as an integer, without trailing zeros.</returns>
    public static ulong From(double value, out int exponent)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        ulong fraction = bits & ((1UL << MantissaBits) - 1);
        ulong mantissa = fraction | (1UL << MantissaBits);
        int q = (int)(bits >> MantissaBits) - ExponentBias;

        // The lower neighbour of a power of two is only half as far away as the upper one.
        bool isPowerOfTwo = fraction == 0;
        int k = isPowerOfTwo ? FloorLog10OfThreeQuarters(q) : FloorLog10(q);
        int shift = q + FloorLog2OfPower(-k) + 1;
        (ulong high, ulong low) = Power(-k);

        // Multiplied by 4 so that the midpoints are integers. If the mantissa is even, the interval includes its end points.
        ulong middle = Scale(high, low, (mantissa * 4) << shift);
        ulong lower = Scale(high, low, ((mantissa * 4) - (isPowerOfTwo ? 1UL : 2UL)) << shift) + (mantissa & 1);
        ulong upper = Scale(high, low, ((mantissa * 4) + 2) << shift) - (mantissa & 1);

        ulong digits = middle / 4;
        ulong tens = digits / 10;
        bool isTensInside = lower <= tens * 40;
        bool isNextTensInside = (tens * 40) + 40 <= upper;
        if (isTensInside != isNextTensInside)
        {
            exponent = k + 1;
            return WithoutTrailingZeros(tens + (isNextTensInside ? 1UL : 0), ref exponent);
        }

        exponent = k;
        bool isBelow = lower <= digits * 4;
        bool isAbove = (digits * 4) + 4 <= upper;
        bool roundsUp = isBelow != isAbove
            ? isAbove
            : middle > (digits * 4) + 2 || (middle == (digits * 4) + 2 && (digits & 1) != 0);
        return WithoutTrailingZeros(digits + (roundsUp ? 1UL : 0), ref exponent);
    }

    private static ulong WithoutTrailingZeros(ulong digits, ref int exponent)
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

    /// <summary>
    /// Multiplies by a power of ten and keeps the integer part. Its lowest bit is set if the remainder is not zero ("rounding to odd").
    /// </summary>
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

        // Another thread may compute the same power at the same time; both write the same value. Readers check the high half, so it is
        // written last.
        Low[power - LeastPower] = low;
        Volatile.Write(ref High[power - LeastPower], high);
        return (high, low);
    }

    private static BigInteger RoundUp(BigInteger number, BigInteger divisor) => (number + divisor - 1) / divisor;
}
