using System.Globalization;
using System.Text;
using CsCheck;
using Loader.Domain;

namespace Loader.Tests.Parquet;

[Parallelizable(ParallelScope.All)]
public sealed class IsoTimeTests
{
    [TestCase("1970-01-01", 0, 0, false)]
    [TestCase("1970-01-01T00:00", 0, 0, false)]
    [TestCase("1970-01-01 00:00:01", 1, 0, false)]
    [TestCase("1970-01-01t00:00:01z", 1, 0, true)]
    [TestCase("1970-01-02T03", 97_200, 0, false)]
    [TestCase("1969-12-31T23:59:59.999999999Z", -1, 999_999_999, true)]
    [TestCase("2024-02-29T12:30:00.5+02:00", 1_709_202_600, 500_000_000, true)]
    [TestCase("2024-02-29T12:30:00,5-0330", 1_709_222_400, 500_000_000, true)]
    [TestCase("20240229T123000+02", 1_709_202_600, 0, true)]
    [TestCase("2024-02-29T24:00:00Z", 1_709_251_200, 0, true)]
    [TestCase("2024-02-29T12:30:00.1234567890000Z", 1_709_209_800, 123_456_789, true)]
    [TestCase("2024-05-01 02:00:00 UTC", 1_714_528_800, 0, true)]
    [TestCase("2024-05-01T02:00 UTC", 1_714_528_800, 0, true)]
    [TestCase("2024-05-01 03:00:00 +00:00", 1_714_532_400, 0, true)]
    [TestCase("2024-05-01T20:00:00.25 -0300", 1_714_604_400, 250_000_000, true)]
    [TestCase("2024-05-01T10:00:00 Z", 1_714_557_600, 0, true)]
    [TestCase("  2024-05-01T06:00:00Z   ", 1_714_543_200, 0, true)]
    [TestCase(" 2024-05-01  ", 1_714_521_600, 0, false)]
    [TestCase("+012000-01-01T00:00:00Z", 316_516_204_800, 0, true)]
    [TestCase("-000001-01-01", -62_198_755_200, 0, false)]
    public void A_time_is_read_to_the_nanosecond(string text, long seconds, int nanoseconds, bool hasOffset)
    {
        bool isTime = IsoTime.TryParse(Encoding.UTF8.GetBytes(text), out IsoTime time);

        Assert.That(isTime);
        Assert.That(time, Is.EqualTo(new IsoTime(seconds, nanoseconds, hasOffset)));
    }

    [TestCase("")]
    [TestCase("2024")]
    [TestCase("2024-02-30")]
    [TestCase("2023-02-29")]
    [TestCase("2024-13-01")]
    [TestCase("2024-00-01")]
    [TestCase("2024-1-1")]
    [TestCase("2024-01-01T")]
    [TestCase("2024-01-01T1")]
    [TestCase("2024-01-01T24:00:01")]
    [TestCase("2024-01-01T25:00")]
    [TestCase("2024-01-01T10:60")]
    [TestCase("2024-01-01T10:00:60")]
    [TestCase("2024-01-01T10:00:")]
    [TestCase("2024-01-01T10:00:00.")]
    [TestCase("2024-01-01T10:00:00.1234567891")]
    [TestCase("2024-01-01T10:00:00+24:00")]
    [TestCase("2024-01-01T10:00:00+1")]
    [TestCase(" ")]
    [TestCase("2024-01-01T10:00:00UTC")]
    [TestCase("2024-01-01T10:00:00 utc")]
    [TestCase("2024-01-01T10:00:00 UTCX")]
    [TestCase("2024-01-01T10:00:00 GMT")]
    [TestCase("2024-01-01T10:00:00Z[UTC]")]
    [TestCase("2024-01-01T10:00:00Z UTC")]
    [TestCase("2024-01-01T10:00:00 +")]
    [TestCase("2024-01-01T10:00:00 + 01:00")]
    [TestCase("2024-01-01 UTC")]
    [TestCase("2024-01-01 +00:00")]
    [TestCase("2024-01-01T 10:00:00")]
    [TestCase("2024-01-01T10:00:00\tUTC")]
    [TestCase("\u00A02024-01-01")]
    [TestCase("01/02/2024")]
    [TestCase("1704067200")]
    [TestCase("２０２４-01-01")]
    public void Text_that_is_not_a_time_is_rejected(string text) =>
        Assert.That(IsoTime.TryParse(Encoding.UTF8.GetBytes(text), out _), Is.False);

    [Test]
    public void Every_time_that_is_written_is_read_again()
    {
        Gen.Select(Gen.Long[-400_000_000_000, 400_000_000_000], Gen.Int[0, 999_999_999]).Sample((seconds, nanoseconds) =>
        {
            string text = IsoTime.Format(seconds, nanoseconds, "Z");

            return IsoTime.TryParse(Encoding.UTF8.GetBytes(text), out IsoTime time) && time == new IsoTime(seconds, nanoseconds, HasOffset: true);
        });
    }

    [Test]
    public void The_calendar_is_that_of_DateTime()
    {
        Gen.Long[0, DateTime.MaxValue.Ticks / TimeSpan.TicksPerSecond].Sample(seconds =>
        {
            var expected = new DateTime(seconds * TimeSpan.TicksPerSecond, DateTimeKind.Utc);
            long sinceEpoch = seconds - (DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerSecond);

            return IsoTime.Format(sinceEpoch, 0, "Z") == expected.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        });
    }
}
