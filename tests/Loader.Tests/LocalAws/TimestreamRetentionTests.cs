using Loader.LocalAws;
using Loader.LocalAws.Timestream;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.LocalAws;

[TestFixture]
internal sealed class TimestreamRetentionTests : TimestreamFixture
{
    [TestCase(-60, 200, "MemoryStore")]
    [TestCase(15, 200, "MemoryStore")]
    [TestCase(-61, 419, null)]
    [TestCase(16, 419, null)]
    public async Task Without_magnetic_writes_only_the_memory_window_is_open(int minutes, int status, string? store)
    {
        var answer = await WriteAsync(NewTable(), Record(offset: TimeSpan.FromMinutes(minutes)));

        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(store is null || answer.Root.GetProperty("RecordsIngested").GetProperty(store).GetInt32() == 1);
    }

    [TestCase(-61, 200)]
    [TestCase(-30 * 24 * 60, 200)]
    [TestCase((-30 * 24 * 60) - 1, 419)]
    public async Task With_magnetic_writes_older_records_go_to_the_magnetic_store(int minutes, int status)
    {
        var table = NewTable(magnetic: true);

        var answer = await WriteAsync(table, Record(offset: TimeSpan.FromMinutes(minutes)));

        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(table.Records.Select(record => record.Store), Is.All.EqualTo(StoreKind.Magnetic));
    }

    [Test]
    public async Task A_time_out_of_the_window_is_rejected_alone_and_without_a_version()
    {
        var table = NewTable();

        var answer = await WriteAsync(table, $"{Record(offset: TimeSpan.FromDays(-1))},{Record()}");

        Assert.Multiple(() =>
        {
            Assert.That(answer.RejectedIndexes, Is.EqualTo(new[] { 0 }));
            Assert.That(answer.Rejection(0).TryGetProperty("ExistingVersion", out _), Is.False);
            Assert.That(answer.Rejection(0).GetProperty("Reason").GetString(), Does.Contain("outside the time range"));
            Assert.That(table.Count, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_time_that_64_bits_of_nanoseconds_cannot_hold_is_rejected()
    {
        var answer = await WriteAsync(NewTable(), """{"Dimensions":[{"Name":"a","Value":"b"}],"MeasureName":"m","MeasureValue":"1","Time":"99999999999999999999"}""");

        Assert.That(answer.RejectedIndexes, Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public async Task A_wider_retention_lets_older_records_in_only_after_it_has_passed()
    {
        var time = new FakeTimeProvider(Now);
        await using var server = await LocalAwsServer.StartAsync(new() { TimeProvider = time });
        var table = server.Timestream.CreateTable("energy", "widened", new TableSettings { MemoryStoreHours = 1 });
        table.Update(table.Settings with { MemoryStoreHours = 4 });
        Task<AwsJsonAnswer> WriteTwoHoursOldAsync() => server.TimestreamAsync(
            "WriteRecords",
            $$"""{"DatabaseName":"energy","TableName":"widened","Records":[{{Record(offset: time.GetUtcNow() - Now - TimeSpan.FromHours(2))}}]}""");

        var atOnce = await WriteTwoHoursOldAsync();
        time.Advance(TimeSpan.FromHours(1));
        var later = await WriteTwoHoursOldAsync();

        Assert.Multiple(() =>
        {
            Assert.That(atOnce.Status, Is.EqualTo(419));
            Assert.That(later.Status, Is.EqualTo(200));
        });
    }
}
