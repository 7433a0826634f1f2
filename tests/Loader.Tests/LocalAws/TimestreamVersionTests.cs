using Loader.LocalAws.Timestream;

namespace Loader.Tests.LocalAws;

[TestFixture]
internal sealed class TimestreamVersionTests : TimestreamFixture
{
    private static readonly TimeSpan AnHourAndMore = TimeSpan.FromHours(-2);

    [Test]
    public async Task A_record_is_stored_with_its_identity_value_and_version()
    {
        var table = NewTable();

        var answer = await WriteAsync(table, Record("1.5", version: 7));

        var stored = table.Find([new Dimension("region", "SE")], "value", Now.ToUnixTimeMilliseconds() * 1_000_000);
        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(200));
            Assert.That(answer.Text, Is.EqualTo("""{"RecordsIngested":{"Total":1,"MemoryStore":1,"MagneticStore":0}}"""));
            Assert.That(stored?.DoubleValue, Is.EqualTo(1.5));
            Assert.That(stored?.Version, Is.EqualTo(7));
            Assert.That(stored?.Time, Is.EqualTo(Now));
        });
    }

    [Test]
    public async Task The_same_record_again_is_accepted_and_changes_nothing()
    {
        var table = NewTable();
        await WriteAsync(table, Record("1.5"));

        var answer = await WriteAsync(table, Record("1.50"));

        Assert.Multiple(() =>
        {
            Assert.That(answer.Ingested, Is.EqualTo(1));
            Assert.That(table.Records.Single().Version, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Another_value_of_the_same_version_is_rejected_with_the_existing_version()
    {
        var table = NewTable();
        await WriteAsync(table, Record("1.5", version: 3));

        var answer = await WriteAsync(table, Record("2.5", version: 3));

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(419));
            Assert.That(answer.Error, Is.EqualTo("RejectedRecordsException"));
            Assert.That(answer.Headers["x-amzn-ErrorType"], Is.EqualTo("RejectedRecordsException"));
            Assert.That(answer.Headers, Contains.Key("x-amzn-RequestId"));
            Assert.That(answer.Root.TryGetProperty("RecordsIngested", out _), Is.False);
            Assert.That(answer.Rejection(0).GetProperty("RecordIndex").GetInt32(), Is.Zero);
            Assert.That(answer.Rejection(0).GetProperty("ExistingVersion").GetInt64(), Is.EqualTo(3));
            Assert.That(table.Records.Single().Value, Is.EqualTo("1.5"));
        });
    }

    [Test]
    public async Task A_higher_version_replaces_the_value()
    {
        var table = NewTable();
        await WriteAsync(table, Record("1.5", version: 3));

        await WriteAsync(table, Record("2.5", version: 4));

        Assert.That(table.Records.Single(), Has.Property("Value").EqualTo("2.5").And.Property("Version").EqualTo(4));
    }

    [Test]
    public async Task A_higher_version_of_the_same_value_raises_the_version()
    {
        var table = NewTable();
        await WriteAsync(table, Record("1.5", version: 3));

        await WriteAsync(table, Record("1.5", version: 9));

        Assert.That(table.Records.Single().Version, Is.EqualTo(9));
    }

    [Test]
    public async Task A_lower_version_is_rejected_even_with_the_same_value([Values("1.5", "2.5")] string value)
    {
        var table = NewTable();
        await WriteAsync(table, Record("1.5", version: 200));

        var answer = await WriteAsync(table, Record(value, version: 2));

        Assert.Multiple(() =>
        {
            Assert.That(answer.Rejection(0).GetProperty("ExistingVersion").GetInt64(), Is.EqualTo(200));
            Assert.That(answer.Rejection(0).GetProperty("Reason").GetString(), Does.StartWith("The record version 2 is lower than the existing version 200."));
        });
    }

    [Test]
    public async Task Of_two_different_values_in_one_request_the_second_is_rejected_and_the_rest_is_stored()
    {
        var table = NewTable();

        var answer = await WriteAsync(table, $"{Record("1")},{Record("2")},{Record("3", region: "NO")}");

        Assert.Multiple(() =>
        {
            Assert.That(answer.RejectedIndexes, Is.EqualTo(new[] { 1 }));
            Assert.That(table.Records.Select(record => record.Value), Is.EquivalentTo(new[] { "1", "3" }));
            Assert.That(Server.Requests.Failures, Is.Empty);
        });
    }

    [Test]
    public async Task Of_two_versions_in_one_request_the_higher_one_stays_whatever_their_order()
    {
        var (rising, falling) = (NewTable(), NewTable());

        var risingAnswer = await WriteAsync(rising, $"{Record("1", version: 1)},{Record("2", version: 2)}");
        var fallingAnswer = await WriteAsync(falling, $"{Record("2", version: 2)},{Record("1", version: 1)}");

        Assert.Multiple(() =>
        {
            Assert.That(risingAnswer.Ingested, Is.EqualTo(2));
            Assert.That(fallingAnswer.RejectedIndexes, Is.EqualTo(new[] { 1 }));
            Assert.That(rising.Records.Single().Value, Is.EqualTo("2"));
            Assert.That(falling.Records.Single().Value, Is.EqualTo("2"));
        });
    }

    [Test]
    public async Task The_order_of_dimensions_does_not_make_another_identity()
    {
        var table = NewTable();
        var time = Now.ToUnixTimeSeconds();

        await WriteAsync(table, $$"""
            {"Dimensions":[{"Name":"a","Value":"1"},{"Name":"b","Value":"2"}],"MeasureName":"m","MeasureValue":"1","Time":"{{time}}","TimeUnit":"SECONDS"},
            {"Dimensions":[{"Name":"b","Value":"2"},{"Name":"a","Value":"1"}],"MeasureName":"m","MeasureValue":"1","Time":"{{time}}000000","TimeUnit":"MICROSECONDS"},
            {"Dimensions":[{"Name":"b","Value":"1"},{"Name":"a","Value":"2"}],"MeasureName":"m","MeasureValue":"1","Time":"{{time}}000000000","TimeUnit":"NANOSECONDS"}
            """);

        Assert.That(table.Count, Is.EqualTo(2));
    }

    [Test]
    public async Task In_the_magnetic_store_a_version_conflict_is_not_in_the_answer_but_reported_later()
    {
        var table = NewTable(magnetic: true);
        await WriteAsync(table, Record("1.5", version: 5, offset: AnHourAndMore));

        var answer = await WriteAsync(table, Record("2.5", version: 4, offset: AnHourAndMore));

        Assert.Multiple(() =>
        {
            Assert.That(answer.Text, Is.EqualTo("""{"RecordsIngested":{"Total":1,"MemoryStore":0,"MagneticStore":1}}"""));
            Assert.That(table.Records.Single().Value, Is.EqualTo("1.5"));
            Assert.That(table.AsynchronousRejections.Single().ExistingVersion, Is.EqualTo(5));
            Assert.That(table.AsynchronousRejections.Single().Record.Value, Is.EqualTo("2.5"));
        });
    }

    [Test]
    public async Task In_the_magnetic_store_the_same_record_again_is_no_conflict()
    {
        var table = NewTable(magnetic: true);
        await WriteAsync(table, Record("1.5", version: 5, offset: AnHourAndMore));

        await WriteAsync(table, Record("1.5", version: 5, offset: AnHourAndMore));

        Assert.That(table.AsynchronousRejections, Is.Empty);
    }
}
