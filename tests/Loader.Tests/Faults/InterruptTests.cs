using System.Globalization;
using System.Text.Json;
using Loader.Cli.Commands;
using Loader.LocalAws.Faults;
using Loader.Tests.InfluxDb.Faults;
using Loader.Tests.Support;

namespace Loader.Tests.Faults;

/// <summary>
/// Ctrl-C while several files are in flight: requests of all of them wait for their response when the signal comes. The cases without a
/// target load into Timestream.
/// </summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class InterruptTests
{
    private const int Files = 20;
    private const int RowGroups = 5;
    private const int Rows = 10;

    /// <summary>The requests that are answered before the others wait.</summary>
    private const int Answered = 6;

    private static readonly InfluxTarget?[] Targets = [null, .. InfluxTarget.WithVersionTag];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Test]
    public async Task The_first_one_settles_what_is_in_flight_and_the_rest_is_told_as_not_done([ValueSource(nameof(Targets))] InfluxTarget? target)
    {
        await using var load = await HeldLoad.StartAsync(target);
        using LoaderProcess process = load.Start();
        await load.Held.WaitAsync(Limit);
        process.Interrupt();
        Assert.That(await process.SaysAsync("Press Ctrl-C again").WaitAsync(Limit), Is.True);
        load.Release();

        (int exitCode, string output, string errors) = await process.EndAsync().WaitAsync(Limit);

        Assert.That(exitCode, Is.EqualTo(ExitCode.Interrupted), errors);
        JsonElement result = JsonDocument.Parse(output).RootElement;
        JsonElement[] unfinished = [.. result.GetProperty("files").EnumerateArray().Where(file => file.GetProperty("status").GetString() == "incomplete")];
        Assert.That(result.GetProperty("status").GetString(), Is.EqualTo("incomplete"));
        Assert.That(result.GetProperty("unsettled").GetInt64(), Is.Zero);
        Assert.That(result.GetProperty("files").GetArrayLength() + result.GetProperty("not_started").GetInt32(), Is.EqualTo(Files));
        Assert.That(unfinished, Has.Length.InRange(1, load.InFlight));
        Assert.That(unfinished.Select(file => file.GetProperty("resume_row_group").GetInt32()), Is.All.GreaterThanOrEqualTo(1));
        Assert.That(result.GetProperty("written").GetInt64(), Is.EqualTo(load.StoredRows));
        Assert.That(load.Journal.Count(file => file.Value is not null), Is.EqualTo(unfinished.Length));
        load.AssertHonest();
        await load.AssertResumesAsync(alreadyRead: (int)result.GetProperty("read").GetInt64());
    }

    /// <summary>The requests are never answered: the process does not wait for them.</summary>
    [Test]
    public async Task The_second_one_ends_at_once_and_the_journal_names_only_what_is_stored([ValueSource(nameof(Targets))] InfluxTarget? target)
    {
        await using var load = await HeldLoad.StartAsync(target);
        using LoaderProcess process = load.Start();
        await load.Held.WaitAsync(Limit);
        process.Interrupt();
        Assert.That(await process.SaysAsync("Press Ctrl-C again").WaitAsync(Limit), Is.True);
        process.Interrupt();

        (int exitCode, string output, string errors) = await process.EndAsync().WaitAsync(Limit);

        Assert.That(exitCode, Is.EqualTo(ExitCode.Interrupted), errors);
        JsonElement result = JsonDocument.Parse(output).RootElement;
        JsonElement[] files = [.. result.GetProperty("files").EnumerateArray()];
        Assert.That(files.Count(file => file.GetProperty("status").GetString() == "incomplete"), Is.EqualTo(load.InFlight));
        Assert.That(files.Length + result.GetProperty("not_started").GetInt32(), Is.EqualTo(Files));
        Assert.That(result.GetProperty("unsettled").GetInt64(), Is.Zero, "the report of a stopped load ends before the first row group that is not settled");
        Assert.That(result.GetProperty("written").GetInt64(), Is.EqualTo(Answered * Rows));

        // InfluxDB may apply the requests that the process gave up.
        Assert.That(load.StoredRows, target is null ? Is.EqualTo(Answered * Rows) : Is.AtLeast(Answered * Rows));
        load.AssertHonest();
        load.Release();
        await load.AssertResumesAsync(alreadyRead: (int)result.GetProperty("read").GetInt64());
    }

    /// <summary>Loads twenty files of five row groups, each of which is one request. After the first requests, all others wait.</summary>
    private sealed class HeldLoad : IAsyncDisposable
    {
        private readonly KilledServerLoad _load;
        private readonly FaultGate _gate = new();
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private HeldLoad(KilledServerLoad load, int inFlight)
        {
            _load = load;
            InFlight = inFlight;
            load.Writes.Calls(Answered + inFlight).Do(_held.SetResult, "Held");
            load.Writes.When(call => call > Answered).HoldBefore(_gate);
        }

        /// <summary>Gets the files in flight, each with one request.</summary>
        public int InFlight { get; }

        /// <summary>Gets a task that completes when a request of each file in flight waits.</summary>
        public Task Held => _held.Task;

        public int StoredRows => _load.Read().Records.Count;

        public IReadOnlyDictionary<string, int?> Journal => _load.Read().Journal;

        public static async Task<HeldLoad> StartAsync(InfluxTarget? target)
        {
            // Every row has an identity of its own, so that the rows that are stored can be counted.
            var newest = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
            GeneratedFile[] files = [.. Enumerable.Range(0, Files).Select(file => new GeneratedFile(
                $"in/dataset=generation/{file:00}.parquet",
                newest.AddDays(-10),
                [.. Enumerable.Range(0, RowGroups).Select(group => Enumerable.Range(0, Rows).Select(row => new GeneratedRow(
                    newest.AddHours(-((group * Rows) + row)).UtcDateTime, $"R{file}", "hydro", "good", row)).ToList())]))];
            KilledServerLoad load = await KilledServerLoad.StartAsync(
                new GeneratedFolder(files, new Dictionary<string, byte[]>(StringComparer.Ordinal)), new Random(1), faults: false,
                target is null ? null : await InfluxDestination.StartAsync(target));

            // The sink of InfluxDB begins with four requests, and may not need more.
            return new HeldLoad(load, target is null ? 8 : 4);
        }

        public LoaderProcess Start() => _load.Start(InFlight.ToString(CultureInfo.InvariantCulture), resume: true, rowGroupsInFlight: "1");

        public void Release() => _gate.Open();

        public void AssertHonest() => StoreCheck.AssertHonest(_load.Folder.Files, _load.Read());

        /// <summary>The next run completes the table, and both together read each row once.</summary>
        public async Task AssertResumesAsync(int alreadyRead)
        {
            using LoaderProcess process = Start();
            (int exitCode, string output, string errors) = await process.EndAsync().WaitAsync(Limit);

            Assert.That(exitCode, Is.Zero, errors);
            StoreCheck.AssertComplete(_load.Folder.Files, _load.Read());
            Assert.That(alreadyRead + JsonDocument.Parse(output).RootElement.GetProperty("read").GetInt64(), Is.EqualTo(_load.Folder.Rows));
        }

        public ValueTask DisposeAsync() => _load.DisposeAsync();
    }
}
