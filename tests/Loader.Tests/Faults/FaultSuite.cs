using System.Globalization;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.LocalAws;
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
                        yield return new TestCaseData((Action<LocalAwsServer>)(server => Apply(fault, On(server, operation, when))), filesInFlight)
                            .SetName($"No_row_is_lost_by_{fault}_on_{operation}_{when}_with_{filesInFlight}_files_in_flight");
                    }
                }
            }
        }
    }

    [TestCaseSource(nameof(Faults))]
    public async Task No_row_is_lost_by(Action<LocalAwsServer> script, int filesInFlight)
    {
        await using FaultRig rig = await StartAsync(filesInFlight);

        // Each row group with invalid rows is one PutObject; the third one must happen, whatever the seed.
        int count = Math.Max(2, filesInFlight);
        while (Files(Seed, count).SelectMany(file => file.RowGroups).Count(rows => rows.Any(row => !row.IsValid)) < 3)
        {
            count++;
        }

        GeneratedFile[] files = Files(Seed, count);
        script(rig.Server);

        await LoadAllAsync(rig, files);

        rig.AssertStored(files);
        Assert.That(rig.Server.Faults.Applied.Values.Sum(), Is.Positive, "the fault was never applied");
    }

    [Test]
    public async Task No_row_is_lost_by_a_moved_cell([ValueSource(nameof(FilesInFlight))] int filesInFlight)
    {
        await using FaultRig rig = await StartAsync(filesInFlight, discover: true);
        GeneratedFile[] files = Files(Seed + 1, 2 * filesInFlight);
        rig.Server.Faults.On("timestream:WriteRecords").Calls(3).MovedCell(rig.Server.Timestream, rig.Server.Cells[1]);
        rig.Server.Faults.On("timestream:DescribeEndpoints").Calls(2).InternalError();

        await LoadAllAsync(rig, files);

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

        Ledger ledger = await LoadAllAsync(rig, files);

        rig.AssertStored(files, row => IsGuilty(row.Region, row.Value!.Value));
        Assert.That(ledger.Rejected, Is.Positive);
        Assert.That(await CountKeptRowsAsync(rig), Is.EqualTo(ledger.Rejected + ledger.Invalid));
    }

    /// <summary>Counts the rows in all files of kept rows.</summary>
    private static async Task<long> CountKeptRowsAsync(FaultRig rig)
    {
        long rows = 0;
        foreach (string key in rig.Server.S3.Buckets.Single().Keys.Where(key => key.StartsWith("rejected/", StringComparison.Ordinal)))
        {
            await using IParquetFile file = await rig.Source.OpenAsync(SourceFile.InS3("data", key), DatasetType.Generation, CancellationToken.None);
            rows += file.RowGroups.Sum(group => group.Rows);
        }

        return rows;
    }

    [Test]
    public async Task An_object_that_is_replaced_while_it_is_read_is_loaded_again_and_never_mixed([ValueSource(nameof(FilesInFlight))] int filesInFlight)
    {
        await using FaultRig rig = await StartAsync(filesInFlight);
        GeneratedFile before = Large(new Random(Seed + 3), 1);
        GeneratedFile after = Large(new Random(Seed + 4), 100) with { Key = before.Key };

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
            Mix(rig.Server, seed);
            try
            {
                await LoadAllAsync(rig, files);
                rig.AssertStored(files);
            }
            catch (Exception)
            {
                TestContext.Out.WriteLine($"seed {seed}");
                throw;
            }

            applied += rig.Server.Faults.Applied.Values.Sum();
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
        GeneratedFile large = Large(new Random(seed), 0);

        // A load that fails starts again: with more row groups, or with as many faults as above, the large file would never be without one.
        GeneratedFile[] files = [large with { RowGroups = [.. large.RowGroups.Chunk(15).Select(groups => groups.SelectMany(rows => rows).ToList())] }, .. Files(seed + 1, 20)[1..]];
        foreach (GeneratedFile file in files)
        {
            rig.Put(file);
        }

        Mix(rig.Server, seed, scale: 0.5);

        Dictionary<string, Ledger> sums = await rig.LoadUntilDoneAsync(files.Select(file => file.Key));

        rig.AssertStored(files);
        foreach (GeneratedFile file in files)
        {
            Ledger sum = sums[file.Key];
            Assert.That((sum.Read, sum.Invalid, sum.Unsettled), Is.EqualTo((file.Count, file.Rows.Count(row => !row.IsValid), 0)), file.Key);
        }
    }

    [Test]
    public async Task Loads_stopped_at_random_and_their_resumed_loads_add_up_to_the_files([ValueSource(nameof(FilesInFlight))] int filesInFlight)
    {
        var random = new Random(Seed + 7);
        for (int round = 0; round < (filesInFlight == 1 ? 10 : 4); round++)
        {
            await using FaultRig rig = await StartAsync(filesInFlight);
            GeneratedFile[] files = [Large(random, 0), .. Files(random.Next(), filesInFlight)[1..]];
            files.ToList().ForEach(rig.Put);

            Dictionary<string, Ledger> sums = await rig.LoadUntilDoneAsync(files.Select(file => file.Key), () => random.Next(1, 40));

            rig.AssertStored(files);
            foreach (GeneratedFile file in files)
            {
                Ledger sum = sums[file.Key];
                Assert.That((sum.Read, sum.Invalid, sum.Unsettled), Is.EqualTo((file.Count, file.Rows.Count(row => !row.IsValid), 0)), file.Key);
            }
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
        Mix(rig.Server, seed, scale: 0.1);
        string[] keys = [.. folder.Files.Select(file => file.Key).Concat(folder.Broken.Keys).Order(StringComparer.Ordinal)];

        Dictionary<string, Ledger> sums = await rig.LoadUntilDoneAsync(keys, () => random.Next(20, tinyFiles), failing: folder.Broken.Keys);

        rig.AssertStored(folder.Files);
        Assert.That(sums.Keys, Is.EquivalentTo(keys));
        foreach (GeneratedFile file in folder.Files)
        {
            Ledger sum = sums[file.Key];
            Assert.That((sum.Read, sum.Invalid, sum.Unsettled), Is.EqualTo((file.Count, file.Rows.Count(row => !row.IsValid), 0)), file.Key);
        }

        Assert.That(folder.Broken.Keys.Select(key => sums[key]), Is.All.EqualTo(default(Ledger)));
    }

    private static Task<FaultRig> StartAsync(int filesInFlight, bool discover = false) =>
        FaultRig.StartAsync(options => options.Load.FilesInFlight = filesInFlight, discover);

    /// <summary>Loads files, as many side by side as the options say.</summary>
    private static async Task<Ledger> LoadAllAsync(FaultRig rig, IReadOnlyList<GeneratedFile> files)
    {
        foreach (GeneratedFile file in files)
        {
            rig.Put(file);
        }

        Dictionary<string, Ledger> ledgers = await rig.LoadUntilDoneAsync(files.Select(file => file.Key));
        Ledger sum = default;
        foreach (GeneratedFile file in files)
        {
            Ledger ledger = ledgers[file.Key];
            Assert.That(ledger.Read, Is.EqualTo(file.Count));
            Assert.That(ledger.Invalid, Is.EqualTo(file.Rows.Count(row => !row.IsValid)));
            Assert.That(ledger.Unsettled, Is.Zero);
            sum += ledger;
        }

        return sum;
    }

    private static GeneratedFile[] Files(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(number => GeneratedFile.Random(random, number, Newest))];
    }

    /// <summary>Creates a file with many row groups that is too large to be read in one request.</summary>
    private static GeneratedFile Large(Random random, int number)
    {
        GeneratedFile[] parts = [.. Enumerable.Range(0, 12).Select(_ => GeneratedFile.Random(random, number, Newest))];
        return parts[0] with { RowGroups = [.. parts.SelectMany(part => part.RowGroups)] };
    }

    private static FaultEffect On(LocalAwsServer server, string operation, string when)
    {
        FaultOccasion occasion = server.Faults.On(operation);
        return when switch { "first" => occasion.Calls(1), "some" => occasion.Calls(2, 3, 7), _ => occasion.When(call => call % 3 == 0 && call <= 30) };
    }

    private static FaultRule Apply(string fault, FaultEffect on) => fault switch
    {
        "Throttle" => on.Throttle(),
        "ThrottleRetryAfter" => on.Throttle(retryAfter: TimeSpan.Zero),
        "ThrottleMagnetic" => on.ThrottleMagneticStore(),
        "InternalError" => on.InternalError(),
        "Html500" => on.HtmlError(500),
        "Html503" => on.HtmlError(),
        "ResetBefore" => on.ResetBeforeStore(),
        "ResetAfter" => on.ResetAfterStore(),
        "Truncate" => on.Truncate(),
        "TruncateInside" => on.Truncate(1_000),
        "Slow" => on.Delay(TimeSpan.FromMilliseconds(20)),
        "AccessDenied" => on.AccessDenied(),
        "NotFound" => on.ResourceNotFound(),
        "SkewedClock" => on.SkewedClock(),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "no such fault"),
    };

    private static void Mix(LocalAwsServer server, int seed, double scale = 1)
    {
        var random = new Random(seed);
        (string Operation, string[] Faults)[] plan =
        [
            ("timestream:WriteRecords", ["Throttle", "InternalError", "Html500", "ResetBefore", "ResetAfter", "Truncate"]),
            ("timestream:DescribeTable", ["Throttle", "InternalError", "ResetBefore"]),
            ("s3:GetObject", ["InternalError", "ResetBefore", "TruncateInside"]),
            ("s3:PutObject", ["InternalError", "ResetAfter"]),
            ("cloudwatch:PutMetricData", ["Throttle", "Html503"]),
        ];
        foreach ((string operation, string[] faults) in plan)
        {
            foreach (string fault in faults)
            {
                if (random.Next(2) == 0)
                {
                    Apply(fault, server.Faults.On(operation).WithProbability(scale * (0.02 + (random.NextDouble() * 0.13)), random.Next()));
                }
            }
        }
    }

    private static DateTimeOffset WholeHour(DateTimeOffset time) => new(time.Year, time.Month, time.Day, time.Hour, 0, 0, TimeSpan.Zero);
}
