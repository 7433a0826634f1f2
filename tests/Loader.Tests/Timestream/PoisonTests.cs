using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Timestream;

namespace Loader.Tests.Timestream;

public sealed class PoisonTests
{
    private const string WriteRecords = "timestream:WriteRecords";

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(10)]
    public async Task Bad_rows_are_isolated_by_halving_and_all_others_written(int bad)
    {
        await using LocalSink local = await LocalSink.StartAsync();
        var guilty = new Random(bad).GetItems(Enumerable.Range(0, 100).ToArray(), bad).ToHashSet();
        local.Server.Faults.On(WriteRecords).Always().RefuseRequestsWith(r => guilty.Contains((int)r.DoubleValue), "It cannot be.");

        WriteOutcome outcome = await Write(local, new SomeBatch().Rows(100));

        Assert.Multiple(() =>
        {
            Assert.That(outcome.Rejected.Select(r => r.Row), Is.EqualTo(guilty.Order()));
            Assert.That(outcome.Rejected, Has.All.Matches<RejectedRow>(r => r.Reason == RejectionReason.Refused && r.Detail == "It cannot be."));
            Assert.That((outcome.Written, outcome.Unsettled, local.Table.Count), Is.EqualTo((100 - guilty.Count, 0, 100 - guilty.Count)));

            // A guilty row is found by a path of at most seven halvings, each of two requests.
            Assert.That(local.Server.Requests.Count(WriteRecords), Is.LessThanOrEqualTo(1 + (2 * 7 * guilty.Count)));
        });
    }

    [Test]
    public async Task One_bad_row_in_many_requests_costs_only_its_own_request()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        local.Server.Faults.On(WriteRecords).Always().RefuseRequestsWith(r => r.DoubleValue is 777);

        WriteOutcome outcome = await Write(local, new SomeBatch().Rows(2_000));

        Assert.That((outcome.Rejected.Single().Row, outcome.Written, local.Server.Requests.Count(WriteRecords) <= 20 + 14), Is.EqualTo((777, 1_999, true)));
    }

    [Test]
    public async Task When_everything_is_refused_for_one_reason_the_load_stops()
    {
        await using LocalSink local = await LocalSink.StartAsync(o => o.MaxConcurrency = 1);
        local.Server.Faults.On(WriteRecords).Always().RefuseRequestsWith(_ => true, "Wrong table.");

        WriteOutcome outcome = await Write(local, new SomeBatch().Rows(5_000));

        Assert.Multiple(() =>
        {
            Assert.That(outcome.Failure, Is.TypeOf<DestinationRefusedException>().With.Message.Contains("Wrong table."));
            Assert.That(outcome.Rejected, Has.Count.EqualTo(LoadFate.MaxIdenticalRefusals));
            Assert.That(outcome.Unsettled, Is.EqualTo(5_000 - LoadFate.MaxIdenticalRefusals));
            Assert.That(local.Server.Requests.Count(WriteRecords), Is.LessThan(50));
        });
    }

    [Test]
    public async Task Refusals_after_a_success_do_not_stop_the_load()
    {
        await using LocalSink local = await LocalSink.StartAsync(o => o.MaxConcurrency = 1);
        local.Server.Faults.On(WriteRecords).Always().RefuseRequestsWith(r => r.DoubleValue >= 100);

        WriteOutcome outcome = await Write(local, new SomeBatch().Rows(200));

        Assert.That((outcome.Written, outcome.Rejected.Count, outcome.Failure), Is.EqualTo((100, 100, (LoadException?)null)));
    }

    [Test]
    public void Refusals_in_ever_other_words_stop_the_load_too()
    {
        var fate = new LoadFate();
        int refusals = 0;

        while (fate.Failure is null)
        {
            fate.Refused($"reason {refusals++}", new TableName("energy", "generation", "eu-west-1"));
        }

        Assert.That(refusals, Is.EqualTo(LoadFate.MaxRefusals));
    }

    private static async Task<WriteOutcome> Write(LocalSink local, SomeBatch some)
    {
        await using IRecordWriter writer = await local.OpenAsync();
        using MeasurementBatch batch = some.Build();
        return await writer.WriteAsync(batch, CancellationToken.None);
    }
}
