using Loader.Cli.Loading;
using Loader.Cli.Output;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.Cli;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
internal sealed class RecentRateTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecentRate _rate;
    private long _rows;

    public RecentRateTests() => _rate = new RecentRate(_time);

    [SetUp]
    public void Begin() => _rate.Add(Counts());

    [Test]
    public void A_rate_needs_a_second()
    {
        Advance(0.9, rows: 1_000);

        Assert.That(_rate.RowsPerSecond, Is.Null);
    }

    [Test]
    public void A_rate_needs_rows()
    {
        Advance(5, rows: 0);

        Assert.That(_rate.RowsPerSecond, Is.Null);
    }

    [Test]
    public void The_rate_is_that_of_the_last_time()
    {
        Repeat(100, () => Advance(1, rows: 1_000));
        Repeat(16, () => Advance(1, rows: 10));

        Assert.That(_rate.RowsPerSecond, Is.EqualTo(10).Within(0.001));
    }

    [Test]
    public void Rare_steps_are_measured_over_a_longer_time()
    {
        Repeat(10, () => Advance(60, rows: 6_000));

        Assert.That(_rate.RowsPerSecond, Is.EqualTo(100).Within(0.001));
    }

    [Test]
    public void A_run_that_stalls_becomes_slower()
    {
        Repeat(10, () => Advance(1, rows: 100));
        Advance(990, rows: 0);

        Assert.That(_rate.RowsPerSecond, Is.LessThan(1));
    }

    [Test]
    public void The_time_left_follows_from_the_work_and_the_rate()
    {
        Repeat(10, () => Advance(1, rows: 100, workLeft: 300));

        Assert.That(_rate.TimeLeft, Is.EqualTo(TimeSpan.FromSeconds(3)));
    }

    [Test]
    public void The_time_left_is_not_known_while_the_work_is_not()
    {
        Repeat(10, () => Advance(1, rows: 100, workLeft: null));

        Assert.That(_rate.TimeLeft, Is.Null);
    }

    [Test]
    public void The_time_left_is_not_guessed_from_a_few_steps()
    {
        Repeat(3, () => Advance(1, rows: 100, workLeft: 300));

        Assert.That(_rate.TimeLeft, Is.Null);
    }

    [Test]
    public void The_time_left_grows_while_a_run_stalls()
    {
        Repeat(10, () => Advance(1, rows: 100, workLeft: 300));
        Advance(10, rows: 0, workLeft: 300);

        Assert.That(_rate.TimeLeft, Is.GreaterThan(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public void A_time_that_no_clock_counts_is_not_known()
    {
        Repeat(10, () => Advance(1, rows: 1, workLeft: double.MaxValue));

        Assert.That(_rate.TimeLeft, Is.Null);
    }

    private static void Repeat(int times, Action step)
    {
        for (int i = 0; i < times; i++)
        {
            step();
        }
    }

    private void Advance(double seconds, long rows, double? workLeft = null)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _rows += rows;
        _rate.Add(Counts(workLeft));
    }

    /// <summary>The work is as many units as rows.</summary>
    private RunCounts Counts(double? workLeft = null) => new(1, 0, IsListingEnded: true, _rows, WorkDone: _rows, workLeft);
}
