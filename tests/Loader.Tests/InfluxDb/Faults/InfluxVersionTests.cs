using System.Text;
using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.Mapping;
using Loader.LocalAws.Faults;
using Loader.LocalAws.InfluxDb;
using Loader.LocalAws.InfluxDb.Storage;
using Loader.LocalAws.Timestream;
using Loader.Tests.Faults;

namespace Loader.Tests.InfluxDb.Faults;

/// <summary>What the layouts guarantee about two values of one series and time, and where the guarantee of the layout overwrite ends.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class InfluxVersionTests
{
    private const string Halved = """
        {"name": "halved", "dataset": "generation", "value": {"column": "value", "divideBy": 2}, "duplicates": "last"}
        """;

    private const string AsConsumption = """
        {"name": "consumption", "dataset": "consumption", "consumerType": {"column": "energy_source"}, "duplicates": "last"}
        """;

    private static readonly DateTimeOffset Hour = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The only versions, of an older and a newer file.</summary>
    private static readonly GeneratedFile Older = OneRow("older", Hour.AddDays(-2), 1);
    private static readonly GeneratedFile Newer = OneRow("newer", Hour.AddDays(-1), 2);

    /// <summary>
    /// The older load has asked for newer points when the newer one begins, and writes after it. Under overwrite the older value stays and
    /// nobody is told: the documented limit. A version tag gives each value a point of its own.
    /// </summary>
    [TestCase(InfluxEngine.Version2, InfluxDbLayout.Overwrite, 1)]
    [TestCase(InfluxEngine.Version2, InfluxDbLayout.Versions, 2)]
    [TestCase(InfluxEngine.Version3, InfluxDbLayout.Versions, 2)]
    public async Task Two_processes_that_load_at_one_moment_leave(InfluxEngine engine, InfluxDbLayout layout, double value)
    {
        await using InfluxDestination destination = await InfluxDestination.StartAsync(new InfluxTarget(engine, layout));
        await using FaultRig one = await FaultRig.StartAsync(destination: destination.Share());
        await using FaultRig other = await FaultRig.StartAsync(destination: destination.Share());
        one.Put(Older);
        other.Put(Newer);
        var gate = new FaultGate();
        destination.Faults.On("influx:Write").Calls(1).HoldBefore(gate);

        Task<Ledger> older = one.LoadUntilDoneAsync(Older.Key);
        await gate.Reached.WaitAsync(Limit);
        Ledger newer = await other.LoadUntilDoneAsync(Newer.Key).WaitAsync(Limit);
        gate.Open();

        Assert.That((await older.WaitAsync(Limit), newer), Is.EqualTo((new Ledger { Read = 1, Written = 1 }, new Ledger { Read = 1, Written = 1 })));
        Assert.That(one.Stored().Values, Is.EqualTo(new[] { value }));
    }

    /// <summary>In one process the row groups of a table take turns, so that the newer load asks after the older one has written.</summary>
    [Test]
    public async Task Two_loads_of_one_process_at_one_moment_leave_the_newer_value_under_overwrite()
    {
        await using FaultRig rig = await InfluxRig.StartAsync(new InfluxTarget(InfluxEngine.Version2, InfluxDbLayout.Overwrite));
        rig.Put(Older);
        rig.Put(Newer);
        var gate = new FaultGate();
        rig.On("influx:Write").Calls(1).HoldBefore(gate);

        Task<LoadReport> older = LoadAsync(rig, Older);
        await gate.Reached.WaitAsync(Limit);
        Task<LoadReport> newer = LoadAsync(rig, Newer);
        gate.Open();
        await Task.WhenAll(older, newer).WaitAsync(Limit);

        Assert.That(rig.Stored().Values, Is.EqualTo(new[] { 2.0 }));
    }

    /// <summary>
    /// The server answers a write with a time-out and applies it after the newer load. Under overwrite it replaces the newer value, which no
    /// client can prevent: so loads that follow one another need the pause that a server needs for its time-out.
    /// </summary>
    [TestCase(InfluxEngine.Version2, InfluxDbLayout.Overwrite, 1)]
    [TestCase(InfluxEngine.Version2, InfluxDbLayout.Versions, 2)]
    [TestCase(InfluxEngine.Version3, InfluxDbLayout.Versions, 2)]
    public async Task A_write_that_is_applied_after_the_newer_load_leaves(InfluxEngine engine, InfluxDbLayout layout, double value)
    {
        for (int seed = 0; ; seed++)
        {
            await using FaultRig rig = await InfluxRig.StartAsync(new InfluxTarget(engine, layout), seed);
            rig.Put(Older);
            rig.Put(Newer);
            rig.On("influx:Write").Calls(1).Timeout();
            await LoadAsync(rig, Older);
            await LoadAsync(rig, Newer);
            if (InfluxRig.ServerOf(rig).DelayedWrites > 0)
            {
                Assert.That(rig.Stored().Values, Is.EqualTo(new[] { value }));
                return;
            }

            Assert.That(seed, Is.LessThan(100), "no seed delays the write for long enough");
        }
    }

    /// <summary>Two objects were last modified in one millisecond. Which one counts is decided by their content, not by the order of the loads.</summary>
    [Test]
    public async Task Of_two_objects_with_one_version_the_same_one_counts_in_any_order(
        [ValueSource(typeof(InfluxTarget), nameof(InfluxTarget.WithVersionTag))] InfluxTarget target)
    {
        GeneratedFile[] files = [.. GeneratedFile.Several(7, 3, Hour).Select(file => file with { LastModified = Hour.AddDays(-3) })];

        Dictionary<RecordIdentity, StoredValue> one = await LoadAsync(target, 1, files);
        Dictionary<RecordIdentity, StoredValue> other = await LoadAsync(target, 2, [.. files.Reverse()]);

        Assert.That(one.Keys, Is.EquivalentTo(files.SelectMany(file => file.Rows).Where(row => row.IsValid).Select(row => row.Identity).Distinct()));
        Assert.That(one.Except(other), Is.Empty);
    }

    /// <summary>One object is loaded under two zones and under a mapping, all with one version: records move or change their value.</summary>
    [Test]
    public async Task One_object_under_several_settings_gives_no_point_two_contents_and_the_same_result_in_any_order(
        [ValueSource(typeof(InfluxTarget), nameof(InfluxTarget.WithVersionTag))] InfluxTarget target)
    {
        GeneratedFile file = GeneratedFile.Several(11, 1, Hour)[0] with { IsLocal = true };
        (string Zone, string? Mapping)[] settings = [("UTC", null), ("America/Sao_Paulo", null), ("UTC", Halved), ("America/Sao_Paulo", Halved), ("UTC", AsConsumption)];

        List<string> one = await LoadUnderAsync(target, 1, file, settings);
        List<string> other = await LoadUnderAsync(target, 2, file, [.. settings.Reverse(), .. settings]);

        Assert.That(one, Has.Count.GreaterThan(file.RowGroups.SelectMany(rows => rows).Where(row => row.IsValid).Select(row => row.Identity).Distinct().Count()));
        Assert.That(other, Is.EqualTo(one));
    }

    private static async Task<Dictionary<RecordIdentity, StoredValue>> LoadAsync(InfluxTarget target, int seed, GeneratedFile[] files)
    {
        await using FaultRig rig = await InfluxRig.StartAsync(target, seed);
        foreach (GeneratedFile file in files)
        {
            rig.Put(file);
            await rig.LoadUntilDoneAsync(file.Key);
        }

        rig.Destination.AssertSound();
        return rig.Destination.Read();
    }

    /// <summary>Loads a file under each of several settings, and returns the newest points of generation.</summary>
    private static async Task<List<string>> LoadUnderAsync(InfluxTarget target, int seed, GeneratedFile file, (string Zone, string? Mapping)[] settings)
    {
        await using InfluxDestination destination = await InfluxDestination.StartAsync(target, seed);
        foreach ((string zone, string? mapping) in settings)
        {
            await using FaultRig rig = await FaultRig.StartAsync(
                options =>
                {
                    options.Source.TimeZone = zone;
                    options.Source.Mappings = mapping is null ? SourceMappings.None : SourceMappings.Parse(Encoding.UTF8.GetBytes(mapping), "test");
                },
                destination: destination.Share());

            // Without a dataset in the key, so that a mapping can choose it.
            GeneratedFile named = file with { Key = mapping is null ? file.Key : "in/any/part.parquet" };
            rig.Put(named);
            Ledger ledger = await rig.LoadUntilDoneAsync(named.Key);
            Assert.That((ledger.Written, ledger.Rejected), Is.EqualTo((ledger.Read - ledger.Duplicate - ledger.Invalid, 0)));
            destination.AssertSound();
        }

        InfluxTable consumption = destination.Server.Bucket("energy").Table(EnergyTables.Consumption);
        Assert.That((consumption.ContradictoryPoints, consumption.RewrittenPoints), Is.EqualTo((0, 0)));
        Assert.That(consumption.Count, Is.Positive);
        return [.. destination.Table!.Newest().Select(point => point.ToString()).Order(StringComparer.Ordinal)];
    }

    private static Task<LoadReport> LoadAsync(FaultRig rig, GeneratedFile file) =>
        rig.Load.LoadAsync(new LoadRequest(SourceFile.InS3("data", file.Key)), CancellationToken.None);

    private static GeneratedFile OneRow(string name, DateTimeOffset lastModified, double value) =>
        new($"in/dataset=generation/{name}.parquet", lastModified, [[new GeneratedRow(Hour.UtcDateTime, "SE", "hydro", "good", value)]]);
}
