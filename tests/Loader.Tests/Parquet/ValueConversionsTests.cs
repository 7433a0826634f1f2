using System.Globalization;
using System.Numerics;
using CsCheck;
using Loader.Infrastructure.Parquet.Columns;

namespace Loader.Tests.Parquet;

[Parallelizable(ParallelScope.All)]
public sealed class ValueConversionsTests
{
    [Test]
    public void A_decimal_of_64_bits_becomes_the_nearest_double()
    {
        Gen.Select(Gen.Long, Gen.Int[0, 18]).Sample((unscaled, scale) =>
        {
            var value = new double[1];

            ValueConversions.Int64Decimals(scale)([unscaled], value);

            return value[0] == double.Parse($"{unscaled}E-{scale}", CultureInfo.InvariantCulture);
        });
    }

    [Test]
    public void A_decimal_of_any_length_becomes_the_nearest_double()
    {
        Gen.Select(Gen.Byte.Array[1, 40], Gen.Int[0, 38]).Sample((bytes, scale) =>
        {
            double value = ValueConversions.ByteArrayDecimal(scale)(bytes);

            return value == double.Parse($"{new BigInteger(bytes, isBigEndian: true)}E-{scale}", CultureInfo.InvariantCulture);
        });
    }

    [TestCase(9_007_199_254_740_993, 9_007_199_254_740_992.0)]
    [TestCase(9_007_199_254_740_995, 9_007_199_254_740_996.0)]
    [TestCase(long.MaxValue, 9_223_372_036_854_775_808.0)]
    public void An_integer_beyond_53_bits_becomes_the_nearest_double_ties_to_even(long from, double to)
    {
        var value = new double[1];

        ValueConversions.Int64s([from], value);

        Assert.That(value[0], Is.EqualTo(to));
    }

    [TestCase(-1, 18_446_744_073_709_551_616.0)]
    [TestCase(long.MinValue, 9_223_372_036_854_775_808.0)]
    [TestCase(long.MinValue + 1024, 9_223_372_036_854_775_808.0)]
    [TestCase(long.MinValue + 1025, 9_223_372_036_854_777_856.0)]
    public void An_unsigned_integer_becomes_the_nearest_double(long bits, double to)
    {
        var value = new double[1];

        ValueConversions.UInt64s([bits], value);

        Assert.That(value[0], Is.EqualTo(to));
    }

    [TestCase(0x3C00, 1.0)]
    [TestCase(0x0001, 5.9604644775390625e-8)]
    [TestCase(0xFC00, double.NegativeInfinity)]
    public void A_half_is_a_double_exactly(int bits, double to) =>
        Assert.That(ValueConversions.Half([(byte)bits, (byte)(bits >> 8)]), Is.EqualTo(to));
}
