using System.Globalization;
using System.Text.Json;
using Loader.Cli.Commands;
using Loader.Tests.InfluxDb.Faults;
using Loader.Tests.Support;

namespace Loader.Tests.Faults;

/// <summary>
/// Kills or interrupts the command line at random moments, checks what it left, and runs it again. The seed is printed; <c>LOADER_SEED</c>
/// sets another one, <c>LOADER_KILLS</c> another number of kills.
/// </summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class KillTests
{
    private const int Killed = 137;
    private const int TinyFiles = 40;
    private const int HugeRowGroups = 10;

    private static readonly DateTimeOffset Newest = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("LOADER_KILLS"), CultureInfo.InvariantCulture, out int kills) ? kills : 1;

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("LOADER_SEED"), CultureInfo.InvariantCulture, out int seed) ? seed : 20_261_122;

    [Test]
    public async Task Loads_into_timestream_that_are_killed_end_as_if_they_were_not([Values("1", "8", "64")] string filesInFlight)
    {
        Random random = Begin("timestream", filesInFlight);
        await using KilledServerLoad load =
            await KilledServerLoad.StartAsync(GeneratedFolder.Random(random, TinyFiles, HugeRowGroups, Newest), random);

        await KillAsync(load, filesInFlight, random, afterKill: load.CutJournal);
        await EndAsync(load, filesInFlight);
    }

    [Test]
    public async Task Loads_into_duckdb_that_are_killed_end_as_if_they_were_not([Values("1", "8", "64")] string filesInFlight)
    {
        Random random = Begin("duckdb", filesInFlight);
        await using var load = new KilledDuckDbLoad(GeneratedFolder.Random(random, TinyFiles, HugeRowGroups, Newest), random);

        await KillAsync(load, filesInFlight, random, afterKill: static () => { });
        await EndAsync(load, filesInFlight);
    }

    /// <summary>
    /// Under overwrite the loads follow one another, since a killed process has ended before the next one begins. What its server has yet to
    /// apply is applied before: see <see cref="InfluxDestination.EndLoad"/>.
    /// </summary>
    [TestCaseSource(typeof(InfluxTarget), nameof(InfluxTarget.WithVersions))]
    public async Task Loads_into_influxdb_that_are_killed_end_as_if_they_were_not(InfluxTarget target)
    {
        const string FilesInFlight = "8";
        Random random = Begin(target.ToString(), FilesInFlight);
        await using KilledServerLoad load = await KilledServerLoad.StartAsync(
            GeneratedFolder.Random(random, TinyFiles, HugeRowGroups, Newest), random, destination: await InfluxDestination.StartAsync(target, Seed));

        await KillAsync(load, FilesInFlight, random, afterKill: load.CutJournal);
        await EndAsync(load, FilesInFlight);
    }

    private static Random Begin(string sink, string filesInFlight)
    {
        TestContext.Out.WriteLine($"LOADER_SEED={Seed}");
        return new Random(Seed + (sink.Length * 1_000) + int.Parse(filesInFlight, CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Runs loads that end at a random moment: the first one is killed; of six others, four are killed, one is interrupted and one is
    /// interrupted twice. Every second one resumes.
    /// </summary>
    private static async Task KillAsync(KilledLoad load, string filesInFlight, Random random, Action afterKill)
    {
        int kills = 0;
        int interrupts = 0;
        for (int run = 0; kills < Kills; run++)
        {
            Assert.That(run, Is.LessThan(10 + (3 * Kills)), "the processes end before they are killed");
            int signals = run == 0 ? 0 : Math.Max(0, random.Next(6) - 3); // 0 is a kill.
            int exitCode;
            string output;
            string errors;
            using (LoaderProcess process = load.Start(filesInFlight, resume: random.Next(2) == 0))
            {
                using IDisposable moment = load.AtRandomMoment(() => End(process, signals));
                (exitCode, output, errors) = await process.EndAsync();
            }

            string said = $"run {run}: exit code {exitCode}. {output}{errors}";
            StoreCheck.AssertHonest(load.Folder.Files, load.Read());
            switch (exitCode)
            {
                case Killed:
                    kills++;
                    if (random.Next(2) == 0)
                    {
                        afterKill();
                    }

                    break;
                case ExitCode.Interrupted when signals > 0:
                    interrupts++;
                    AssertAllTold(load.Folder, JsonDocument.Parse(output).RootElement, isAbandoned: signals > 1);
                    break;
                default:
                    // The moment did not come. The broken files fail.
                    Assert.That(exitCode, Is.EqualTo(ExitCode.Permanent), said);
                    load.Reset();
                    break;
            }
        }

        TestContext.Out.WriteLine($"{kills} kills and {interrupts} interrupts at FILES_IN_FLIGHT={filesInFlight}, rows lost: 0");
    }

    private static void End(LoaderProcess process, int signals)
    {
        if (signals == 0)
        {
            process.Kill();
        }

        for (int signal = 0; signal < signals; signal++)
        {
            process.Interrupt();
        }
    }

    /// <summary>
    /// Runs the load to its end, with <c>--resume</c> and, at 8 files in flight, once more without. Both must account for every file and row.
    /// </summary>
    private static async Task EndAsync(KilledLoad load, string filesInFlight)
    {
        Dictionary<string, int> left = load.Folder.Files.ToDictionary(file => file.Key, file => file.Count);
        int done = 0;
        foreach ((string key, int? rowGroup) in load.Read().Journal)
        {
            done += rowGroup is null ? 1 : 0;
            left[key] = load.Folder.Files.Single(file => file.Key == key).RowGroups.Skip(rowGroup ?? int.MaxValue).Sum(rows => rows.Count);
        }

        JsonElement resumed = await EndOnceAsync(load, filesInFlight, resume: true);
        Assert.That(resumed.GetProperty("skipped_done").GetInt32(), Is.EqualTo(done));
        Assert.That(resumed.GetProperty("read").GetInt64(), Is.EqualTo(left.Values.Sum()));

        if (filesInFlight != "8")
        {
            return;
        }

        JsonElement whole = await EndOnceAsync(load, filesInFlight, resume: false);
        Assert.That(whole.GetProperty("skipped_done").GetInt32(), Is.Zero);
        Assert.That(whole.GetProperty("read").GetInt64(), Is.EqualTo(load.Folder.Rows));
    }

    private static async Task<JsonElement> EndOnceAsync(KilledLoad load, string filesInFlight, bool resume)
    {
        using LoaderProcess process = load.Start(filesInFlight, resume);
        (int exitCode, string output, string errors) = await process.EndAsync();

        Assert.That(exitCode, Is.EqualTo(ExitCode.Permanent), output + errors);
        JsonElement result = JsonDocument.Parse(output).RootElement;
        AssertAllTold(load.Folder, result);
        Assert.That(result.GetProperty("not_started").GetInt32(), Is.Zero);
        Assert.That(
            result.GetProperty("files").EnumerateArray().Where(file => file.GetProperty("status").GetString() != "succeeded")
                .Select(file => file.GetProperty("file").GetString()![^"0000.parquet".Length..]),
            Is.EquivalentTo(load.Folder.Broken.Keys.Select(key => key[^"0000.parquet".Length..])));
        StoreContent content = load.Read();
        StoreCheck.AssertComplete(load.Folder.Files, content);
        StoreCheck.AssertHonest(load.Folder.Files, content);
        Assert.That(content.Journal.Where(file => file.Value is null).Select(file => file.Key), Is.EquivalentTo(load.Folder.Files.Select(file => file.Key)));
        return result;
    }

    /// <summary>Every file has a result or is told as not started, every row has an outcome, and the files add up to the sum.</summary>
    private static void AssertAllTold(GeneratedFolder folder, JsonElement result, bool isAbandoned = false)
    {
        JsonElement[] files = [.. result.GetProperty("files").EnumerateArray()];
        Assert.That(files.Length + result.GetProperty("skipped_done").GetInt32() + result.GetProperty("not_started").GetInt32(), Is.EqualTo(folder.Count));
        Assert.That(isAbandoned || result.GetProperty("unsettled").GetInt64() == 0, Is.True, "unsettled rows");
        foreach (string count in new[] { "read", "written", "superseded", "duplicate", "invalid", "rejected", "unsettled" })
        {
            Assert.That(files.Sum(file => file.GetProperty(count).GetInt64()), Is.EqualTo(result.GetProperty(count).GetInt64()), count);
        }

        Assert.That(
            new[] { "written", "superseded", "duplicate", "invalid", "rejected", "unsettled" }.Sum(count => result.GetProperty(count).GetInt64()),
            Is.EqualTo(result.GetProperty("read").GetInt64()));
    }
}
