using Amazon.S3;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.RejectedRows;
using Loader.LocalAws.Faults;
using Loader.Tests.Support;

namespace Loader.Tests.Faults;

/// <summary>Follows a rejected row: refused, kept, and loaded again from the kept file.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReplayTests
{
    private static readonly DateTimeOffset Hour = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

    [Test]
    public async Task A_replayed_row_is_stored_unless_a_correction_arrived_before()
    {
        await using FaultRig rig = await FaultRig.StartAsync();
        var original = new GeneratedFile("in/dataset=generation/a.parquet", Hour.AddDays(-2), [[Good("SE", 1), Good("NE", 2)]]);
        var correction = new GeneratedFile("in/dataset=generation/b.parquet", Hour.AddDays(-1), [[Good("SE", 10)]]);
        rig.Put(original);
        rig.Put(correction);
        FaultRule refusal = rig.Server.Faults.On("timestream:WriteRecords").Always().RejectRecords(_ => true, "Not today.");
        await rig.LoadUntilDoneAsync(original.Key);
        refusal.Remove();
        await rig.LoadUntilDoneAsync(correction.Key);

        string kept = rig.KeptKeys().Single();
        LoadReport replay = await rig.Load.LoadAsync(new LoadRequest(SourceFile.InS3("data", kept)), CancellationToken.None);

        Assert.That(replay.Ledger, Is.EqualTo(new Ledger { Read = 2, Written = 1, Superseded = 1 }));
        rig.AssertStored([original, correction]);
        Assert.That(
            rig.Table.Records.Single(r => r.Dimension("region") == "NE").Version,
            Is.EqualTo(ObjectVersion.FromLastModified(original.LastModified).ForRowGroup(0)));
    }

    /// <summary>The rows of several files are refused and replayed side by side, in random order, after corrections arrived.</summary>
    [Test]
    public async Task Files_of_kept_rows_that_are_replayed_side_by_side_store_the_newest_versions([Values(1, 8)] int filesInFlight)
    {
        var random = new Random(3);
        await using FaultRig rig = await FaultRig.StartAsync(options => options.Load.FilesInFlight = filesInFlight);
        GeneratedFile[] files = [.. Enumerable.Range(0, 12).Select(number => new GeneratedFile(
            $"in/dataset=generation/{number}.parquet",
            Hour.AddDays(-2).AddSeconds(number),
            [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Enumerable.Range(0, 8).Select(_ => Good($"R{random.Next(20)}", random.Next(1_000))).ToList())]))];
        files.ToList().ForEach(rig.Put);
        FaultRule refusal = rig.Server.Faults.On("timestream:WriteRecords").Always().RejectRecords(_ => true, "Not today.");
        await rig.LoadUntilDoneAsync(files[..8].Select(file => file.Key));
        refusal.Remove();
        await rig.LoadUntilDoneAsync(files[8..].Select(file => file.Key));
        string[] kept = rig.KeptKeys();

        random.Shuffle(kept);
        Dictionary<string, Ledger> replayed = await rig.LoadUntilDoneAsync(kept);

        Assert.That(kept, Has.Length.EqualTo(files[..8].Sum(file => file.RowGroups.Count)));
        Assert.That(replayed.Values.Sum(ledger => ledger.Rejected + ledger.Invalid + ledger.Unsettled), Is.Zero);
        rig.AssertStored(files);
    }

    [Test]
    public async Task Another_value_with_the_same_version_is_rejected_and_kept()
    {
        await using FaultRig rig = await FaultRig.StartAsync();
        var one = new GeneratedFile("in/dataset=generation/a.parquet", Hour.AddDays(-2), [[Good("SE", 1)]]);
        var other = new GeneratedFile("in/dataset=generation/b.parquet", Hour.AddDays(-2), [[Good("SE", 2)]]);
        rig.Put(one);
        rig.Put(other);

        await rig.LoadUntilDoneAsync(one.Key);
        Ledger ledger = await rig.LoadUntilDoneAsync(other.Key);

        Assert.That(ledger, Is.EqualTo(new Ledger { Read = 1, Rejected = 1 }));
        rig.AssertStored([one]);
    }

    [Test]
    public async Task Kept_rows_are_the_same_after_reading_them_back_including_their_faults()
    {
        using var folder = new TemporaryFolder();
        var store = new RejectedRowStore(new RejectedRowsOptions { Location = folder.Path }, new Lazy<IAmazonS3>(() => throw new InvalidOperationException()));
        var source = SourceFile.InS3("data", "../../dataset=generation/x\n.parquet");
        using MeasurementBatch batch = Some.Batch(
            [
                (1_704_067_200_123_456_789, 1.5, Some.Key()), (MeasurementBatch.MissingTime, 2.5, Some.Key(qualityFlag: null)),
                (-1, double.NaN, Some.Key(region: null)), (3, double.PositiveInfinity, Some.Key(unit: "MWh")),
            ],
            unit: Loader.Domain.TimeUnit.Nanoseconds);

        string place = await store.SaveAsync(
            Some.Origin(source), batch, [new(0, RejectionReason.Refused, "no \"room\""), new(1, RejectionReason.MissingTime), new(2, RejectionReason.MissingValue), new(3, RejectionReason.InfiniteValue)],
            CancellationToken.None);
        string file = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Single();
        List<Parquet.Row> rows = await Parquet.Reading.RowsAsync(file, DatasetType.Generation);

        Assert.That(Path.GetFullPath(file), Does.StartWith(Path.GetFullPath(place)));
        Assert.That(file, Does.EndWith("etag/dataset=generation/row-group-00000.parquet").And.Not.Contain("\n").And.Not.Contain(".."));
        Assert.That(rows.Select(row => row.Version), Is.All.EqualTo(batch.Version));
        Assert.That(rows[0].Nanoseconds, Is.EqualTo((Int128)1_704_067_200_123_456_789));
        Assert.That(rows[2].Nanoseconds, Is.EqualTo((Int128)(-1)));
        Assert.That(rows.Select(row => row.Key), Is.EqualTo(new[] { Some.Key(), Some.Key(qualityFlag: null), Some.Key(region: null), Some.Key(unit: "MWh") }));
        Assert.That(rows.Select(row => row.Value), Is.EqualTo(new[] { 1.5, 2.5, double.NaN, double.PositiveInfinity }));
        Assert.That(rows[1].Time, Is.EqualTo(MeasurementBatch.MissingTime));
        Assert.That(store.Holds(SourceFile.OnDisk(file)), Is.True);
        Assert.That(store.Holds(SourceFile.OnDisk(folder.Path + "-other/x.parquet")), Is.False);
    }

    [Test]
    public async Task Saving_again_overwrites_the_same_file()
    {
        using var folder = new TemporaryFolder();
        var store = new RejectedRowStore(new RejectedRowsOptions { Location = folder.Path }, new Lazy<IAmazonS3>(() => throw new InvalidOperationException()));
        using MeasurementBatch batch = Some.GoodBatch(2);
        var source = SourceFile.OnDisk("dataset=generation/x.parquet");

        await store.SaveAsync(
            Some.Origin(source), batch, [new(0, RejectionReason.Refused), new(1, RejectionReason.Refused)], CancellationToken.None);
        await store.SaveAsync(
            Some.Origin(source), batch, [new(1, RejectionReason.Refused)], CancellationToken.None);

        string file = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Single();
        Assert.That(await Parquet.Reading.RowsAsync(file, DatasetType.Generation), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_replayed_row_that_is_refused_again_overwrites_its_file_and_keeps_its_origin()
    {
        await using FaultRig rig = await FaultRig.StartAsync();
        var original = new GeneratedFile("in/dataset=generation/a.parquet", Hour.AddDays(-2), [[Good("NE", 3)], [Good("SE", 1), Good("NE", 2)]]);
        rig.Put(original);
        FaultRule refusal = rig.Server.Faults.On("timestream:WriteRecords").Always().RejectRecords(_ => true, "Not today.");
        await rig.LoadUntilDoneAsync(original.Key);
        string[] kept = rig.KeptKeys();

        foreach (string key in kept)
        {
            await rig.LoadUntilDoneAsync(key);
        }

        foreach (string key in rig.KeptKeys())
        {
            await rig.LoadUntilDoneAsync(key);
        }

        Assert.That(kept, Has.Length.EqualTo(2));
        Assert.That(rig.KeptKeys(), Is.EqualTo(kept));
        Assert.That(
            await OriginsAsync(rig, kept[1]),
            Is.EqualTo(new RowOrigin?[] { new RowOrigin("s3://data/in/dataset=generation/a.parquet", 1, 0), new RowOrigin("s3://data/in/dataset=generation/a.parquet", 1, 1) }));

        refusal.Remove();
        await rig.LoadUntilDoneAsync(kept[0]);
        await rig.LoadUntilDoneAsync(kept[1]);
        rig.AssertStored([original]);
    }

    [Test]
    public async Task A_replay_whose_rows_stay_unsettled_does_not_overwrite_the_file()
    {
        await using FaultRig rig = await FaultRig.StartAsync(options => options.Timestream.MaxRetries = 0);
        var original = new GeneratedFile(
            "in/dataset=generation/a.parquet", Hour.AddDays(-2), [[.. Enumerable.Range(0, 200).Select(i => Good($"R{i}", i))]]);
        rig.Put(original);
        FaultRule refusal = rig.Server.Faults.On("timestream:WriteRecords").Always().RejectRecords(_ => true, "Not today.");
        await rig.LoadUntilDoneAsync(original.Key);
        refusal.Remove();
        string kept = rig.KeptKeys().Single();
        rig.Server.Faults.On("timestream:WriteRecords").When(call => call % 2 == 0).RejectRecords(_ => true, "Not today.");
        rig.Server.Faults.On("timestream:WriteRecords").When(call => call % 2 == 1).InternalError();

        Assert.That(
            () => rig.Load.LoadAsync(new LoadRequest(SourceFile.InS3("data", kept)), CancellationToken.None), Throws.InstanceOf<LoadException>());

        Assert.That(await OriginsAsync(rig, kept), Has.Length.EqualTo(200));
    }

    [Test]
    public async Task Rows_of_one_file_that_two_destinations_refuse_are_kept_apart()
    {
        using var folder = new TemporaryFolder();
        var store = new RejectedRowStore(new RejectedRowsOptions { Location = folder.Path }, new Lazy<IAmazonS3>(() => throw new InvalidOperationException()));
        using MeasurementBatch batch = Some.GoodBatch(1);
        RejectedRowOrigin one = Some.Origin(SourceFile.OnDisk("dataset=generation/x.parquet"));
        RejectedRowOrigin other = one with { Destination = one.Destination with { Identity = "2" } };

        string first = await store.SaveAsync(one, batch, [new(0, RejectionReason.Refused)], CancellationToken.None);
        string second = await store.SaveAsync(other, batch, [new(0, RejectionReason.Refused)], CancellationToken.None);

        Assert.That(first, Is.Not.EqualTo(second));
        Assert.That(Path.GetRelativePath(folder.Path, first), Does.Match("^scripted-[0-9a-f]{12}/"));
        Assert.That(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task A_file_of_kept_rows_has_one_row_group_so_that_a_replay_can_overwrite_it()
    {
        using var folder = new TemporaryFolder();
        var store = new RejectedRowStore(new RejectedRowsOptions { Location = folder.Path }, new Lazy<IAmazonS3>(() => throw new InvalidOperationException()));
        const int Count = RejectedRowFile.MaxRows + 10;
        using MeasurementBatch batch = Some.GoodBatch(Count);

        await store.SaveAsync(
            Some.Origin(SourceFile.OnDisk("dataset=generation/x.parquet")),
            batch,
            [.. Enumerable.Range(0, Count).Select(row => new RejectedRow(row, RejectionReason.Refused))],
            CancellationToken.None);

        string[] files = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories);
        Assert.That(files.Select(Path.GetFileName), Is.EquivalentTo(new[] { "row-group-00000.parquet", "row-group-00000-part-2.parquet" }));
        int rows = 0;
        foreach (string file in files)
        {
            rows += (await Parquet.Reading.RowsAsync(file, DatasetType.Generation)).Count;
            await using IParquetFile open = await Parquet.Reading.OpenAsync(file, DatasetType.Generation);
            Assert.That(open.RowGroups, Has.Count.EqualTo(1));
            Assert.That(open.HoldsKeptRows, Is.True);
        }

        Assert.That(rows, Is.EqualTo(Count));
    }

    [Test]
    public async Task An_unfinished_file_of_a_killed_process_is_deleted_by_the_next_one()
    {
        using var folder = new TemporaryFolder();
        var store = new RejectedRowStore(new RejectedRowsOptions { Location = folder.Path }, new Lazy<IAmazonS3>(() => throw new InvalidOperationException()));
        using MeasurementBatch batch = Some.GoodBatch(1);
        RejectedRowOrigin origin = Some.Origin(SourceFile.OnDisk("dataset=generation/x.parquet"));
        await store.SaveAsync(origin, batch, [new(0, RejectionReason.Refused)], CancellationToken.None);
        string file = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Single();
        string left = file + ".0123.tmp";
        string young = file + ".4567.tmp";
        string busy = file + ".89ab.tmp";
        File.WriteAllText(left, "half");
        File.WriteAllText(young, "half");
        using var writer = new FileStream(busy, FileMode.CreateNew, FileAccess.ReadWrite);
        File.SetLastWriteTimeUtc(left, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1));
        File.SetLastWriteTimeUtc(busy, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1));

        await store.SaveAsync(origin, batch, [new(0, RejectionReason.Refused)], CancellationToken.None);

        Assert.That(File.Exists(left), Is.False);
        Assert.That(File.Exists(young), Is.True, "it may be in use");
        Assert.That(File.Exists(busy), Is.True, "another process writes it");
    }

    private static async Task<RowOrigin?[]> OriginsAsync(FaultRig rig, string key)
    {
        await using IParquetFile file = await rig.Source.OpenAsync(SourceFile.InS3("data", key), DatasetType.Generation, CancellationToken.None);
        var origins = new List<RowOrigin?>();
        await foreach (MeasurementBatch batch in file.ReadAsync(0, new ObjectVersion(1), CancellationToken.None))
        {
            using (batch)
            {
                origins.AddRange(Enumerable.Range(0, batch.Count).Select(batch.OriginOf));
            }
        }

        return [.. origins];
    }

    [Test]
    public void A_folder_that_cannot_be_written_is_reported()
    {
        using var folder = new TemporaryFolder();
        string blocked = Path.Combine(folder.Path, "file");
        File.WriteAllText(blocked, "");
        var store = new RejectedRowStore(new RejectedRowsOptions { Location = blocked }, new Lazy<IAmazonS3>(() => throw new InvalidOperationException()));
        using MeasurementBatch batch = Some.GoodBatch(1);

        Assert.That(
            () => store.SaveAsync(
            Some.Origin(SourceFile.OnDisk("x.parquet")), batch, [new(0, RejectionReason.Refused)], CancellationToken.None),
            Throws.InstanceOf<RejectedRowsNotKeptException>().With.Message.Contains("could not be kept"));
    }

    private static GeneratedRow Good(string region, double value) => new(Hour.UtcDateTime, region, "hydro", "good", value);
}
