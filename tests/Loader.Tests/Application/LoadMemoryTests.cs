using Loader.Application;

namespace Loader.Tests.Application;

public sealed class LoadMemoryTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Memory_that_is_free_is_reserved_at_once()
    {
        var memory = new LoadMemory(10);
        await memory.ReserveAsync(4, default);

        Assert.That(memory.ReserveAsync(6, default).IsCompleted, Is.True);
    }

    [Test]
    public async Task A_reservation_waits_until_enough_is_released()
    {
        var memory = new LoadMemory(10);
        IDisposable first = await memory.ReserveAsync(4, default);
        IDisposable second = await memory.ReserveAsync(6, default);
        Task<IDisposable> third = memory.ReserveAsync(7, default);

        first.Dispose();
        bool early = third.IsCompleted;
        second.Dispose();
        await third.WaitAsync(Limit);

        Assert.That(early, Is.False);
    }

    [Test]
    public async Task A_small_reservation_does_not_overtake_a_large_one()
    {
        var memory = new LoadMemory(10);
        using IDisposable first = await memory.ReserveAsync(4, default);
        _ = memory.ReserveAsync(10, default);

        Assert.That(memory.ReserveAsync(1, default).IsCompleted, Is.False);
    }

    [Test]
    public async Task A_reservation_of_nothing_never_waits()
    {
        var memory = new LoadMemory(10);
        await memory.ReserveAsync(10, default);
        _ = memory.ReserveAsync(10, default);

        Assert.That(memory.ReserveAsync(0, default).IsCompleted, Is.True);
    }

    [Test]
    public async Task A_cancelled_reservation_holds_nothing_and_no_longer_blocks_those_behind_it()
    {
        var memory = new LoadMemory(10);
        using IDisposable first = await memory.ReserveAsync(4, default);
        using var cancel = new CancellationTokenSource();
        Task<IDisposable> large = memory.ReserveAsync(10, cancel.Token);
        Task<IDisposable> small = memory.ReserveAsync(6, default);

        await cancel.CancelAsync();
        await small.WaitAsync(Limit);

        Assert.That(async () => await large, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void A_cancelled_token_reserves_nothing()
    {
        var memory = new LoadMemory(10);

        Assert.That(() => memory.ReserveAsync(10, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(memory.ReserveAsync(10, default).IsCompleted, Is.True);
    }

    [Test]
    public async Task Releasing_twice_releases_once()
    {
        var memory = new LoadMemory(10);
        IDisposable first = await memory.ReserveAsync(5, default);
        await memory.ReserveAsync(5, default);
        first.Dispose();
        first.Dispose();
        await memory.ReserveAsync(5, default);

        Assert.That(memory.ReserveAsync(1, default).IsCompleted, Is.False);
    }

    [Test]
    public void More_than_there_is_cannot_be_reserved() =>
        Assert.That(() => new LoadMemory(10).ReserveAsync(11, default), Throws.InstanceOf<ArgumentOutOfRangeException>());

    /// <summary>Reserves, releases and cancels at random, and holds every step against a model of a queue.</summary>
    [Test]
    public async Task Random_scripts_never_exceed_the_limit_never_overtake_and_never_get_stuck([Range(1, 50)] int seed)
    {
        var random = new Random(seed);
        long limit = random.Next(1, 100);
        var memory = new LoadMemory(limit);
        var waiting = new List<(long Bytes, Task<IDisposable> Task, CancellationTokenSource Cancel)>();
        var granted = new List<(long Bytes, IDisposable Reservation)>();
        for (int step = 0; step < 300; step++)
        {
            switch (random.Next(5))
            {
                case 0 or 1:
                    var cancel = new CancellationTokenSource();
                    long bytes = random.Next(3) == 0 ? limit : random.NextInt64(1, Math.Max(2, limit / 4));
                    waiting.Add((bytes, memory.ReserveAsync(bytes, cancel.Token), cancel));
                    break;
                case 2 or 3 when granted.Count > 0:
                    int released = random.Next(granted.Count);
                    granted[released].Reservation.Dispose();
                    granted.RemoveAt(released);
                    break;
                case 4 when waiting.Count > 0:
                    int cancelled = random.Next(waiting.Count);
                    await waiting[cancelled].Cancel.CancelAsync();
                    Assert.That(async () => await waiting[cancelled].Task, Throws.InstanceOf<OperationCanceledException>());
                    waiting.RemoveAt(cancelled);
                    break;
            }

            await GrantAsync();
            Assert.That(waiting.Select(waiter => waiter.Task.IsCompleted), Is.All.False, $"step {step}");
        }

        while (waiting.Count > 0)
        {
            granted[0].Reservation.Dispose();
            granted.RemoveAt(0);
            await GrantAsync();
        }

        // The model grants the first in the queue as long as it fits; the memory has to do the same.
        async Task GrantAsync()
        {
            while (waiting.Count > 0 && granted.Sum(reservation => reservation.Bytes) + waiting[0].Bytes <= limit)
            {
                granted.Add((waiting[0].Bytes, await waiting[0].Task.WaitAsync(Limit)));
                waiting.RemoveAt(0);
            }
        }
    }

    /// <summary>Loads of threads that race: the sum of what they hold at once is counted by the loads themselves.</summary>
    [Test]
    public async Task Racing_loads_never_hold_more_than_the_limit_and_all_end([Range(1, 8)] int seed)
    {
        const long LimitBytes = 1_000;
        var memory = new LoadMemory(LimitBytes);
        long held = 0;
        long most = 0;
        int ended = 0;
        int cancelledLoads = 0;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(number => Task.Run(async () =>
        {
            var random = new Random((seed * 1_000) + number);
            for (int load = 0; load < 200; load++)
            {
                long bytes = random.Next(10) == 0 ? LimitBytes : random.Next(0, 200);
                using var cancel = new CancellationTokenSource();
                Task<IDisposable> reserving = memory.ReserveAsync(bytes, cancel.Token);
                if (random.Next(4) == 0)
                {
                    await cancel.CancelAsync();
                }

                try
                {
                    using IDisposable reservation = await reserving;
                    InterlockedMax(ref most, Interlocked.Add(ref held, bytes));
                    await Task.Yield();
                    Interlocked.Add(ref held, -bytes);
                    Interlocked.Increment(ref ended);
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref cancelledLoads);
                }
            }
        }))).WaitAsync(Limit);

        Assert.That(ended + cancelledLoads, Is.EqualTo(64 * 200));
        Assert.That(most, Is.InRange(1, LimitBytes));
        Assert.That(memory.ReserveAsync(LimitBytes, default).IsCompleted, Is.True, "everything was released");
    }

    private static void InterlockedMax(ref long most, long value)
    {
        long seen;
        while ((seen = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }
}
