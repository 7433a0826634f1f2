using Loader.Application.Results;
using Loader.Infrastructure.Requests;
using Loader.Infrastructure.Timestream.Tables;
using Loader.LocalAws.Faults;
using Loader.Tests.Timestream;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.Requests;

/// <summary>Loads that begin at the same time, and the one request that they share.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DescriptionCacheTests
{
    private const string DescribeTable = "timestream:DescribeTable";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TableName Table = new("energy", "generation", "eu-west-1");

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource<DescriptionResult<TableDescription>> _response = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _requests;

    [Test]
    public async Task Loads_that_begin_together_share_one_request()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        var gate = new FaultGate();
        local.Server.Faults.On(DescribeTable).Always().HoldBefore(gate);
        Task[] opens = [.. Enumerable.Range(0, 64).Select(_ => local.OpenAsync())];
        await gate.Reached.WaitAsync(Patience);

        gate.Open();
        await Task.WhenAll(opens).WaitAsync(Patience);

        Assert.That(local.Server.Requests.Count(DescribeTable), Is.EqualTo(1));
    }

    [Test]
    public async Task Loads_that_begin_together_discover_the_endpoint_once()
    {
        await using LocalSink local = await LocalSink.StartAsync(discover: true);

        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(local.OpenAsync))).WaitAsync(Patience);

        Assert.That(local.Server.Requests.Count("timestream:DescribeEndpoints"), Is.EqualTo(1));
    }

    [Test]
    public async Task Loads_share_a_failure_and_each_throws_an_exception_of_its_own()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        var gate = new FaultGate();
        local.Server.Faults.On(DescribeTable).Always().HoldBefore(gate);
        local.Server.Faults.On(DescribeTable).Always().ResourceNotFound();
        Task[] opens = [.. Enumerable.Range(0, 8).Select(_ => local.OpenAsync())];
        await gate.Reached.WaitAsync(Patience);

        gate.Open();
        await Task.WhenAll(opens).ContinueWith(static _ => { }, TaskScheduler.Default).WaitAsync(Patience);

        Exception?[] failures = [.. opens.Select(open => open.Exception?.InnerException)];
        Assert.That(failures, Is.All.InstanceOf<DestinationMissingException>());
        Assert.That(failures.Distinct(ReferenceEqualityComparer.Instance).Count(), Is.EqualTo(8));
        Assert.That(local.Server.Requests.Count(DescribeTable), Is.EqualTo(1));
    }

    [Test]
    public async Task A_failure_is_not_cached()
    {
        DescriptionCache<TableName, TableDescription> cache = Cache();
        Task<TableDescription> first = cache.GetAsync(Table, CancellationToken.None);
        _response.SetResult(new DescriptionResult<TableDescription>(null, () => new UnavailableException("No answer.")));

        Assert.That(async () => await first, Throws.InstanceOf<UnavailableException>());
        Assert.That(async () => await cache.GetAsync(Table, CancellationToken.None), Throws.InstanceOf<UnavailableException>());
        Assert.That(_requests, Is.EqualTo(2));
    }

    [Test]
    public async Task An_exception_ends_only_the_load_that_asked_and_the_others_ask_again()
    {
        DescriptionCache<TableName, TableDescription> cache = Cache();
        Task<TableDescription>[] gets = [.. Enumerable.Range(0, 3).Select(_ => cache.GetAsync(Table, CancellationToken.None))];
        _response.SetException(new ConfigurationException("No credentials."));

        await Task.WhenAll(gets).ContinueWith(static _ => { }, TaskScheduler.Default).WaitAsync(Patience);

        Assert.That(gets.Select(get => get.Exception?.InnerException), Is.All.InstanceOf<ConfigurationException>());
        Assert.That(_requests, Is.EqualTo(3));
    }

    [Test]
    public async Task A_cancelled_load_does_not_cancel_the_request_of_the_others()
    {
        DescriptionCache<TableName, TableDescription> cache = Cache();
        using var cancellation = new CancellationTokenSource();
        Task<TableDescription> first = cache.GetAsync(Table, cancellation.Token);
        Task<TableDescription> second = cache.GetAsync(Table, CancellationToken.None);

        await cancellation.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        _response.SetResult(new DescriptionResult<TableDescription>(TableDescription.Unknown));

        Assert.That(await second.WaitAsync(Patience), Is.EqualTo(TableDescription.Unknown));
    }

    [Test]
    public async Task The_request_is_cancelled_when_nobody_waits_and_the_next_load_sends_another()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cache = new DescriptionCache<TableName, TableDescription>(
            async (_, token) =>
            {
                if (Interlocked.Increment(ref _requests) == 1)
                {
                    token.Register(() => cancelled.SetResult());
                    _asked.SetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
                }

                return new DescriptionResult<TableDescription>(TableDescription.Unknown);
            },
            _time);
        using var cancellation = new CancellationTokenSource();
        Task<TableDescription> only = cache.GetAsync(Table, cancellation.Token);
        await _asked.Task.WaitAsync(Patience);

        await cancellation.CancelAsync();
        Assert.That(async () => await only, Throws.InstanceOf<OperationCanceledException>());
        await cancelled.Task.WaitAsync(Patience);

        Assert.That(await cache.GetAsync(Table, CancellationToken.None).WaitAsync(Patience), Is.EqualTo(TableDescription.Unknown));
    }

    [TestCase(299, 1)]
    [TestCase(300, 2)]
    public async Task A_description_is_used_for_five_minutes(int seconds, int requests)
    {
        _response.SetResult(new DescriptionResult<TableDescription>(TableDescription.Unknown));
        DescriptionCache<TableName, TableDescription> cache = Cache();
        await cache.GetAsync(Table, CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(seconds));
        await cache.GetAsync(Table, CancellationToken.None);

        Assert.That(_requests, Is.EqualTo(requests));
    }

    private DescriptionCache<TableName, TableDescription> Cache() => new(
        (_, _) =>
        {
            Interlocked.Increment(ref _requests);
            return _response.Task;
        },
        _time);
}
