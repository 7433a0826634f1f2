using CsCheck;
using Loader.Infrastructure.Parquet.Columns;

namespace Loader.Tests.Parquet;

[Parallelizable(ParallelScope.All)]
public sealed class LocalClockTests
{
    [TestCase("America/Sao_Paulo", "2018-11-03T23:59:59", -3)]
    [TestCase("America/Sao_Paulo", "2018-11-04T01:00:00", -2)]
    [TestCase("America/Sao_Paulo", "2018-02-17T22:59:59", -2)]
    [TestCase("Europe/Berlin", "2024-03-31T03:00:00", 2)]
    [TestCase("Asia/Kathmandu", "2024-01-01T00:00:00", 5.75)]
    [TestCase("UTC", "2024-01-01T00:00:00", 0)]
    public void A_local_time_has_the_offset_of_its_zone(string zone, string local, double hours)
    {
        bool exists = Clock(zone).TryGetOffset(Seconds(local), out int offset);

        Assert.That(exists);
        Assert.That(offset, Is.EqualTo(hours * 3600));
    }

    [TestCase("America/Sao_Paulo", "2018-11-04T00:00:00")]
    [TestCase("America/Sao_Paulo", "2018-11-04T00:59:59")]
    [TestCase("Europe/Berlin", "2024-03-31T02:30:00")]
    [TestCase("Australia/Lord_Howe", "2024-10-06T02:15:00")]
    public void A_skipped_local_time_does_not_exist(string zone, string local) =>
        Assert.That(Clock(zone).TryGetOffset(Seconds(local), out _), Is.False);

    [TestCase("America/Sao_Paulo", "2018-02-17T23:30:00", -2)]
    [TestCase("Europe/Berlin", "2024-10-27T02:00:00", 2)]
    [TestCase("Europe/Berlin", "2024-10-27T02:59:59", 2)]
    [TestCase("Australia/Lord_Howe", "2024-04-07T01:45:00", 11)]
    public void A_local_time_that_occurs_twice_is_the_earlier_one(string zone, string local, double hours)
    {
        Clock(zone).TryGetOffset(Seconds(local), out int offset);

        Assert.That(offset, Is.EqualTo(hours * 3600));
    }

    [TestCase("Europe/Berlin", "2024-10-27T02:00:00", "2024-10-27T02:00:00", "2024-10-27T03:00:00")]
    [TestCase("Europe/Berlin", "2024-10-26T23:00:00", "2024-10-27T02:00:00", "2024-10-27T03:00:00")]
    [TestCase("Europe/Berlin", "2024-10-27T05:59:59", "2024-10-27T02:00:00", "2024-10-27T03:00:00")]
    [TestCase("Australia/Lord_Howe", "2024-04-07T01:29:59", "2024-04-07T01:30:00", "2024-04-07T02:00:00")]
    [TestCase("America/Sao_Paulo", "2018-02-18T00:00:00", "2018-02-17T23:00:00", "2018-02-18T00:00:00")]
    public void A_local_time_near_an_overlap_knows_it(string zone, string local, string start, string end)
    {
        Clock(zone).TryGetOffset(Seconds(local), out _, out Overlap? near);

        Assert.That((near!.Start, near.End), Is.EqualTo((Seconds(start), Seconds(end))));
    }

    [TestCase("Europe/Berlin", "2024-10-26T22:59:59")]
    [TestCase("Europe/Berlin", "2024-10-27T06:00:00")]
    [TestCase("Europe/Berlin", "2024-03-31T03:00:00")]
    [TestCase("Asia/Tokyo", "2024-10-27T02:00:00")]
    [TestCase("UTC", "2024-10-27T02:00:00")]
    public void All_other_local_times_are_near_no_overlap(string zone, string local)
    {
        Clock(zone).TryGetOffset(Seconds(local), out _, out Overlap? near);

        Assert.That(near, Is.Null);
    }

    [TestCase("Europe/Berlin", 25)]
    [TestCase("Australia/Lord_Howe", 25)]
    [TestCase("Asia/Tokyo", 0)]
    public void Overlaps_are_listed_once_each(string zone, int expected) =>
        Assert.That(Clock(zone).ListOverlaps(Seconds("2000-01-01T00:00:00"), Seconds("2024-12-31T00:00:00")), Has.Count.EqualTo(expected).And.Unique);

    [Test]
    public void Overlaps_are_listed_in_a_range_beyond_the_calendar() =>
        Assert.That(Clock("Europe/Berlin").ListOverlaps(-9_000_000_000_000_000, 9_000_000_000_000_000), Has.Count.GreaterThan(8_000));

    [Test]
    public void Every_instant_comes_back_from_its_local_time_or_is_the_later_of_two()
    {
        string[] zones = ["America/Sao_Paulo", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "Europe/Dublin"];
        Gen.Select(Gen.Int[0, zones.Length - 1], Gen.Long[-2_000_000_000, 4_000_000_000]).Sample((z, utc) =>
        {
            TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(zones[z]);
            int actual = (int)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(utc)).TotalSeconds;
            if (!new LocalClock(zone).TryGetOffset(utc + actual, out int offset))
            {
                return false;
            }

            // The earlier of two instants with one local time has the greater offset.
            return offset == actual || (offset > actual && zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(utc + actual - offset)).TotalSeconds == offset);
        });
    }

    [Test]
    public void Times_beyond_the_calendar_take_the_offset_at_its_end()
    {
        bool exists = Clock("Europe/Berlin").TryGetOffset(300_000_000_000_000, out int offset);

        Assert.That(exists);
        Assert.That(offset, Is.AnyOf(3_600, 7_200));
    }

    private static LocalClock Clock(string zone) => new(TimeZoneInfo.FindSystemTimeZoneById(zone));

    private static long Seconds(string local) =>
        (long)(DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture) - DateTime.UnixEpoch).TotalSeconds;
}
