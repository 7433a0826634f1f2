using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Requests;

namespace Loader.Tests.Timestream;

public sealed class PoisonTests
{
    private const string WriteRecords = "timestream:WriteRecords";

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(10)]
    public async Task Rejected_requests_are_halved_until_the_bad_rows_are_found_and_all_others_are_written(int bad)
    {
        await using LocalSink local = await LocalSink.StartAsync();
        var badRows = new Random(bad).GetItems(Enumerable.Range(0, 100).ToArray(), bad).ToHashSet();
        local.Server.Faults.On(WriteRecords).Always().RefuseRequestsWith(r => badRows.Contains((int)r.DoubleValue), "Cannot be stored.");

        WriteOutcome outcome = await Write(local, new SomeBatch().Rows(100));

        Assert.Multiple(() =>
        {
            Assert.That(outcome.Rejected.Select(r => r.Row), Is.EqualTo(badRows.Order()));
            Assert.That(outcome.Rejected, Has.All.Matches<RejectedRow>(r => r.Reason == RejectionReason.Refused && r.Detail == "Cannot be stored."));
            Assert.That((outcome.Written, outcome.Unsettled, local.Table.Count), Is.EqualTo((100 - badRows.Count, 0, 100 - badRows.Count)));

            // At most seven halvings isolate a bad row, and each halving sends two requests.
            Assert.That(local.Server.Requests.Count(WriteRecords), Is.LessThanOrEqualTo(1 + (2 * 7 * badRows.Count)));
        });
    }

    [Test]
    public async Task A_bad_row_affects_only_its_own_request()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        local.Server.Faults.On(WriteRecords).Always().RefuseRequestsWith(r => r.DoubleValue is 777);

        WriteOutcome outcome = await Write(local, new SomeBatch().Rows(2_000));

        Assert.That((outcome.Rejected.Single().Row, outcome.Written, local.Server.Requests.Count(WriteRecords) <= 20 + 14), Is.EqualTo((777, 1_999, true)));
    }

    [Test]
    public async Task A_load_whose_rows_are_all_rejected_with_the_same_message_is_aborted()
    {
        await using LocalSink local = await LocalSink.StartAsync(o => o.MaxConcurrency = 1);
        local.Server.Faults.On(WriteRecords).Always().RefuseRequestsWith(_ => true, "Wrong table.");

        WriteOutcome outcome = await Write(local, new SomeBatch().Rows(5_000));

        Assert.Multiple(() =>
        {
            Assert.That(outcome.Failure, Is.TypeOf<DestinationRefusedException>().With.Message.Contains("Wrong table."));
            Assert.That(outcome.Rejected, Has.Count.EqualTo(LoadAbortState.MaxIdenticalRejections));
            Assert.That(outcome.Unsettled, Is.EqualTo(5_000 - LoadAbortState.MaxIdenticalRejections));
            Assert.That(local.Server.Requests.Count(WriteRecords), Is.LessThan(50));
        });
    }

    [Test]
    public async Task Rejections_after_a_success_do_not_abort_the_load()
    {
        await using LocalSink local = await LocalSink.StartAsync(o => o.MaxConcurrency = 1);
        local.Server.Faults.On(WriteRecords).Always().RefuseRequestsWith(r => r.DoubleValue >= 100);

        WriteOutcome outcome = await Write(local, new SomeBatch().Rows(200));

        Assert.That((outcome.Written, outcome.Rejected.Count, outcome.Failure), Is.EqualTo((100, 100, (LoadException?)null)));
    }

    [Test]
    public void Rejections_with_different_messages_abort_the_load_too()
    {
        var abortState = new LoadAbortState(1, "Timestream table", (_, _) => throw new NotSupportedException());
        int rejections = 0;

        while (abortState.Failure is null)
        {
            abortState.RowRejected($"message {rejections++}");
        }

        Assert.That(rejections, Is.EqualTo(LoadAbortState.MaxRejections));
    }

    private static async Task<WriteOutcome> Write(LocalSink local, SomeBatch some)
    {
        await using IRecordWriter writer = await local.OpenAsync();
        using MeasurementBatch batch = some.Build();
        return await writer.WriteAsync(batch, CancellationToken.None);
    }
}
