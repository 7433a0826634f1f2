using System.Collections.Concurrent;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NSubstitute;

namespace Loader.Tests.Application;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LoadParquetFilesTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly LoadOptions _options = new() { RowGroupsInFlight = 1, FilesInFlight = 4 };
    private readonly IRejectedRowStore _rejectedRows = Substitute.For<IRejectedRowStore>();
    private readonly ScriptedFolder _folder = new();
    private readonly ScriptedSink _sink = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _cancel = new();

    [SetUp]
    public void SetUp()
    {
        _rejectedRows.Location.Returns("rejected");
        _rejectedRows.SaveAsync(default!, default!, default!, default).ReturnsForAnyArgs("rejected/part");
    }

    [Test]
    public async Task Every_request_has_one_result_and_the_totals_add_up()
    {
        LoadRequest[] requests = [.. Enumerable.Range(0, 20).Select(number => Add(number, ScriptedFile.WithGoodRowGroups(2)))];

        List<LoadResult> results = await LoadAsync(requests);

        Assert.That(results.Select(result => result.Request), Is.EquivalentTo(requests));
        LoadTotals totals = Sum(results);
        Assert.That((totals.Files, totals.Count(LoadStatus.Succeeded)), Is.EqualTo((20, 20)));
        Assert.That(totals.Ledger, Is.EqualTo(new Ledger { Read = 120, Written = 120 }));
        Assert.That(totals.Effort.Requests, Is.EqualTo(40));
        Assert.That(totals.BytesRead, Is.EqualTo(20 * 1_234));
    }

    [Test]
    public async Task No_requests_give_no_results() => Assert.That(await LoadAsync([]), Is.Empty);

    [Test]
    public async Task As_many_loads_as_configured_are_in_flight_and_never_more([Values(1, 3, 8)] int filesInFlight)
    {
        _options.FilesInFlight = filesInFlight;
        int inFlight = 0;
        int most = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sink.Write = async (batch, _) =>
        {
            int now = Interlocked.Increment(ref inFlight);
            InterlockedMax(ref most, now);
            if (now == filesInFlight)
            {
                all.TrySetResult();
            }

            await all.Task.WaitAsync(Limit, CancellationToken.None);
            Interlocked.Decrement(ref inFlight);
            return _sink.Accept(batch);
        };

        await LoadAsync([.. Enumerable.Range(0, 24).Select(number => Add(number, ScriptedFile.WithGoodRowGroups(1)))]);

        Assert.That(most, Is.EqualTo(filesInFlight));
    }

    [Test]
    public async Task A_failure_of_one_load_is_part_of_its_result_and_does_not_stop_the_others()
    {
        var defect = new InvalidOperationException("a defect");
        var corrupt = new SourceCorruptException("damaged");
        LoadRequest broken = Add(0, corrupt);
        LoadRequest defective = Add(1, defect);
        LoadRequest[] good = [.. Enumerable.Range(2, 10).Select(number => Add(number, ScriptedFile.WithGoodRowGroups(1)))];

        List<LoadResult> results = await LoadAsync([broken, defective, .. good]);

        LoadResult first = results.Single(result => result.Request == broken);
        Assert.That((first.Failure, first.Report, first.Status), Is.EqualTo((corrupt, corrupt.Report, LoadStatus.Failed)));
        LoadResult second = results.Single(result => result.Request == defective);
        Assert.That((second.Failure, second.Report, second.Status), Is.EqualTo((defect, (LoadReport?)null, LoadStatus.Failed)));
        Assert.That(results.Count(result => result.Status == LoadStatus.Succeeded), Is.EqualTo(10));
        Assert.That(Sum(results).Count(LoadStatus.Failed), Is.EqualTo(2));
    }

    [Test]
    public async Task The_first_result_comes_before_the_last_request()
    {
        LoadRequest first = Add(0, ScriptedFile.WithGoodRowGroups(1));
        LoadRequest second = Add(1, ScriptedFile.WithGoodRowGroups(1));
        var firstEnded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var results = new List<LoadResult>();

        await foreach (LoadResult result in Files().LoadAsync(ListSlowly(), default))
        {
            results.Add(result);
            firstEnded.TrySetResult();
        }

        Assert.That(results.Select(result => result.Request), Is.EqualTo(new[] { first, second }));

        async IAsyncEnumerable<LoadRequest> ListSlowly()
        {
            yield return first;
            await firstEnded.Task.WaitAsync(Limit, CancellationToken.None);
            yield return second;
        }
    }

    [Test]
    public async Task Requests_are_taken_only_when_a_load_can_begin()
    {
        _options.FilesInFlight = 2;
        int taken = 0;
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var bothBegan = new CountdownEvent(2);
        _sink.Write = async (batch, _) =>
        {
            if (bothBegan.CurrentCount > 0)
            {
                bothBegan.Signal();
            }

            await go.Task.WaitAsync(Limit, CancellationToken.None);
            return _sink.Accept(batch);
        };
        LoadRequest[] requests = [.. Enumerable.Range(0, 10).Select(number => Add(number, ScriptedFile.WithGoodRowGroups(1)))];
        Task<List<LoadResult>> loading = LoadAsync(requests.Select(request =>
        {
            taken++;
            return request;
        }));
        Assert.That(bothBegan.Wait(Limit), Is.True);

        int takenWhileBusy = taken;
        go.SetResult();

        Assert.That(await loading, Has.Count.EqualTo(10));
        Assert.That(takenWhileBusy, Is.EqualTo(2));
    }

    [Test]
    public async Task A_stop_ends_the_loads_in_flight_cleanly_and_takes_no_further_request()
    {
        _options.FilesInFlight = 2;
        var both = new CountdownEvent(2);
        _sink.Write = async (batch, _) =>
        {
            // The first row groups of two files are in flight when the stop is requested.
            if (both.Signal())
            {
                await _stop.CancelAsync();
            }

            await WaitAsync(_stop.Token);
            return _sink.Accept(batch);
        };
        int taken = 0;
        IEnumerable<LoadRequest> requests = Enumerable.Range(0, 10)
            .Select(number => Add(number, ScriptedFile.WithGoodRowGroups(3)) with { StopRequested = _stop.Token })
            .ToList()
            .Select(request =>
            {
                taken++;
                return request;
            });

        List<LoadResult> results = await LoadAsync(requests);

        Assert.That(results.Select(result => result.Status), Is.EqualTo(new[] { LoadStatus.Incomplete, LoadStatus.Incomplete }));
        Assert.That(results.Select(result => result.Failure), Is.All.InstanceOf<IncompleteLoadException>());
        Assert.That(Sum(results).Ledger, Is.EqualTo(new Ledger { Read = 6, Written = 6 }));
        Assert.That(taken, Is.LessThan(10));
    }

    [Test]
    public void Cancelling_gives_the_results_of_the_loads_that_were_begun_and_then_throws()
    {
        _options.FilesInFlight = 2;
        var both = new CountdownEvent(2);
        _sink.Write = async (batch, token) =>
        {
            if (both.Signal())
            {
                await _cancel.CancelAsync();
            }

            await WaitAsync(token);
            return new WriteOutcome { Unsettled = batch.Count };
        };
        LoadRequest[] requests = [.. Enumerable.Range(0, 10).Select(number => Add(number, ScriptedFile.WithGoodRowGroups(3)))];
        var results = new List<LoadResult>();

        Assert.That(
            async () =>
            {
                await foreach (LoadResult result in Files().LoadAsync(requests.ToAsyncEnumerable(), _cancel.Token))
                {
                    results.Add(result);
                }
            },
            Throws.InstanceOf<OperationCanceledException>().And.Not.InstanceOf<LoadCanceledException>());
        Assert.That(results, Has.Count.EqualTo(2));
        Assert.That(results.Select(result => result.Failure), Is.All.InstanceOf<LoadCanceledException>());
        Assert.That(results.Select(result => result.Report), Is.All.Not.Null);
    }

    [Test]
    public void An_exception_of_the_requests_is_thrown_after_the_results_of_the_loads_that_were_begun()
    {
        LoadRequest first = Add(0, ScriptedFile.WithGoodRowGroups(1));
        var results = new List<LoadResult>();

        Assert.That(
            async () =>
            {
                await foreach (LoadResult result in Files().LoadAsync(ListAndFail(), default))
                {
                    results.Add(result);
                }
            },
            Throws.InstanceOf<SourceNotFoundException>());
        Assert.That(results.Single().Status, Is.EqualTo(LoadStatus.Succeeded));

        async IAsyncEnumerable<LoadRequest> ListAndFail()
        {
            yield return first;
            await Task.Yield();
            throw new SourceNotFoundException("no bucket");
        }
    }

    [Test]
    public async Task A_caller_that_stops_early_cancels_the_loads_in_flight_and_waits_for_them()
    {
        _options.FilesInFlight = 3;
        int inFlight = 0;
        _sink.Write = async (batch, token) =>
        {
            if (batch.Times[0] == Some.Time)
            {
                return _sink.Accept(batch);
            }

            Interlocked.Increment(ref inFlight);
            await WaitAsync(token);
            Interlocked.Decrement(ref inFlight);
            return new WriteOutcome { Unsettled = batch.Count };
        };
        ScriptedFile Waiting(int number) => new ScriptedFile().Add([(Some.Time + number, 1, Some.Key())]);
        LoadRequest[] requests = [Add(0, ScriptedFile.WithGoodRowGroups(1)), .. Enumerable.Range(1, 9).Select(number => Add(number, Waiting(number)))];

        await foreach (LoadResult result in Files().LoadAsync(requests.ToAsyncEnumerable(), default))
        {
            Assert.That(result.Request, Is.EqualTo(requests[0]));
            break;
        }

        Assert.That(inFlight, Is.Zero);
    }

    [Test]
    public async Task Loads_share_one_memory_limit()
    {
        _options.FilesInFlight = 8;
        _options.MemoryLimitBytes = 2_500;
        var used = new MemoryUse();
        _sink.Write = async (batch, _) =>
        {
            await Task.Yield();
            WriteOutcome outcome = _sink.Accept(batch);
            used.Remove(batch);
            return outcome;
        };
        LoadRequest[] requests = [.. Enumerable.Range(0, 50).Select(number => Add(number, used.Count(ScriptedFile.WithGoodRowGroups(4))))];

        List<LoadResult> results = await LoadAsync(requests);

        Assert.That(results.Select(result => result.Status), Is.All.EqualTo(LoadStatus.Succeeded));
        Assert.That(used.Most, Is.InRange(1_000, 2_500));
    }

    [Test]
    public async Task A_row_group_that_never_fits_fails_alone()
    {
        _options.MemoryLimitBytes = 1_000;
        ScriptedFile large = ScriptedFile.WithGoodRowGroups(1);
        large.MemoryBytesPerRowGroup = 1_001;
        LoadRequest refused = Add(0, large);
        LoadRequest[] good = [.. Enumerable.Range(1, 5).Select(number => Add(number, ScriptedFile.WithGoodRowGroups(1)))];

        List<LoadResult> results = await LoadAsync([refused, .. good]);

        Assert.That(results.Where(result => result.Failure is not null).Select(result => (result.Request, result.Failure!.GetType())), Is.EqualTo(new[] { (refused, typeof(RowGroupTooLargeException)) }));
    }

    [Test]
    public async Task A_load_whose_series_do_not_fit_beside_those_of_others_continues_when_it_is_alone()
    {
        _options.FilesInFlight = 2;
        _options.MemoryLimitBytes = 10_000;
        var otherBegan = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isOtherOpen = true;
        bool wasAlone = false;
        ScriptedFile other = ScriptedFile.WithGoodRowGroups(1);
        other.Before = async (_, _) =>
        {
            otherBegan.TrySetResult();
            await refused.Task.WaitAsync(Limit, CancellationToken.None);
        };
        other.Disposed = () => isOtherOpen = false;
        int attempts = 0;
        ScriptedFile many = ScriptedFile.WithGoodRowGroups(3);
        many.Before = async (rowGroup, _) =>
        {
            if (rowGroup != 1)
            {
                return;
            }

            await otherBegan.Task.WaitAsync(Limit, CancellationToken.None);
            if (++attempts == 1)
            {
                refused.SetResult();
                throw new TooManySeriesException("other files use the rest") { IsShared = true };
            }

            wasAlone = _sink.Stored.Count == 6;
        };

        List<LoadResult> results = await LoadAsync([Add(0, other), Add(1, many)]);

        Assert.That(results.Select(result => result.Report!.Ledger), Is.EquivalentTo(new[] { new Ledger { Read = 3, Written = 3 }, new Ledger { Read = 9, Written = 9 } }));
        Assert.That((attempts, wasAlone, isOtherOpen), Is.EqualTo((2, true, false)));
        Assert.That(_sink.Stored, Has.Count.EqualTo(12), "no row group was written twice");
    }

    [Test]
    public async Task A_load_that_waits_for_memory_until_its_deadline_can_be_run_again()
    {
        _options.FilesInFlight = 2;
        _options.MemoryLimitBytes = 1_000;
        _options.DeadlineGrace = TimeSpan.FromMilliseconds(10);
        var firstBegan = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var secondEnded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sink.Write = async (batch, _) =>
        {
            firstBegan.SetResult();
            await secondEnded.Task.WaitAsync(Limit, CancellationToken.None);
            return _sink.Accept(batch);
        };
        LoadRequest first = Add(0, ScriptedFile.WithGoodRowGroups(1));
        LoadRequest second = Add(1, ScriptedFile.WithGoodRowGroups(1)) with { Deadline = TimeProvider.System.GetUtcNow().AddSeconds(1) };
        var results = new List<LoadResult>();

        await foreach (LoadResult result in Files().LoadAsync(ListAsync(), default))
        {
            results.Add(result);
            secondEnded.TrySetResult();
        }

        Assert.That(results[0].Request, Is.EqualTo(second));
        Assert.That(results[0].Failure, Is.InstanceOf<IncompleteLoadException>().With.Message.Contains("other loads released the memory"));
        Assert.That(results[0].Report!.Resume!.RowGroup, Is.Zero);
        Assert.That(results[1].Status, Is.EqualTo(LoadStatus.Succeeded));

        async IAsyncEnumerable<LoadRequest> ListAsync()
        {
            yield return first;
            await firstBegan.Task.WaitAsync(Limit, CancellationToken.None);
            yield return second;
        }
    }

    /// <summary>
    /// Loads a generated folder: empty files, broken ones, a huge one among tiny ones, the same identities in several files with different
    /// versions, loads that stop. What is stored is the newest version of every identity, and every report adds up.
    /// </summary>
    [Test]
    public async Task Generated_folders_end_with_the_newest_versions_and_reports_that_add_up(
        [Values(1, 8, 64)] int filesInFlight, [Values(1, 2, 3, 4)] int seed)
    {
        var random = new Random(seed);
        _options.FilesInFlight = filesInFlight;
        _options.RowGroupsInFlight = random.Next(1, 4);
        _options.MemoryLimitBytes = random.Next(3_000, 20_000);
        _options.MaxInvalidPercent = 100;
        var used = new MemoryUse();
        var stored = new ConcurrentDictionary<long, (long Version, double Value)>();
        _sink.Write = async (batch, _) =>
        {
            await Task.Yield();
            WriteOutcome outcome = _sink.Accept(batch);
            used.Remove(batch);
            return outcome;
        };
        GeneratedEntry[] entries = [.. Enumerable.Range(0, 400).Select(number => Generate(number, random, used))];
        var sums = new Dictionary<SourceFile, Ledger>();
        List<LoadRequest> left = [.. entries.Select(entry => entry.Request)];
        int incomplete = 0;
        while (left.Count > 0)
        {
            List<LoadResult> results = await LoadAsync(left);
            Assert.That(results.Select(result => result.Request.File).ToHashSet(), Has.Count.EqualTo(left.Count), "each request has a result");
            Assert.That(results, Has.Count.EqualTo(left.Count), "no request has two results");
            left = [];
            foreach (LoadResult result in results)
            {
                Assert.That(result.Report!.Ledger.IsBalanced, Is.True, result.Report.Ledger.ToString());
                sums[result.Request.File] = sums.GetValueOrDefault(result.Request.File) + result.Report.Ledger;
                if (result.Failure is IncompleteLoadException stopped)
                {
                    incomplete++;
                    left.Add(result.Request with { Resume = stopped.Resume, StopRequested = default });
                }
            }
        }

        foreach ((int _, long time, double value, long version) in _sink.Stored)
        {
            stored.AddOrUpdate(time, (version, value), (_, known) => version > known.Version ? (version, value) : known);
        }

        var expected = new Dictionary<long, double>();
        foreach (GeneratedEntry entry in entries.OrderBy(entry => entry.Version))
        {
            foreach ((long time, double value) in entry.Rows.Where(row => !double.IsNaN(row.Value)))
            {
                expected[time] = value;
            }
        }

        Assert.That(stored.ToDictionary(pair => pair.Key, pair => pair.Value.Value), Is.EquivalentTo(expected));
        foreach (GeneratedEntry entry in entries)
        {
            int invalid = entry.Rows.Count(row => double.IsNaN(row.Value));
            Assert.That(
                sums[entry.Request.File],
                Is.EqualTo(new Ledger { Read = entry.Rows.Count, Written = entry.Rows.Count - invalid, Invalid = invalid }),
                entry.Request.File.ToString());
        }

        Assert.That(used.Most, Is.LessThanOrEqualTo(_options.MemoryLimitBytes));
        Assert.That(incomplete, Is.Positive, "no load stopped");
    }

    public void Dispose()
    {
        _stop.Dispose();
        _cancel.Dispose();
    }

    private LoadParquetFiles Files()
    {
        IOptions<LoadOptions> options = Options.Create(_options);
        var load = new LoadParquetFile(
            _folder, _sink, _rejectedRows, Substitute.For<IMetricsPublisher>(), options, TimeProvider.System, NullLogger<LoadParquetFile>.Instance);
        return new LoadParquetFiles(load, options);
    }

    private async Task<List<LoadResult>> LoadAsync(IEnumerable<LoadRequest> requests)
    {
        var results = new List<LoadResult>();
        await foreach (LoadResult result in Files().LoadAsync(requests.ToAsyncEnumerable(), _cancel.Token))
        {
            results.Add(result);
        }

        return results;
    }

    private LoadRequest Add(int number, ScriptedFile file)
    {
        LoadRequest request = Request(number);
        _folder.Add(request.File, file);
        return request;
    }

    private LoadRequest Add(int number, Exception failure)
    {
        LoadRequest request = Request(number);
        _folder.Add(request.File, failure);
        return request;
    }

    private static LoadRequest Request(int number) => new(SourceFile.InS3("data", $"dataset=generation/part-{number}.parquet"));

    /// <summary>Creates a file of the folder: the first one is huge, others are tiny, empty or broken, and some stop in the middle.</summary>
    private GeneratedEntry Generate(int number, Random random, MemoryUse used)
    {
        int rowGroups = number == 0 ? 150 : random.Next(5) == 0 ? random.Next(2, 6) : 1;
        bool isEmpty = number > 0 && random.Next(10) == 0;
        var file = new ScriptedFile { MemoryBytesPerRowGroup = number == 0 ? 2_900 : random.Next(1, 600) };
        var rows = new List<(long Time, double Value)>();
        int brokenAt = number > 0 && random.Next(15) == 0 ? random.Next(rowGroups) : int.MaxValue;
        for (int rowGroup = 0; rowGroup < rowGroups; rowGroup++)
        {
            (long Time, double Value)[] group = isEmpty
                ? []
                : [.. Enumerable.Range(0, random.Next(1, 5)).Select(row => (Some.Time + random.Next(500), row > 0 && random.Next(10) == 0 ? double.NaN : random.NextDouble()))];
            group = [.. group.DistinctBy(row => row.Time)];
            file.Add([.. group.Select(row => (row.Time, row.Value, Some.Key()))]);
            rows.AddRange(rowGroup < brokenAt ? group : []);
        }

        long version = number + 1;
        int stopAt = number == 0 ? 70 : random.Next(20) == 0 ? random.Next(rowGroups) : -1;
        var stop = new CancellationTokenSource();
        used.Count(file);
        Func<int, CancellationToken, Task> count = file.Before;
        file.Before = async (rowGroup, token) =>
        {
            if (rowGroup >= brokenAt)
            {
                throw new SourceCorruptException($"row group {rowGroup} is damaged");
            }

            if (rowGroup == stopAt)
            {
                stopAt = -1;
                await stop.CancelAsync();
            }

            await count(rowGroup, token);
        };
        LoadRequest request = Add(number, file) with { Version = new ObjectVersion(version), StopRequested = stop.Token };
        return new GeneratedEntry(request, version, rows);
    }

    private static async Task WaitAsync(CancellationToken token)
    {
        var signalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = token.Register(signalled.SetResult);
        await signalled.Task.WaitAsync(Limit, CancellationToken.None);
    }

    private static LoadTotals Sum(IEnumerable<LoadResult> results)
    {
        var totals = new LoadTotals();
        foreach (LoadResult result in results)
        {
            totals.Add(result.Status, result.Report);
        }

        return totals;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }

    /// <summary>A generated file.</summary>
    /// <param name="Request">The request to load it.</param>
    /// <param name="Version">Its object version.</param>
    /// <param name="Rows">The rows before the damage, if there is one.</param>
    private sealed record GeneratedEntry(LoadRequest Request, long Version, IReadOnlyList<(long Time, double Value)> Rows);

    /// <summary>Counts the memory of row groups from before they are read until they are written.</summary>
    private sealed class MemoryUse
    {
        private readonly ConcurrentDictionary<MeasurementBatch, long> _batches = new();
        private long _used;
        private long _most;

        public long Most => Volatile.Read(ref _most);

        public ScriptedFile Count(ScriptedFile file)
        {
            file.Before = (rowGroup, _) =>
            {
                long now = Interlocked.Add(ref _used, file.RowGroups[rowGroup].Rows == 0 ? 0 : file.MemoryBytesPerRowGroup);
                long seen;
                while ((seen = Volatile.Read(ref _most)) < now && Interlocked.CompareExchange(ref _most, now, seen) != seen)
                {
                }

                return Task.CompletedTask;
            };
            file.Giving = batch => _batches[batch] = file.MemoryBytesPerRowGroup;
            return file;
        }

        public void Remove(MeasurementBatch batch)
        {
            Assert.That(_batches.TryRemove(batch, out long bytes), Is.True);
            Interlocked.Add(ref _used, -bytes);
        }
    }
}
