using System.Globalization;
using System.Text;
using Loader.Infrastructure.Text;

namespace Loader.Tests.Text;

public sealed class DoubleTextTests
{
    [TestCase(0, "0")]
    [TestCase(-0.0, "-0")]
    [TestCase(100.5, "100.5")]
    [TestCase(-100.5, "-100.5")]
    [TestCase(0.1, "0.1")]
    [TestCase(-0.001, "-0.001")]
    [TestCase(1234567, "1234567")]
    [TestCase(9999999.99999999, "9999999.99999999")]
    [TestCase(12345678.125, "12345678.125")]
    [TestCase(100000000, "100000000")]
    [TestCase(999999999999, "999999999999")]
    [TestCase(0.30000000000000004, "0.30000000000000004")]
    [TestCase(12.300000190734863, "12.300000190734863")]
    [TestCase(1e22, "1E+22")]
    [TestCase(5e-324, "5E-324")]
    [TestCase(-1.7976931348623157e308, "-1.7976931348623157E+308")]
    public void Known_values(double value, string text)
    {
        Assert.That(Write(value), Is.EqualTo(text));
    }

    [Test]
    public void Values_of_every_kind_are_formatted_as_ToString_does()
    {
        var random = new Random(1);
        for (int i = 0; i < 200_000; i++)
        {
            double value = (i % 4) switch
            {
                0 => Math.Round((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(0, 14)), random.Next(0, 9)),
                1 => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-8, 16)),
                2 => random.NextInt64(-1_000_000_000_000, 1_000_000_000_000) / Math.Pow(10, random.Next(0, 12)),
                _ => BitConverter.Int64BitsToDouble(random.NextInt64()),
            };
            if (double.IsFinite(value) && Write(value) != value.ToString("R", CultureInfo.InvariantCulture))
            {
                Assert.That(Write(value), Is.EqualTo(value.ToString("R", CultureInfo.InvariantCulture)));
            }
        }
    }

    [Test]
    public void Neighbours_of_round_values_have_different_text()
    {
        for (int i = 1; i < 20_000; i++)
        {
            double value = i / 1000.0;

            Assert.That(Write(Math.BitIncrement(value)), Is.EqualTo(Math.BitIncrement(value).ToString("R", CultureInfo.InvariantCulture)));
            Assert.That(Write(Math.BitDecrement(value)), Is.EqualTo(Math.BitDecrement(value).ToString("R", CultureInfo.InvariantCulture)));
        }
    }

    [TestCase(0L, "0")]
    [TestCase(7L, "7")]
    [TestCase(10L, "10")]
    [TestCase(99999999L, "99999999")]
    [TestCase(100000000L, "100000000")]
    [TestCase(1704067200000L, "1704067200000")]
    [TestCase(10000000000000000L, "10000000000000000")]
    [TestCase(long.MaxValue, "9223372036854775807")]
    [TestCase(long.MinValue, "-9223372036854775808")]
    public void Integers(long number, string text)
    {
        byte[] buffer = new byte[IntegerText.MaxBytes];

        int length = IntegerText.Write(ref buffer[0], number);

        Assert.That(Encoding.ASCII.GetString(buffer, 0, length), Is.EqualTo(text));
    }

    [Test]
    public void Integers_of_every_length()
    {
        var random = new Random(2);
        byte[] buffer = new byte[IntegerText.MaxBytes];
        for (int i = 0; i < 100_000; i++)
        {
            long number = random.NextInt64() >> random.Next(0, 63);

            int length = IntegerText.Write(ref buffer[0], number);

            Assert.That(Encoding.ASCII.GetString(buffer, 0, length), Is.EqualTo(number.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private static string Write(double value)
    {
        byte[] buffer = new byte[DoubleText.MaxBytes];
        int length = DoubleText.Write(ref buffer[0], value);
        return Encoding.ASCII.GetString(buffer, 0, length);
    }
}
