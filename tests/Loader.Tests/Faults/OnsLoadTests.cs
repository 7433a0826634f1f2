using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;
using Loader.LocalAws.Timestream;
using Loader.Tests.Support;

namespace Loader.Tests.Faults;

/// <summary>Loads two years of real input.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OnsLoadTests
{
    [Test]
    public async Task Every_row_of_two_years_is_stored([Values(false, true)] bool throttled, [Values(1, 8)] int filesInFlight)
    {
        string folder = OnsFolder.PathOrIgnore();
        await using FaultRig rig = await FaultRig.StartAsync(options =>
        {
            options.Timestream.MaxBatchSize = 100;
            options.Load.MaxInvalidPercent = 10;
            options.Load.FilesInFlight = filesInFlight;
        });
        if (throttled)
        {
            rig.Server.Faults.On("timestream:WriteRecords").EveryNth(3).Throttle();
        }

        Ledger sum = default;
        WriteEffort effort = default;
        IEnumerable<LoadRequest> requests = Directory.GetFiles(folder, "*.parquet", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => new LoadRequest(SourceFile.OnDisk(path)));
        await foreach (LoadResult result in rig.LoadMany.LoadAsync(requests.ToAsyncEnumerable(), CancellationToken.None))
        {
            Assert.That(result.Failure, Is.Null);
            sum += result.Report!.Ledger;
            effort += result.Report.Effort;
        }

        IReadOnlyList<StoredRecord> stored = rig.Server.Timestream.Table(EnergyTables.Database, EnergyTables.Consumption).Records;
        Assert.That(sum, Is.EqualTo(new Ledger { Read = 70_080, Written = 70_077, Invalid = 3 }));
        Assert.That(stored, Has.Count.EqualTo(70_077));
        Assert.That(SumOf(stored, 2018), Is.EqualTo(554_065_102.033).Within(0.001));
        Assert.That(SumOf(stored, 2023), Is.EqualTo(645_655_740.480).Within(0.001));

        // There are 706 requests of up to 100 rows. Only throttled requests are sent again, each once.
        long calls = rig.Server.Requests.Count("timestream:WriteRecords");
        Assert.That(effort.Requests, Is.EqualTo(706));
        Assert.That(effort.Throttles, Is.EqualTo(throttled ? calls / 3 : 0));
        Assert.That(calls, Is.EqualTo(effort.Requests + effort.Throttles));
    }

    private static double SumOf(IEnumerable<StoredRecord> records, int year) =>
        (double)records.Where(record => record.Time.Year == year).Sum(record => (decimal)record.DoubleValue);
}
