using System.Globalization;
using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;
using Loader.LocalAws.Faults;

namespace Loader.Tests.Faults;

/// <summary>
/// Tries to make the loader lose a row. After the retries and runs that a user would do, the table must hold what the files contain, and every report must
/// balance. Seeds are fixed; <c>LOADER_SEED</c> sets another seed, <c>LOADER_MIXTURES</c> another number of mixtures, <c>LOADER_TINY_FILES</c> another number of
/// tiny files in a generated folder.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FaultSuite
{
    private static readonly DateTimeOffset Newest = WholeHour(TimeProvider.System.GetUtcNow().AddHours(-1));

    private static readonly int[] FilesInFlight = [1, 8];

    private static readonly (string Operation, string[] Faults)[] Plan =
    [
        ("timestream:WriteRecords", ["Throttle", "InternalError", "Html500", "ResetBefore", "ResetAfter", "Truncate"]),
        ("timestream:DescribeTable", ["Throttle", "InternalError", "ResetBefore"]),
        ("s3:GetObject", ["InternalError", "ResetBefore", "TruncateInside"]),
        ("s3:PutObject", ["InternalError", "ResetAfter"]),
        ("cloudwatch:PutMetricData", ["Throttle", "Html503"]),
    ];

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("LOADER_SEED"), CultureInfo.InvariantCulture, out int seed) ? seed : 20_261_122;

    private static int Mixtures => int.TryParse(Environment.GetEnvironmentVariable("LOADER_MIXTURES"), CultureInfo.InvariantCulture, out int count) ? count : 10;

    private static IEnumerable<TestCaseData> Faults()
    {
        (string Operation, string[] Faults)[] plan =
        [
            ("timestream:WriteRecords",
                ["Throttle", "ThrottleRetryAfter", "ThrottleMagnetic", "InternalError", "Html500", "Html503", "ResetBefore", "ResetAfter", "Truncate", "Slow", "AccessDenied", "NotFound", "SkewedClock"]),
            ("timestream:DescribeTable", ["Throttle", "InternalError", "Html503", "ResetBefore", "Truncate", "AccessDenied", "NotFound"]),
            ("s3:GetObject", ["Throttle", "InternalError", "Html503", "ResetBefore", "TruncateInside", "Slow", "AccessDenied", "NotFound"]),
            ("s3:PutObject", ["Throttle", "InternalError", "ResetBefore", "ResetAfter", "AccessDenied"]),
            ("cloudwatch:PutMetricData", ["Throttle", "InternalError", "Html503", "ResetBefore", "AccessDenied"]),
        ];
        foreach ((string operation, string[] faults) in plan)
        {
            foreach (string fault in faults)
            {
                // The other operations are called too seldom for faults on later calls: a table is described once every few minutes, metrics are published once a load.
                string[] times = operation switch
                {
                    "timestream:DescribeTable" => ["first"],
                    "timestream:WriteRecords" or "s3:PutObject" => ["first", "some", "third"],
                    _ => ["first", "some"],
                };
                foreach (string when in times)
                {
                    foreach (int filesInFlight in FilesInFlight)
                    {
                        yield return new TestCaseData(operation, fault, when, filesInFlight)
                            .SetName($"No_row_is_lost_by_{fault}_on_{operation}_{when}_with_{filesInFlight}_files_in_flight");
                    }
                }
            }
        }
    }

    [TestCaseSource(nameof(Faults))]
    public async Task No_row_is_lost_by(string operation, string fault, string when, int filesInFlight)
    {
        await using FaultRig rig = await StartAsync(filesInFlight);
        GeneratedFile[] files = GeneratedFile.SomeWithInvalidRows(Seed, Math.Max(2, filesInFlight), Newest);
        FaultPlan.Apply(fault, FaultPlan.At(when, rig.On(operation)));

        await rig.LoadAllAsync(files);

        rig.AssertStored(files);
        Assert.That(rig.CountFaults(), Is.Positive, "the fault was never applied");
    }

    [Test]
    public async Task No_row_is_lost_by_a_moved_cell([ValueSource(nameof(FilesInFlight))] int filesInFlight)
    {
        await using FaultRig rig = await StartAsync(filesInFlight, discover: true);
        GeneratedFile[] files = Files(Seed + 1, 2 * filesInFlight);
        rig.Server.Faults.On("timestream:WriteRecords").Calls(3).MovedCell(rig.Server.Timestream, rig.Server.Cells[1]);
        rig.Server.Faults.On("timestream:DescribeEndpoints").Calls(2).InternalError();

        await rig.LoadAllAsync(files);

        rig.AssertStored(files);
    }

    [Test]
    public async Task Records_that_the_service_refuses_are_kept_and_the_others_stored(
        [Values("validation", "partial")] string kind, [ValueSource(nameof(FilesInFlight))] int filesInFlight)
    {
        await using FaultRig rig = await StartAsync(filesInFlight);
        GeneratedFile[] files = Files(Seed + 2, 2 + filesInFlight);
        bool IsGuilty(string? region, double value) => region == "NE" && value > 900;
        FaultEffect always = rig.Server.Faults.On("timestream:WriteRecords").Always();
        _ = kind == "validation"
            ? always.RefuseRequestsWith(record => IsGuilty(record.Dimensions.First(d => d.Name == "region").Value, double.Parse(record.Value, CultureInfo.InvariantCulture)), "Not this one.")
            : always.RejectRecords(record => IsGuilty(record.Dimensions.First(d => d.Name == "region").Value, double.Parse(record.Value, CultureInfo.InvariantCulture)), "Not this one.");

        Ledger ledger = await rig.LoadAllAsync(files);

        rig.AssertStored(files, row => IsGuilty(row.Region, row.Value!.Value));
        Assert.That(ledger.Rejected, Is.Positive);
        Assert.That(await rig.CountKeptRowsAsync(), Is.EqualTo(ledger.Rejected + ledger.Invalid));
    }

    [Test]
    public async Task An_object_that_is_replaced_while_it_is_read_is_loaded_again_and_never_mixed([ValueSource(nameof(FilesInFlight))] int filesInFlight)
    {
        await using FaultRig rig = await StartAsync(filesInFlight);
        GeneratedFile before = GeneratedFile.Large(new Random(Seed + 3), 1, Newest);
        GeneratedFile after = GeneratedFile.Large(new Random(Seed + 4), 100, Newest) with { Key = before.Key };

        // The others are loaded beside it. They are older, so that they do not replace its values.
        GeneratedFile[] others = [.. Files(Seed + 3, filesInFlight).Skip(1).Select(file => file with { Key = "in/dataset=generation/other-" + file.RowGroups.Count + Path.GetFileName(file.Key), LastModified = file.LastModified.AddDays(-1) })];
        rig.Put(before);
        others.ToList().ForEach(rig.Put);
        rig.Server.Faults.On("s3:GetObject").Where(call => call.Target.Contains(Path.GetFileName(before.Key), StringComparison.Ordinal)).Calls(3).Do(() => rig.Put(after), "Replaced");

        Dictionary<string, Ledger> ledgers = await rig.LoadUntilDoneAsync([before.Key, .. others.Select(file => file.Key)]);

        Ledger ledger = ledgers[before.Key];
        Assert.That(rig.Reports.Select(report => report.Failure), Has.Some.InstanceOf<SourceChangedException>());
        Assert.That(ledger.Read, Is.EqualTo(after.Count));
        Dictionary<RecordIdentity, double> newest = after.Rows.Where(row => row.IsValid).GroupBy(row => row.Identity).ToDictionary(rows => rows.Key, rows => rows.Last().Value!.Value);
        Assert.That(rig.Stored().Where(pair => newest.TryGetValue(pair.Key, out double value) && !value.Equals(pair.Value)), Is.Empty);
        Assert.That(newest.Keys.Except(rig.Stored().Keys), Is.Empty);
    }

    [Test]
    public async Task Mixtures_of_faults_lose_no_row()
    {
        long applied = 0;
        for (int mixture = 0; mixture < Mixtures; mixture++)
        {
            int seed = Seed + (1_000 * (mixture + 1));
            int filesInFlight = FilesInFlight[mixture % 2];
            await using FaultRig rig = await FaultRig.StartAsync(options =>
            {
                options.Load.RowGroupsInFlight = 1 + (seed % 4);
                options.Load.FilesInFlight = filesInFlight;
            });
            GeneratedFile[] files = Files(seed, 3);
            FaultPlan.Mix(rig, Plan, seed);
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

        TestContext.Out.WriteLine($"{Mixtures} mixtures from seed {Seed}: {applied} faults applied, rows lost: 0");
    }

    [Test]
    public async Task The_newest_file_wins_regardless_of_the_order_and_number_of_loads([ValueSource(nameof(FilesInFlight))] int filesInFlight)
    {
        var random = new Random(Seed + 5);
        await using FaultRig rig = await StartAsync(filesInFlight);
        GeneratedFile[] files = Files(Seed + 5, 4 + filesInFlight);
        foreach (GeneratedFile file in files)
        {
            rig.Put(file);
        }

        string[] order = [.. files.Concat(files).Select(file => file.Key).OrderBy(_ => random.Next())];
        await rig.LoadUntilDoneAsync(order);

        rig.AssertStored(files);
    }

    [Test]
    public async Task Concurrent_loads_give_the_same_result()
    {
        await using FaultRig rig = await FaultRig.StartAsync();
        GeneratedFile[] files = Files(Seed + 6, 6);
        foreach (GeneratedFile file in files)
        {
            rig.Put(file);
        }

        await Task.WhenAll(files.Concat(files).Select(file => rig.Load.LoadAsync(new LoadRequest(SourceFile.InS3("data", file.Key)), CancellationToken.None)));

        rig.AssertStored(files);
    }

    [Test]
    public async Task Mixtures_of_faults_lose_no_row_of_files_that_are_loaded_side_by_side([Values(1, 8, 64)] int filesInFlight, [Values(1, 2)] int round)
    {
        int seed = Seed + (50_000 * round) + filesInFlight;
        await using FaultRig rig = await FaultRig.StartAsync(options =>
        {
            options.Load.FilesInFlight = filesInFlight;
            options.Load.MemoryLimitBytes = 2_000_000;
        });
        GeneratedFile large = GeneratedFile.Large(new Random(seed), 0, Newest);

        // A load that fails starts again: with more row groups, or with as many faults as above, the large file would never be without one.
        GeneratedFile[] files = [large with { RowGroups = [.. large.RowGroups.Chunk(15).Select(groups => groups.SelectMany(rows => rows).ToList())] }, .. Files(seed + 1, 20)[1..]];
        foreach (GeneratedFile file in files)
        {
            rig.Put(file);
        }

        FaultPlan.Mix(rig, Plan, seed, scale: 0.5);

        Dictionary<string, Ledger> sums = await rig.LoadUntilDoneAsync(files.Select(file => file.Key));

        rig.AssertStored(files);
        FaultRig.AssertSettled(files, sums);
    }

    [Test]
    public async Task Loads_stopped_at_random_and_their_resumed_loads_add_up_to_the_files([ValueSource(nameof(FilesInFlight))] int filesInFlight)
    {
        var random = new Random(Seed + 7);
        for (int round = 0; round < (filesInFlight == 1 ? 10 : 4); round++)
        {
            await using FaultRig rig = await StartAsync(filesInFlight);
            GeneratedFile[] files = [GeneratedFile.Large(random, 0, Newest), .. Files(random.Next(), filesInFlight)[1..]];
            files.ToList().ForEach(rig.Put);

            Dictionary<string, Ledger> sums = await rig.LoadUntilDoneAsync(files.Select(file => file.Key), () => random.Next(1, 40));

            rig.AssertStored(files);
            FaultRig.AssertSettled(files, sums);
        }
    }

    /// <summary>
    /// A folder as people have them, under faults, with loads that stop at random and are resumed: the table holds the newest versions, every
    /// report adds up, and the broken files fail alone.
    /// </summary>
    [TestCase(1, 300)]
    [TestCase(8, 2_000)]
    [TestCase(64, 300)]
    public async Task A_generated_folder_is_loaded_completely_under_faults_and_stops(int filesInFlight, int tinyFiles)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("LOADER_TINY_FILES"), CultureInfo.InvariantCulture, out int count))
        {
            tinyFiles = count;
        }

        int seed = Seed + (90_000 * filesInFlight);
        TestContext.Out.WriteLine($"LOADER_SEED={Seed}");
        var random = new Random(seed);
        await using FaultRig rig = await FaultRig.StartAsync(options =>
        {
            options.Load.FilesInFlight = filesInFlight;
            options.Load.MemoryLimitBytes = 2_000_000;
        });
        GeneratedFolder folder = GeneratedFolder.Random(random, tinyFiles, hugeRowGroups: 20, Newest);
        rig.Put(folder);

        // A load that fails starts again: with as many faults as above, the huge file would never be without one.
        FaultPlan.Mix(rig, Plan, seed, scale: 0.1);
        string[] keys = [.. folder.Files.Select(file => file.Key).Concat(folder.Broken.Keys).Order(StringComparer.Ordinal)];

        Dictionary<string, Ledger> sums = await rig.LoadUntilDoneAsync(keys, () => random.Next(20, tinyFiles), failing: folder.Broken.Keys);

        rig.AssertStored(folder.Files);
        Assert.That(sums.Keys, Is.EquivalentTo(keys));
        FaultRig.AssertSettled(folder.Files, sums);

        Assert.That(folder.Broken.Keys.Select(key => sums[key]), Is.All.EqualTo(default(Ledger)));
    }

    private static Task<FaultRig> StartAsync(int filesInFlight, bool discover = false) =>
        FaultRig.StartAsync(options => options.Load.FilesInFlight = filesInFlight, discover);

    private static GeneratedFile[] Files(int seed, int count) => GeneratedFile.Several(seed, count, Newest);

    private static DateTimeOffset WholeHour(DateTimeOffset time) => new(time.Year, time.Month, time.Day, time.Hour, 0, 0, TimeSpan.Zero);
}
