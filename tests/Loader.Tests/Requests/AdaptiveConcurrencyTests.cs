using Loader.Infrastructure.Requests;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.Requests;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AdaptiveConcurrencyTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RequestLimiter _limiter = new(4);
    private readonly AdaptiveConcurrency _concurrency;

    public AdaptiveConcurrencyTests() => _concurrency = new AdaptiveConcurrency(_limiter, maximum: 16, TimeSpan.FromSeconds(2), _time);

    [SetUp]
    public Task HoldAllPermitsAsync() => FillAsync();

    [Test]
    public async Task Each_quick_answer_adds_a_permit_at_first()
    {
        await AnswerAsync(3);

        Assert.That(_limiter.Permits, Is.EqualTo(7));
    }

    [Test]
    public async Task It_never_grows_beyond_the_maximum()
    {
        await AnswerAsync(100);

        Assert.That(_limiter.Permits, Is.EqualTo(16));
    }

    [Test]
    public void A_slow_answer_adds_none()
    {
        long begun = _concurrency.Begin();
        _time.Advance(TimeSpan.FromSeconds(2.1));

        _concurrency.Answered(begun);

        Assert.That(_limiter.Permits, Is.EqualTo(4));
    }

    [Test]
    public void An_answer_while_permits_are_left_over_adds_none()
    {
        _limiter.Release();

        _concurrency.Answered(_concurrency.Begin());

        Assert.That(_limiter.Permits, Is.EqualTo(4));
    }

    [Test]
    public void Congestion_halves_the_number_and_never_below_one()
    {
        List<int> permits = [];
        for (int i = 0; i < 4; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _concurrency.Congested(_concurrency.Begin());
            permits.Add(_limiter.Permits);
        }

        Assert.That(permits, Is.EqualTo(new[] { 2, 1, 1, 1 }));
    }

    [Test]
    public void Requests_in_flight_when_it_was_halved_do_not_halve_it_again()
    {
        long[] begun = [_concurrency.Begin(), _concurrency.Begin(), _concurrency.Begin()];
        _time.Advance(TimeSpan.FromSeconds(1));

        Array.ForEach(begun, _concurrency.Congested);

        Assert.That(_limiter.Permits, Is.EqualTo(2));
    }

    [Test]
    public async Task After_congestion_a_whole_round_of_quick_answers_adds_one()
    {
        await AnswerAsync(4);
        _time.Advance(TimeSpan.FromSeconds(1));
        _concurrency.Congested(_concurrency.Begin());
        int halved = _limiter.Permits;
        _time.Advance(TimeSpan.FromSeconds(1));

        await AnswerAsync(halved - 1);
        int before = _limiter.Permits;
        await AnswerAsync(1);

        Assert.That((halved, before, _limiter.Permits), Is.EqualTo((4, 4, 5)));
    }

    private async Task AnswerAsync(int answers)
    {
        for (int i = 0; i < answers; i++)
        {
            await FillAsync();
            _concurrency.Answered(_concurrency.Begin());
        }
    }

    private async Task FillAsync()
    {
        while (_limiter.InFlight < _limiter.Permits)
        {
            await _limiter.AcquireAsync(default, CancellationToken.None);
        }
    }
}
