using System.Text;
using Loader.Infrastructure.Timestream.Sending;
using Loader.Infrastructure.Timestream.Tables;

namespace Loader.Tests.Timestream;

/// <summary>How responses are interpreted, including responses that the service should never send.</summary>
public sealed class ResponseTests
{
    [Test]
    public void Rejected_records_are_read_with_reason_and_existing_version()
    {
        var records = WriteRecordsResponse.ParseRejectedRecords(Utf8("""
            {"RejectedRecords":[{"RecordIndex":2,"Reason":"old","ExistingVersion":200},{"RecordIndex":0,"Reason":"bad","ExistingVersion":null},{"RecordIndex":1}]}
            """), 3);

        Assert.That(records, Is.EqualTo(new[]
        {
            new RejectedRecord(2, "old", 200), new RejectedRecord(0, "bad", null), new RejectedRecord(1, "the service gave no reason", null),
        }));
    }

    [Test]
    public void A_record_that_is_listed_twice_is_rejected_once()
    {
        var records = WriteRecordsResponse.ParseRejectedRecords(Utf8("""{"RejectedRecords":[{"RecordIndex":1,"Reason":"a"},{"RecordIndex":1,"Reason":"b"}]}"""), 3);

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
    public void A_response_that_does_not_identify_the_rejected_records_is_invalid(string body)
    {
        Assert.That(WriteRecordsResponse.ParseRejectedRecords(Utf8(body), 3), Is.Null);
    }

    [TestCase("""{"RecordsIngested":{"Total":100,"MemoryStore":60,"MagneticStore":40}}""", true)]
    [TestCase("""{"Other":[1,{"Total":5}],"RecordsIngested":{"MemoryStore":0,"Total":100,"More":{"Total":7}}}""", true)]
    [TestCase("""{"RecordsIngested":{}}""", false)]
    [TestCase("{}", false)]
    [TestCase("""{"RecordsIngested":{"Total":101}}""", false)]
    [TestCase("""{"Other":{"Total":100}}""", false)]
    [TestCase("""{"RecordsIngested":{"Total":100}} x""", false)]
    [TestCase("""{"RecordsIngested":{"Total":99,"MemoryStore":99,"MagneticStore":0}}""", false)]
    [TestCase("""{"RecordsIngested":{"Total":1""", false)]
    [TestCase("<html></html>", false)]
    [TestCase("", false)]
    [TestCase("null", false)]
    public void A_success_counts_only_if_it_is_complete_and_its_total_is_the_number_of_records(string body, bool confirms)
    {
        Assert.That(WriteRecordsResponse.ConfirmsAll(Encoding.UTF8.GetBytes(body), 100), Is.EqualTo(confirms));
    }

    [TestCase("""{"Table":{"RetentionProperties":{"MemoryStoreRetentionPeriodInHours":6,"MagneticStoreRetentionPeriodInDays":10},"MagneticStoreWriteProperties":{"EnableMagneticStoreWrites":true}}}""", 240, true)]
    [TestCase("""{"Table":{"RetentionProperties":{"MemoryStoreRetentionPeriodInHours":6,"MagneticStoreRetentionPeriodInDays":10},"MagneticStoreWriteProperties":{"EnableMagneticStoreWrites":true,"MagneticStoreRejectedDataLocation":{"S3Configuration":{"BucketName":"b"}}}}}""", 240, false)]
    [TestCase("""{"Table":{"RetentionProperties":{"MemoryStoreRetentionPeriodInHours":6,"MagneticStoreRetentionPeriodInDays":10},"MagneticStoreWriteProperties":{"EnableMagneticStoreWrites":false}}}""", 6, false)]
    [TestCase("""{"Table":{"RetentionProperties":{"MemoryStoreRetentionPeriodInHours":6,"MagneticStoreRetentionPeriodInDays":10},"MagneticStoreWriteProperties":{}}}""", 240, false)]
    [TestCase("""{"Table":{"RetentionProperties":{"MemoryStoreRetentionPeriodInHours":6,"MagneticStoreRetentionPeriodInDays":10}}}""", 240, false)]
    [TestCase("""{"Table":{}}""", null, false)]
    [TestCase("""{"Table":{"RetentionProperties":{"MagneticStoreRetentionPeriodInDays":999999}}}""", null, false)]
    public void The_retention_depends_on_whether_magnetic_store_writes_are_enabled(string body, int? hours, bool lacksLocation)
    {
        TableDescription? description = TableDescription.Parse(Utf8(body));

        Assert.That(
            description,
            Is.EqualTo(new TableDescription(Identity: null, hours is { } known ? TimeSpan.FromHours(known) : null, lacksLocation)));
    }

    [TestCase("""{"Database":{}}""")]
    [TestCase("""{"Table":null}""")]
    [TestCase("""{"Table":"generation"}""")]
    [TestCase("[]")]
    [TestCase("")]
    public void A_response_that_is_not_a_table_description_is_null(string body)
    {
        Assert.That(TableDescription.Parse(Utf8(body)), Is.Null);
    }

    private static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
