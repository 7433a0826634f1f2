using System.Globalization;
using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.LocalAws.InfluxDb;
using Loader.Tests.Faults;

namespace Loader.Tests.InfluxDb.Faults;

/// <summary>
/// The fault suite of Timestream with InfluxDB: both engines, all layouts. A reader must find the newest value of every identity, every report
/// must balance, and no point may have two contents. The server decides by a seed what a real one leaves open.
/// </summary>
/// <remarks>
/// <c>LOADER_SEED</c> sets another seed, <c>LOADER_MIXTURES</c> another number of mixtures for each target, <c>LOADER_TINY_FILES</c> another
/// number of tiny files in a generated folder. With <c>LOADER_INFLUX_FAULTS=all</c> every fault meets every target, time and number of files
/// in flight; otherwise every fault on a write meets every target, and the rest takes turns.
/// </remarks>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class InfluxFaultSuite
{
    private static readonly DateTimeOffset Newest = WholeHour(TimeProvider.System.GetUtcNow().AddHours(-1));

    private static readonly int[] FilesInFlight = [1, 8];

    private static readonly (string Operation, string[] Faults)[] Plan =
    [
        ("influx:Write", ["Throttle", "Status500", "Status503", "Html503", "ResetBefore", "ResetAfter"]),
        ("influx:Query", ["Throttle", "Status503", "ResetBefore", "Truncate"]),
        ("influx:Buckets", ["Status503", "ResetBefore"]),
        ("influx:CreateTable", ["Status503", "ResetAfter"]),
        ("s3:GetObject", ["InternalError", "ResetBefore", "TruncateInside"]),
        ("s3:PutObject", ["InternalError", "ResetAfter"]),
    ];

    private static int Seed => Number("LOADER_SEED", 20_261_127);

    private static IEnumerable<TestCaseData> Faults()
    {
        bool isComplete = Environment.GetEnvironmentVariable("LOADER_INFLUX_FAULTS") == "all";
        (string Operation, string[] Faults)[] plan =
        [
            ("influx:Write",
                ["Throttle", "ThrottleRetryAfter", "Status500", "Status502", "Status503", "Status504", "Html500", "Html503", "ResetBefore", "ResetAfter", "Truncate", "Slow", "AccessDenied", "NotFound", "Timeout"]),
            ("influx:Query", ["Throttle", "Status500", "Status503", "Html503", "ResetBefore", "ResetAfter", "Truncate", "Slow", "AccessDenied", "NotFound"]),
            ("influx:Ping", ["Throttle", "Status503", "Html503", "ResetBefore", "Slow", "AccessDenied", "NotFound"]),
            ("influx:Buckets", ["Throttle", "Status503", "Html503", "ResetBefore", "Truncate", "Slow", "AccessDenied", "NotFound"]),
            ("influx:CreateTable", ["Throttle", "Status503", "Html503", "ResetBefore", "ResetAfter", "Slow", "NotFound"]),
        ];
        int turn = 0;
        foreach ((string operation, string[] faults) in plan)
        {
            foreach (string fault in faults)
            {
                InfluxTarget[] targets = [.. InfluxTarget.All.Where(target => operation switch
                {
                    "influx:Buckets" => target.Engine == InfluxEngine.Version2,
                    "influx:CreateTable" => target.Engine == InfluxEngine.Version3,
                    _ => true,
                })];
                (InfluxTarget Target, string When, int FilesInFlight)[] cases =
                    [.. from target in targets from when in Times(operation, target) from files in FilesInFlight select (target, when, files)];
                if (!isComplete)
                {
                    turn++;
                    cases = operation == "influx:Write"
                        ? [.. targets.Select((target, index) => OneOf(cases.Where(c => c.Target == target), turn + index))]
                        : [OneOf(cases, turn * 3)];
                }

                foreach ((InfluxTarget target, string when, int filesInFlight) in cases)
                {
                    yield return new TestCaseData(target, operation, fault, when, filesInFlight)
                        .SetName($"No_row_is_lost_by_{fault}_on_{operation}_{when}_with_{filesInFlight}_files_in_flight_on_{target}");
                }
            }
        }

        static T OneOf<T>(IEnumerable<T> cases, int number)
        {
            T[] all = [.. cases];
            return all[number % all.Length];
        }
    }

    [TestCaseSource(nameof(Faults))]
    public async Task No_row_is_lost_by(InfluxTarget target, string operation, string fault, string when, int filesInFlight)
    {
        await using FaultRig rig = await StartAsync(target, Seed, options => options.Load.FilesInFlight = filesInFlight);
        GeneratedFile[] files = FilesFor(target, GeneratedFile.SomeWithInvalidRows(Seed, Math.Max(2, filesInFlight), Newest));
        FaultPlan.Apply(fault, FaultPlan.At(when, rig.On(operation)));

        if (fault == "Timeout" && target.Layout == InfluxDbLayout.Overwrite)
        {
            // What is applied late overwrites what came later, unless it is waited for: the files have no time twice, and follow one another.
            files = [.. files.Select(WithoutTimesTwice)];
            foreach (GeneratedFile file in files)
            {
                rig.Put(file);
                FaultRig.AssertSettled([file], new Dictionary<string, Ledger> { [file.Key] = await rig.LoadUntilDoneAsync(file.Key) });
            }
        }
        else
        {
            await rig.LoadAllAsync(files);
        }

        rig.AssertStored(files);
        Assert.That(rig.CountFaults(), Is.Positive, "the fault was never applied");
    }

    [TestCaseSource(typeof(InfluxTarget), nameof(InfluxTarget.All))]
    public async Task Mixtures_of_faults_lose_no_row(InfluxTarget target)
    {
        long applied = 0;
        int mixtures = Number("LOADER_MIXTURES", 4);
        for (int mixture = 0; mixture < mixtures; mixture++)
        {
            int seed = Seed + (1_000 * (mixture + 1));
            int filesInFlight = FilesInFlight[mixture % 2];
            await using FaultRig rig = await StartAsync(target, seed, options =>
            {
                options.Load.RowGroupsInFlight = 1 + (seed % 4);
                options.Load.FilesInFlight = filesInFlight;
            });
            GeneratedFile[] files = FilesFor(target, GeneratedFile.Several(seed, 3, Newest));
            Mix(rig, target, seed);
            try
            {
                await rig.LoadAllAsync(files);
                rig.AssertStored(files);
            }
            catch (Exception)
            {
                TestContext.Out.WriteLine($"seed {seed}");
                throw;
            }

            applied += rig.CountFaults();
        }

        TestContext.Out.WriteLine($"{target}: {mixtures} mixtures from seed {Seed}: {applied} faults applied, rows lost: 0");
    }

    [Test]
    public async Task Mixtures_of_faults_lose_no_row_of_files_that_are_loaded_side_by_side(
        [ValueSource(typeof(InfluxTarget), nameof(InfluxTarget.All))] InfluxTarget target)
    {
        int filesInFlight = target.Engine == InfluxEngine.Version2 ? 8 : 64;
        int seed = Seed + 50_000 + filesInFlight;
        await using FaultRig rig = await StartAsync(target, seed, options =>
        {
            options.Load.FilesInFlight = filesInFlight;
            options.Load.MemoryLimitBytes = 2_000_000;
        });
        GeneratedFile[] files = FilesFor(target, GeneratedFile.Several(seed, 15, Newest));
        Mix(rig, target, seed, scale: 0.5);

        await rig.LoadAllAsync(files);

        rig.AssertStored(files);
    }

    [Test]
    public async Task Loads_stopped_at_random_and_their_resumed_loads_add_up_to_the_files(
        [ValueSource(typeof(InfluxTarget), nameof(InfluxTarget.All))] InfluxTarget target)
    {
        int filesInFlight = target.Layout == InfluxDbLayout.Versions ? 8 : 1;
        var random = new Random(Seed + 7);
        await using FaultRig rig = await StartAsync(target, Seed, options => options.Load.FilesInFlight = filesInFlight);
        GeneratedFile[] files = FilesFor(
            target, [GeneratedFile.Large(random, 0, Newest), .. GeneratedFile.Several(random.Next(), Math.Min(filesInFlight, 4), Newest)[1..]]);
        files.ToList().ForEach(rig.Put);

        Dictionary<string, Ledger> sums = await rig.LoadUntilDoneAsync(files.Select(file => file.Key), () => random.Next(1, 40));

        rig.AssertStored(files);
        FaultRig.AssertSettled(files, sums);
    }

    /// <summary>
    /// A folder as people have them, under faults, with loads that stop at random and are resumed. The broken files fail alone.
    /// </summary>
    [Test]
    public async Task A_generated_folder_is_loaded_completely_under_faults_and_stops(
        [ValueSource(typeof(InfluxTarget), nameof(InfluxTarget.All))] InfluxTarget target)
    {
        int tinyFiles = Number("LOADER_TINY_FILES", 120);
        int seed = Seed + 90_000;
        var random = new Random(seed);
        await using FaultRig rig = await StartAsync(target, seed, options =>
        {
            options.Load.FilesInFlight = target.Engine == InfluxEngine.Version2 ? 8 : 64;
            options.Load.MemoryLimitBytes = 2_000_000;
        });
        var folder = GeneratedFolder.Random(random, tinyFiles, hugeRowGroups: 10, Newest);
        folder = folder with { Files = FilesFor(target, [.. folder.Files]) };
        rig.Put(folder);
        Mix(rig, target, seed, scale: 0.1);
        string[] keys = [.. folder.Files.Select(file => file.Key).Concat(folder.Broken.Keys).Order(StringComparer.Ordinal)];

        Dictionary<string, Ledger> sums = await rig.LoadUntilDoneAsync(keys, () => random.Next(20, tinyFiles), failing: folder.Broken.Keys);

        rig.AssertStored(folder.Files);
        FaultRig.AssertSettled(folder.Files, sums);
        Assert.That(folder.Broken.Keys.Select(key => sums[key]), Is.All.EqualTo(default(Ledger)));
    }

    [Test]
    public async Task The_newest_file_wins_regardless_of_the_order_and_number_of_loads(
        [ValueSource(typeof(InfluxTarget), nameof(InfluxTarget.WithVersions))] InfluxTarget target, [ValueSource(nameof(FilesInFlight))] int filesInFlight, [Range(1, 3)] int seed)
    {
        var random = new Random(Seed + seed);
        await using FaultRig rig = await StartAsync(target, seed, options => options.Load.FilesInFlight = filesInFlight);
        GeneratedFile[] files = GeneratedFile.Several(Seed + seed, 4, Newest);
        files.ToList().ForEach(rig.Put);
        string[] order = [.. files.Concat(files).Select(file => file.Key)];
        random.Shuffle(order);

        await rig.LoadUntilDoneAsync(order);

        rig.AssertStored(files);
    }

    [Test]
    public async Task Files_that_agree_can_be_loaded_in_any_order_and_again_without_versions(
        [Values] InfluxEngine engine, [ValueSource(nameof(FilesInFlight))] int filesInFlight)
    {
        var target = new InfluxTarget(engine, InfluxDbLayout.Plain);
        var random = new Random(Seed + 5);
        await using FaultRig rig = await StartAsync(target, Seed, options => options.Load.FilesInFlight = filesInFlight);
        GeneratedFile[] files = FilesFor(target, GeneratedFile.Several(Seed + 5, 5, Newest));
        files.ToList().ForEach(rig.Put);
        string[] order = [.. files.Concat(files).Select(file => file.Key)];
        random.Shuffle(order);

        await rig.LoadUntilDoneAsync(order);

        rig.AssertStored(files);
    }

    /// <summary>Writes that timed out are applied at any time, also after the newer file was loaded.</summary>
    [Test]
    public async Task A_version_tag_makes_late_writes_harmless(
        [ValueSource(typeof(InfluxTarget), nameof(InfluxTarget.WithVersionTag))] InfluxTarget target, [Range(1, 4)] int seed)
    {
        await using FaultRig rig = await StartAsync(target, seed, options => options.Load.FilesInFlight = 2);
        GeneratedFile[] files = GeneratedFile.Several(Seed + seed, 4, Newest);
        rig.On("influx:Write").WithProbability(0.3, seed).Timeout();
        rig.On("influx:Write").WithProbability(0.1, seed).ResetAfterStore();

        await rig.LoadAllAsync(files);

        rig.AssertStored(files);
    }

    [Test]
    public async Task Concurrent_loads_of_one_process_give_the_same_result(
        [ValueSource(typeof(InfluxTarget), nameof(InfluxTarget.All))] InfluxTarget target)
    {
        await using FaultRig rig = await StartAsync(target, Seed);
        GeneratedFile[] files = FilesFor(target, GeneratedFile.Several(Seed + 6, 5, Newest));
        files.ToList().ForEach(rig.Put);

        await Task.WhenAll(files.Concat(files).Select(file => rig.Load.LoadAsync(new LoadRequest(SourceFile.InS3("data", file.Key)), CancellationToken.None)));

        rig.AssertStored(files);
    }

    [Test]
    public async Task Concurrent_loads_of_two_processes_give_the_same_result_with_a_version_tag(
        [ValueSource(typeof(InfluxTarget), nameof(InfluxTarget.WithVersionTag))] InfluxTarget target, [Range(1, 2)] int seed)
    {
        await using InfluxDestination destination = await InfluxDestination.StartAsync(target, seed);
        await using FaultRig one = await FaultRig.StartAsync(options => options.Load.FilesInFlight = 4, destination: destination.Share());
        await using FaultRig other = await FaultRig.StartAsync(options => options.Load.FilesInFlight = 4, destination: destination.Share());
        GeneratedFile[] files = GeneratedFile.Several(Seed + seed, 6, Newest);
        one.On("influx:Write").WithProbability(0.1, seed).Timeout();

        await Task.WhenAll(one.LoadAllAsync(files), other.LoadAllAsync([.. files.Reverse()]));

        one.AssertStored(files);
    }

    [Test]
    public async Task Lines_that_the_server_refuses_are_kept_and_the_others_stored(
        [ValueSource(typeof(InfluxTarget), nameof(InfluxTarget.All))] InfluxTarget target, [Values] bool asParseError)
    {
        if (asParseError && target.Engine == InfluxEngine.Version3)
        {
            // Engine 3 answers in the same way whether a line does not parse or does not fit the table.
            return;
        }

        await using FaultRig rig = await StartAsync(target, Seed, options => options.Load.FilesInFlight = 3);
        GeneratedFile[] files = FilesFor(target, GeneratedFile.Several(Seed + 2, 3, Newest));
        static bool IsGuilty(string? region, double value) => region == "NE" && value > 900;
        ServerOf(rig).Refusal = new LineRefusal(point => IsGuilty(point.Tag("region"), point.Field("value")!.Value.Float), "Not this one.")
        {
            AsParseError = asParseError,
        };

        Ledger ledger = await rig.LoadAllAsync(files);

        rig.AssertStored(files, row => IsGuilty(row.Region, row.Value!.Value));
        Assert.That(ledger.Rejected, Is.Positive);
        Assert.That(await rig.CountKeptRowsAsync(), Is.EqualTo(ledger.Rejected + ledger.Invalid));
    }

    private static Task<FaultRig> StartAsync(InfluxTarget target, int seed, Action<Infrastructure.Configuration.LoaderOptions>? configure = null) =>
        InfluxRig.StartAsync(target, seed, configure);

    private static LocalInfluxServer ServerOf(FaultRig rig) => InfluxRig.ServerOf(rig);

    private static GeneratedFile[] FilesFor(InfluxTarget target, GeneratedFile[] files) => InfluxRig.FilesFor(target, files);

    /// <summary>Gives each row group times of its own, so that no row group is late for another.</summary>
    private static GeneratedFile WithoutTimesTwice(GeneratedFile file) => file with
    {
        RowGroups = [.. file.RowGroups.Select((rows, group) => rows.Select(row => row with { Time = row.Time?.AddHours(-100 * group) }).ToList())],
    };

    /// <summary>Times of writes and, where rows are compared before they are written, of queries.</summary>
    private static string[] Times(string operation, InfluxTarget target) => operation switch
    {
        "influx:Write" => ["first", "some", "third"],
        "influx:Query" when target.Layout == InfluxDbLayout.Overwrite => ["first", "some", "third"],
        _ => ["first"],
    };

    /// <summary>Mixes faults. Time-outs with late writes only where versions are tags: see <see cref="InfluxDestination.EndLoad"/>.</summary>
    private static void Mix(FaultRig rig, InfluxTarget target, int seed, double scale = 1) => FaultPlan.Mix(
        rig, target.Layout == InfluxDbLayout.Overwrite ? Plan : [.. Plan, ("influx:Write", ["Timeout", "Status504"])], seed, scale);

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : otherwise;

    private static DateTimeOffset WholeHour(DateTimeOffset time) => new(time.Year, time.Month, time.Day, time.Hour, 0, 0, TimeSpan.Zero);
}
