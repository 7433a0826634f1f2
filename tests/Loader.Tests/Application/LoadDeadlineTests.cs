using Loader.Application;
using Loader.Tests.Support;

namespace Loader.Tests.Application;

public sealed class LoadDeadlineTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    [TestCase(0, 0, 6.0, false)]
    [TestCase(0, 0, 5.0, false)]
    [TestCase(0, 0, 4.9, true)]
    [TestCase(10, 0, 25.0, false)]
    [TestCase(10, 0, 24.9, true)]
    [TestCase(0, 10, 24.9, true)]
    [TestCase(10, 20, 65.0, false)]
    [TestCase(10, 20, 64.9, true)]
    public void A_deadline_is_near_below_twice_the_slowest_row_group_plus_the_grace(int readSeconds, int settleSeconds, double secondsLeft, bool expected)
    {
        var deadline = new LoadDeadline(Some.Instant, Grace);
        deadline.AddRead(TimeSpan.FromSeconds(readSeconds));
        deadline.AddSettle(TimeSpan.FromSeconds(settleSeconds));

        Assert.That(deadline.IsNear(Some.Instant.AddSeconds(-secondsLeft)), Is.EqualTo(expected));
    }

    [Test]
    public void Only_the_slowest_row_group_counts()
    {
        var deadline = new LoadDeadline(Some.Instant, Grace);
        foreach (int seconds in new[] { 1, 10, 2 })
        {
            deadline.AddRead(TimeSpan.FromSeconds(seconds));
            deadline.AddSettle(TimeSpan.FromSeconds(seconds));
        }

        Assert.That(deadline.IsNear(Some.Instant.AddSeconds(-45)), Is.False);
        Assert.That(deadline.IsNear(Some.Instant.AddSeconds(-44)), Is.True);
    }

    [TestCase(60.0, 57.5)]
    [TestCase(2.5, 0.0)]
    [TestCase(1.0, 0.0)]
    [TestCase(-10.0, 0.0)]
    public void Row_groups_in_flight_are_cancelled_half_the_grace_before_the_deadline(double secondsLeft, double expected)
    {
        var deadline = new LoadDeadline(Some.Instant, Grace);

        Assert.That(deadline.GetTimeUntilCancel(Some.Instant.AddSeconds(-secondsLeft)), Is.EqualTo(TimeSpan.FromSeconds(expected)));
    }

    [Test]
    public void Without_a_deadline_a_load_goes_on()
    {
        var deadline = new LoadDeadline(at: null, Grace);
        deadline.AddSettle(TimeSpan.FromDays(1));

        Assert.That(deadline.IsNear(Some.Instant), Is.False);
        Assert.That(deadline.GetTimeUntilCancel(Some.Instant), Is.Null);
    }
}
