using Loader.Infrastructure.Requests;

namespace Loader.Tests.Requests;

public sealed class RequestLimiterTests
{
    [Test]
    public void Permits_are_granted_until_none_are_left()
    {
        var limiter = new RequestLimiter(2);

        Task[] waits = [.. Enumerable.Range(0, 3).Select(_ => limiter.AcquireAsync(First(0), CancellationToken.None))];

        Assert.That(waits.Select(w => w.IsCompleted), Is.EqualTo(new[] { true, true, false }));
    }

    [Test]
    public async Task Earlier_row_groups_go_first_and_within_a_row_group_the_first_to_wait()
    {
        var limiter = new RequestLimiter(1);
        await limiter.AcquireAsync(First(9), CancellationToken.None);
        Task late = limiter.AcquireAsync(First(2), CancellationToken.None);
        Task early = limiter.AcquireAsync(First(1), CancellationToken.None);
        Task secondEarly = limiter.AcquireAsync(First(1), CancellationToken.None);

        limiter.Release();
        await early;
        limiter.Release();
        await secondEarly;

        Assert.That(late.IsCompleted, Is.False);
        limiter.Release();
        await late;
    }

    [Test]
    public async Task Permits_that_are_held_are_counted()
    {
        var limiter = new RequestLimiter(2);
        Task[] waits = [.. Enumerable.Range(0, 3).Select(_ => limiter.AcquireAsync(First(0), CancellationToken.None))];
        int whileOneWaits = limiter.InFlight;

        limiter.Release();
        await Task.WhenAll(waits);
        int afterOneWasPassedOn = limiter.InFlight;
        limiter.Release();
        limiter.Release();

        Assert.That((whileOneWaits, afterOneWasPassedOn, limiter.InFlight), Is.EqualTo((2, 2, 0)));
    }

    [Test]
    public async Task A_cancelled_wait_holds_no_permit()
    {
        var limiter = new RequestLimiter(1);
        await limiter.AcquireAsync(First(0), CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        Task first = limiter.AcquireAsync(First(0), cancel.Token);
        Task second = limiter.AcquireAsync(First(1), CancellationToken.None);

        await cancel.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        limiter.Release();

        await second;
    }

    [Test]
    public async Task Within_a_row_group_retries_go_first()
    {
        var limiter = new RequestLimiter(1);
        await limiter.AcquireAsync(First(0), CancellationToken.None);
        Task firstAttempt = limiter.AcquireAsync(First(1), CancellationToken.None);
        Task retry = limiter.AcquireAsync(new RequestPriority(1, 1, IsFirstAttempt: false), CancellationToken.None);

        limiter.Release();
        await retry;

        Assert.That(firstAttempt.IsCompleted, Is.False);
    }

    [Test]
    public async Task Earlier_loads_go_first_whatever_their_row_group()
    {
        var limiter = new RequestLimiter(1);
        await limiter.AcquireAsync(First(0), CancellationToken.None);
        Task late = limiter.AcquireAsync(First(0, load: 2), CancellationToken.None);
        Task early = limiter.AcquireAsync(First(1_000_000, load: 1), CancellationToken.None);

        limiter.Release();
        await early;

        Assert.That(late.IsCompleted, Is.False);
    }

    [Test]
    public async Task A_permit_can_be_kept_unless_a_request_of_higher_priority_waits()
    {
        var limiter = new RequestLimiter(1);
        await limiter.AcquireAsync(First(1), CancellationToken.None);
        bool nobodyWaits = limiter.CanKeep(First(1));
        _ = limiter.AcquireAsync(First(1), CancellationToken.None);
        bool equalWaits = limiter.CanKeep(First(1));
        _ = limiter.AcquireAsync(First(0), CancellationToken.None);

        bool earlierWaits = limiter.CanKeep(First(1));

        Assert.That((nobodyWaits, equalWaits, earlierWaits), Is.EqualTo((true, true, false)));
    }

    [Test]
    public async Task A_raised_limit_lets_waiters_in()
    {
        var limiter = new RequestLimiter(1);
        await limiter.AcquireAsync(First(0), CancellationToken.None);
        Task[] waits = [.. Enumerable.Range(0, 3).Select(_ => limiter.AcquireAsync(First(0), CancellationToken.None))];

        limiter.Permits = 3;

        await Task.WhenAll(waits[0], waits[1]);
        Assert.That(waits[2].IsCompleted, Is.False);
        Assert.That(limiter.InFlight, Is.EqualTo(3));
    }

    [Test]
    public async Task After_a_lowered_limit_permits_are_granted_only_when_enough_were_returned()
    {
        var limiter = new RequestLimiter(3);
        for (int i = 0; i < 3; i++)
        {
            await limiter.AcquireAsync(First(0), CancellationToken.None);
        }

        limiter.Permits = 1;
        Task wait = limiter.AcquireAsync(First(0), CancellationToken.None);
        bool canKeep = limiter.CanKeep(First(0));
        limiter.Release();
        limiter.Release();
        bool isGrantedEarly = wait.IsCompleted;
        limiter.Release();
        await wait;

        Assert.That((canKeep, isGrantedEarly, limiter.InFlight), Is.EqualTo((false, false, 1)));
    }

    private static RequestPriority First(int rowGroup, long load = 1) => new(load, rowGroup, IsFirstAttempt: true);
}
