using Loader.Application.Ports;
using Loader.Lambda.Loading;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace Loader.Tests.Lambda;

/// <summary>Metrics must not take the time that the response needs.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class InvocationMetricsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly IMetricsPublisher _publisher = Substitute.For<IMetricsPublisher>();

    [TestCase(60_000, 5_000)]
    [TestCase(10_000, 5_000)]
    [TestCase(4_000, 2_000)]
    [TestCase(2, 1)]
    public async Task A_flush_has_five_seconds_or_half_of_the_time_that_is_left(int left, int expected)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _publisher.FlushAsync(default).ReturnsForAnyArgs(call =>
        {
            call.Arg<CancellationToken>().Register(() => cancelled.SetResult());
            return cancelled.Task;
        });

        Task flush = new InvocationMetrics(_publisher, _time).FlushAsync(_time.GetUtcNow().AddMilliseconds(left));
        _time.Advance(TimeSpan.FromMilliseconds(expected - 1));
        bool isCancelledBefore = cancelled.Task.IsCompleted;
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await flush;

        Assert.That(isCancelledBefore, Is.False);
    }

    [TestCase(0)]
    [TestCase(-1)]
    public async Task After_the_deadline_nothing_is_flushed(int left)
    {
        await new InvocationMetrics(_publisher, _time).FlushAsync(_time.GetUtcNow().AddMilliseconds(left));

        await _publisher.DidNotReceiveWithAnyArgs().FlushAsync(default);
    }
}
