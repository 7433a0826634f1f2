using Loader.Application.Quality;

namespace Loader.Tests.Quality;

/// <summary>The first instants of local days, also where clocks change at midnight and where a day is left out.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class LocalDaysTests
{
    private const int Quarter = 900;

    [TestCase("UTC")]
    [TestCase("Europe/Berlin")]
    [TestCase("America/Sao_Paulo")]
    [TestCase("America/New_York")]
    [TestCase("Australia/Lord_Howe")]
    [TestCase("Asia/Kathmandu")]
    [TestCase("Pacific/Apia")]
    public void A_day_starts_at_its_first_instant(string name)
    {
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        var days = new LocalDays(zone);
        int first = new DateOnly(1999, 12, 1).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

        int[] wrong = [.. Enumerable.Range(first, 8_000).Where(day => days.StartOf(day) != FirstInstant(zone, day))];

        Assert.That(wrong, Is.Empty);
    }

    /// <summary>Looks at every quarter of an hour.</summary>
    private static long FirstInstant(TimeZoneInfo zone, int day)
    {
        long instant = (day - 1) * 86_400L;
        while ((DateTime.UnixEpoch.AddSeconds(instant) + zone.GetUtcOffset(DateTime.UnixEpoch.AddSeconds(instant))).Date
            < DateTime.UnixEpoch.AddDays(day))
        {
            instant += Quarter;
        }

        return instant;
    }
}
