using System.Text;
using Loader.Infrastructure.Timestream;

namespace Loader.Tests.Timestream;

/// <summary>What the service's answers are taken to mean, also those that it should never give.</summary>
public sealed class AnswerTests
{
    [Test]
    public void Rejected_records_are_read_with_reason_and_existing_version()
    {
        var records = RejectedRecord.ReadAll(Utf8("""
            {"RejectedRecords":[{"RecordIndex":2,"Reason":"old","ExistingVersion":200},{"RecordIndex":0,"Reason":"bad","ExistingVersion":null},{"RecordIndex":1}]}
            """), 3);

        Assert.That(records, Is.EqualTo(new[]
        {
            new RejectedRecord(2, "old", 200), new RejectedRecord(0, "bad", null), new RejectedRecord(1, "the service gave no reason", null),
        }));
    }

    [Test]
    public void A_record_that_is_named_twice_is_rejected_once()
    {
        var records = RejectedRecord.ReadAll(Utf8("""{"RejectedRecords":[{"RecordIndex":1,"Reason":"a"},{"RecordIndex":1,"Reason":"b"}]}"""), 3);

        Assert.That(records, Is.EqualTo(new[] { new RejectedRecord(1, "a", null) }));
    }

    [TestCase("""{"RejectedRecords":[{"Reason":"no index"}]}""")]
    [TestCase("""{"RejectedRecords":[{"RecordIndex":3,"Reason":"beyond"}]}""")]
    [TestCase("""{"RejectedRecords":[{"RecordIndex":-1,"Reason":"before"}]}""")]
    [TestCase("""{"RejectedRecords":[{"RecordIndex":"0","Reason":"text"}]}""")]
    [TestCase("""{"RejectedRecords":[{"RecordIndex":0.5,"Reason":"half"}]}""")]
    [TestCase("""{"RejectedRecords":[{"RecordIndex":0,"ExistingVersion":99999999999999999999}]}""")]
    [TestCase("""{"RejectedRecords":[]}""")]
    [TestCase("""{"RejectedRecords":null}""")]
    [TestCase("""{"message":"none"}""")]
    [TestCase("""[]""")]
    [TestCase("""{"RejectedRecords":[{"RecordIndex":0""")]
    [TestCase("<html>")]
    public void An_answer_that_does_not_say_clearly_which_records_is_not_used(string body)
    {
        Assert.That(RejectedRecord.ReadAll(Utf8(body), 3), Is.Null);
    }

    [TestCase("""{"RecordsIngested":{"Total":100,"MemoryStore":60,"MagneticStore":40}}""", true)]
    [TestCase("""{"RecordsIngested":{}}""", true)]
    [TestCase("{}", true)]
    [TestCase("""{"RecordsIngested":{"Total":99,"MemoryStore":99,"MagneticStore":0}}""", false)]
    [TestCase("""{"RecordsIngested":{"Total":1""", false)]
    [TestCase("<html></html>", false)]
    [TestCase("", false)]
    [TestCase("null", false)]
    public void A_success_is_one_only_if_it_is_whole_and_names_no_fewer_records(string body, bool confirms)
    {
        Assert.That(IngestedRecords.Confirms(Encoding.UTF8.GetBytes(body), 100), Is.EqualTo(confirms));
    }

    [TestCase("""{"Table":{"RetentionProperties":{"MemoryStoreRetentionPeriodInHours":6,"MagneticStoreRetentionPeriodInDays":10},"MagneticStoreWriteProperties":{"EnableMagneticStoreWrites":true}}}""", 240, true)]
    [TestCase("""{"Table":{"RetentionProperties":{"MemoryStoreRetentionPeriodInHours":6,"MagneticStoreRetentionPeriodInDays":10},"MagneticStoreWriteProperties":{"EnableMagneticStoreWrites":true,"MagneticStoreRejectedDataLocation":{"S3Configuration":{"BucketName":"b"}}}}}""", 240, false)]
    [TestCase("""{"Table":{"RetentionProperties":{"MemoryStoreRetentionPeriodInHours":6,"MagneticStoreRetentionPeriodInDays":10},"MagneticStoreWriteProperties":{"EnableMagneticStoreWrites":false}}}""", 6, false)]
    [TestCase("""{"Table":{"RetentionProperties":{"MemoryStoreRetentionPeriodInHours":6,"MagneticStoreRetentionPeriodInDays":10},"MagneticStoreWriteProperties":{}}}""", 240, false)]
    [TestCase("""{"Table":{"RetentionProperties":{"MemoryStoreRetentionPeriodInHours":6,"MagneticStoreRetentionPeriodInDays":10}}}""", 240, false)]
    [TestCase("""{"Table":{}}""", null, false)]
    [TestCase("""{"Table":{"RetentionProperties":{"MagneticStoreRetentionPeriodInDays":999999}}}""", null, false)]
    public void A_tables_retention_follows_from_where_old_rows_may_go(string body, int? hours, bool lacksLocation)
    {
        TableDescription? description = TableDescription.Read(Utf8(body));

        Assert.That(
            description,
            Is.EqualTo(new TableDescription(hours is { } known ? TimeSpan.FromHours(known) : null, lacksLocation)));
    }

    [TestCase("""{"Database":{}}""")]
    [TestCase("[]")]
    [TestCase("")]
    public void What_is_no_description_is_told_apart(string body)
    {
        Assert.That(TableDescription.Read(Utf8(body)), Is.Null);
    }

    private static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
