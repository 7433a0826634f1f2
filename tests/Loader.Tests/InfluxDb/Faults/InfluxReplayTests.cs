using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.LocalAws.InfluxDb;
using Loader.Tests.Faults;

namespace Loader.Tests.InfluxDb.Faults;

/// <summary>Follows rows that the server refuses: kept, and loaded again from the kept files, after corrections arrived.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class InfluxReplayTests
{
    private static readonly LineRefusal NotToday = new(_ => true, "Not today.");

    private static readonly DateTimeOffset Hour = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

    /// <summary>With a version tag every replayed row is a point of its own; under overwrite a row that was corrected is not written.</summary>
    [Test]
    public async Task A_replayed_row_does_not_replace_a_correction_that_arrived_before(
        [ValueSource(typeof(InfluxTarget), nameof(InfluxTarget.WithVersions))] InfluxTarget target)
    {
        await using FaultRig rig = await InfluxRig.StartAsync(target);
        var original = new GeneratedFile("in/dataset=generation/a.parquet", Hour.AddDays(-2), [[Good("SE", 1), Good("NE", 2)]]);
        var correction = new GeneratedFile("in/dataset=generation/b.parquet", Hour.AddDays(-1), [[Good("SE", 10)]]);
        rig.Put(original);
        rig.Put(correction);
        InfluxRig.ServerOf(rig).Refusal = NotToday;
        Ledger refused = await rig.LoadUntilDoneAsync(original.Key);
        InfluxRig.ServerOf(rig).Refusal = null;
        await rig.LoadUntilDoneAsync(correction.Key);

        LoadReport replay = await rig.Load.LoadAsync(new LoadRequest(SourceFile.InS3("data", rig.KeptKeys().Single())), CancellationToken.None);

        Assert.That(refused, Is.EqualTo(new Ledger { Read = 2, Rejected = 2 }));
        Assert.That(replay.Ledger, Is.EqualTo(target.Layout == InfluxDbLayout.Overwrite
            ? new Ledger { Read = 2, Written = 1, Superseded = 1 }
            : new Ledger { Read = 2, Written = 2 }));
        rig.AssertStored([original, correction]);
        Assert.That(
            rig.Destination.Read()[Good("NE", 2).Identity].Version,
            Is.EqualTo(ObjectVersion.FromLastModified(original.LastModified).ForRowGroup(0)));
    }

    /// <summary>The rows of several files are refused and replayed side by side, twice, in random order, after corrections arrived.</summary>
    [Test]
    public async Task Files_of_kept_rows_that_are_replayed_side_by_side_store_the_newest_versions(
        [ValueSource(typeof(InfluxTarget), nameof(InfluxTarget.All))] InfluxTarget target, [Values(1, 8)] int filesInFlight)
    {
        var random = new Random(3);
        await using FaultRig rig = await InfluxRig.StartAsync(target, seed: 3, options => options.Load.FilesInFlight = filesInFlight);
        GeneratedFile[] files = InfluxRig.FilesFor(target, [.. Enumerable.Range(0, 12).Select(number => new GeneratedFile(
            $"in/dataset=generation/{number}.parquet",
            Hour.AddDays(-2).AddSeconds(number),
            [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Enumerable.Range(0, 8).Select(_ => Good($"R{random.Next(20)}", random.Next(1_000))).ToList())]))]);
        files.ToList().ForEach(rig.Put);
        InfluxRig.ServerOf(rig).Refusal = NotToday;
        await rig.LoadUntilDoneAsync(files[..8].Select(file => file.Key));
        InfluxRig.ServerOf(rig).Refusal = null;
        await rig.LoadUntilDoneAsync(files[8..].Select(file => file.Key));
        string[] kept = rig.KeptKeys();

        string[] order = [.. kept, .. kept];
        random.Shuffle(order);
        Dictionary<string, Ledger> replayed = await rig.LoadUntilDoneAsync(order);

        Assert.That(kept, Has.Length.EqualTo(files[..8].Sum(file => file.RowGroups.Count)));
        Assert.That(replayed.Values.Sum(ledger => ledger.Rejected + ledger.Invalid + ledger.Unsettled), Is.Zero);
        rig.AssertStored(files);
    }

    [Test]
    public async Task A_replayed_row_that_is_refused_again_is_kept_and_can_be_replayed_once_more(
        [ValueSource(typeof(InfluxTarget), nameof(InfluxTarget.All))] InfluxTarget target)
    {
        await using FaultRig rig = await InfluxRig.StartAsync(target);
        var original = new GeneratedFile("in/dataset=generation/a.parquet", Hour.AddDays(-2), [[Good("NE", 3)], [Good("SE", 1), Good("N", 2)]]);
        rig.Put(original);
        InfluxRig.ServerOf(rig).Refusal = NotToday;
        await rig.LoadUntilDoneAsync(original.Key);
        string[] kept = rig.KeptKeys();
        await rig.LoadUntilDoneAsync(kept);
        InfluxRig.ServerOf(rig).Refusal = null;

        string[] keptAgain = rig.KeptKeys();
        await rig.LoadUntilDoneAsync(keptAgain);

        Assert.That(keptAgain, Is.EqualTo(kept));
        rig.AssertStored([original]);
    }

    private static GeneratedRow Good(string region, double value) => new(Hour.UtcDateTime, region, "hydro", "good", value);
}
