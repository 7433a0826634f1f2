using Loader.Infrastructure.Requests;

namespace Loader.Tests.Aws;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TimeLimitsTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private readonly TimeLimits _limits = new(TimeProvider.System);
    private readonly CancellationTokenSource _caller = new();

    [Test]
    public void Cancellation_by_the_caller_cancels_the_request()
    {
        using TimeLimits.Limit limit = _limits.Begin(Long, _caller.Token);

        _caller.Cancel();

        Assert.That(limit.Token.IsCancellationRequested);
    }

    [Test]
    public void Cancellation_after_the_end_of_a_request_does_not_cancel_the_next_one()
    {
        TimeLimits.Limit first = _limits.Begin(Long, _caller.Token);
        first.Dispose();
        using TimeLimits.Limit second = _limits.Begin(Long, CancellationToken.None);

        _caller.Cancel();

        Assert.That((second.Token == first.Token, second.Token.IsCancellationRequested), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_limit_that_expired_is_not_reused()
    {
        var reached = new TaskCompletionSource();
        using (TimeLimits.Limit first = _limits.Begin(TimeSpan.FromMilliseconds(1), CancellationToken.None))
        {
            await using CancellationTokenRegistration registration = first.Token.Register(reached.SetResult);
            await reached.Task;
        }

        using TimeLimits.Limit second = _limits.Begin(Long, CancellationToken.None);

        Assert.That(second.Token.IsCancellationRequested, Is.False);
    }

    public void Dispose()
    {
        _limits.Dispose();
        _caller.Dispose();
    }
}
