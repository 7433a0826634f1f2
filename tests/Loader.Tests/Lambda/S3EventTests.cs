using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Lambda.Events;

namespace Loader.Tests.Lambda;

public sealed class S3EventTests
{
    [Test]
    public void Every_record_of_a_notification_names_an_object()
    {
        string text = SomeEvents.S3(SomeEvents.S3Record("a.parquet"), SomeEvents.S3Record("b.parquet", bucket: "other"));

        IReadOnlyList<LoadRequest> objects = S3Event.Read(Json.Of(text));

        Assert.That(objects.Select(item => item.File), Is.EqualTo(new[] { SourceFile.InS3("data", "a.parquet"), SourceFile.InS3("other", "b.parquet") }));
        Assert.That(objects.Select(item => item.IsListed), Is.All.True);
    }

    [TestCase("dataset%3Dgeneration/a+b.parquet", "dataset=generation/a b.parquet")]
    [TestCase("a%2Bb.parquet", "a+b.parquet")]
    [TestCase("a%2520b.parquet", "a%20b.parquet")]
    [TestCase("S%C3%A3o%20Paulo.parquet", "São Paulo.parquet")]
    [TestCase("100%.parquet", "100%.parquet")]
    public void A_key_of_a_notification_is_form_decoded_once(string encoded, string key)
    {
        IReadOnlyList<LoadRequest> objects = S3Event.Read(Json.Of(SomeEvents.S3(SomeEvents.S3Record(encoded))));

        Assert.That(objects.Single().File.Key, Is.EqualTo(key));
    }

    [TestCase("dataset=generation/a+b.parquet")]
    [TestCase("a%20b.parquet")]
    public void A_key_of_EventBridge_is_taken_as_it_is(string key)
    {
        IReadOnlyList<LoadRequest> objects = S3Event.Read(Json.Of(SomeEvents.EventBridge(key, versionId: "v1")));

        Assert.That(objects.Single().File, Is.EqualTo(SourceFile.InS3("data", key, "v1")));
    }

    [Test]
    public void The_version_id_of_a_notification_is_passed_on()
    {
        IReadOnlyList<LoadRequest> objects = S3Event.Read(Json.Of(SomeEvents.S3(SomeEvents.S3Record("a.parquet", versionId: "v1"))));

        Assert.That(objects.Single().File.VersionId, Is.EqualTo("v1"));
    }

    [TestCase("ObjectRemoved:Delete")]
    [TestCase("ObjectRestore:Completed")]
    [TestCase("LifecycleExpiration:Delete")]
    public void Events_other_than_created_are_ignored(string eventName)
    {
        string text = SomeEvents.S3(SomeEvents.S3Record("a.parquet", eventName: eventName), SomeEvents.S3Record("b.parquet", eventName: "ObjectCreated:Copy"));

        Assert.That(S3Event.Read(Json.Of(text)).Select(item => item.File.Key), Is.EqualTo(new[] { "b.parquet" }));
    }

    [Test]
    public void EventBridge_events_other_than_created_are_ignored()
    {
        Assert.That(S3Event.Read(Json.Of(SomeEvents.EventBridge("a.parquet", detailType: "Object Deleted"))), Is.Empty);
    }

    [Test]
    public void A_test_event_names_nothing()
    {
        Assert.That(S3Event.Read(Json.Of(SomeEvents.Test)), Is.Empty);
    }

    [Test]
    public void The_least_that_a_record_needs_is_bucket_and_key()
    {
        string text = """{"Records":[{"s3":{"bucket":{"name":"data"},"object":{"key":"a.parquet"}}}]}""";

        Assert.That(S3Event.Read(Json.Of(text)).Single().File, Is.EqualTo(SourceFile.InS3("data", "a.parquet")));
    }

    [TestCase("abc", "abc")]
    [TestCase("\"abc\"", "abc")]
    [TestCase("d41d8cd9-12", "d41d8cd9-12")]
    [TestCase("\"\"", null)]
    public void The_ETag_of_an_event_is_passed_on_without_quotes(string stated, string? eTag)
    {
        LoadRequest notified = S3Event.Read(Json.Of(SomeEvents.S3(SomeEvents.S3Record("a.parquet", eTag: stated)))).Single();
        LoadRequest bridged = S3Event.Read(Json.Of(SomeEvents.EventBridge("a.parquet", eTag: stated))).Single();

        Assert.That(notified.EventETag, Is.EqualTo(eTag));
        Assert.That(bridged.EventETag, Is.EqualTo(eTag));
    }

    [Test]
    public void The_version_null_of_an_object_without_versions_is_none()
    {
        LoadRequest notified = S3Event.Read(Json.Of(SomeEvents.S3(SomeEvents.S3Record("a.parquet", versionId: "null")))).Single();
        LoadRequest bridged = S3Event.Read(Json.Of(SomeEvents.EventBridge("a.parquet", versionId: "null"))).Single();

        Assert.That(notified.File.VersionId, Is.Null);
        Assert.That(bridged.File.VersionId, Is.Null);
    }

    [TestCase("PutObject")]
    [TestCase("CompleteMultipartUpload")]
    [TestCase("CopyObject")]
    public void A_call_that_CloudTrail_reports_names_its_object(string call)
    {
        LoadRequest request = S3Event.Read(Json.Of(SomeEvents.CloudTrail("dataset=generation/a+b%20c.parquet", call))).Single();

        Assert.That(request, Is.EqualTo(new LoadRequest(SourceFile.InS3("data", "dataset=generation/a+b%20c.parquet")) { IsListed = true }));
    }

    [Test]
    public void The_version_that_a_call_created_is_read()
    {
        string text = SomeEvents.CloudTrail("a.parquet", versionId: "v1");

        Assert.That(S3Event.Read(Json.Of(text)).Single().File.VersionId, Is.EqualTo("v1"));
    }

    [Test]
    public void A_call_that_failed_created_nothing()
    {
        Assert.That(S3Event.Read(Json.Of(SomeEvents.CloudTrail("a.parquet", errorCode: "AccessDenied"))), Is.Empty);
    }

    [TestCase("GetObject")]
    [TestCase("UploadPart")]
    [TestCase("putobject")]
    [TestCase("")]
    public void Another_call_is_refused(string call)
    {
        Assert.That(
            () => S3Event.Read(Json.Of(SomeEvents.CloudTrail("a.parquet", call))),
            Throws.TypeOf<InvalidEventException>().With.Message.Contains("'detail.eventName'").And.Message.Contains("requestParameters: {bucketName: string, key: string}"));
    }

    [Test]
    public void A_topic_that_calls_the_function_itself_is_unwrapped()
    {
        string notification = SomeEvents.S3(SomeEvents.S3Record("a%3Db.parquet"), SomeEvents.S3Record("c.parquet"));
        string text = SomeEvents.SnsToFunction(notification, SomeEvents.EventBridge("d=e.parquet"), SomeEvents.CloudTrail("f.parquet"), SomeEvents.Test);

        Assert.That(S3Event.Read(Json.Of(text)).Select(item => item.File.Key), Is.EqualTo(new[] { "a=b.parquet", "c.parquet", "d=e.parquet", "f.parquet" }));
    }

    [TestCase("secret")]
    [TestCase("{}")]
    [TestCase("""{"Records":[{"s3":{}}]}""")]
    public void A_message_of_a_topic_that_is_not_understood_is_refused(string message)
    {
        Assert.That(
            () => S3Event.Read(Json.Of(SomeEvents.SnsToFunction(message))), Throws.TypeOf<InvalidEventException>().With.Message.Not.Contains("secret"));
    }

    [TestCase("ObjectCreate:Put")]
    [TestCase("objectcreated:put")]
    [TestCase("MyObjectCreated:Put")]
    [TestCase("Put")]
    [TestCase("")]
    public void A_notification_of_an_unknown_kind_is_refused(string eventName)
    {
        Assert.That(
            () => S3Event.Read(Json.Of(SomeEvents.S3(SomeEvents.S3Record("a.parquet", eventName: eventName)))),
            Throws.TypeOf<InvalidEventException>().With.Message.Contains("'eventName'").And.Message.Contains("eventName: string"));
    }

    [TestCase("s3:ObjectCreated:Put")]
    [TestCase("ObjectCreated:Post")]
    public void A_created_object_has_two_spellings(string eventName)
    {
        Assert.That(S3Event.Read(Json.Of(SomeEvents.S3(SomeEvents.S3Record("a.parquet", eventName: eventName)))), Has.Count.EqualTo(1));
    }

    [TestCase("object created")]
    [TestCase("Object Changed")]
    [TestCase("")]
    public void An_event_of_EventBridge_of_an_unknown_kind_is_refused(string detailType)
    {
        Assert.That(
            () => S3Event.Read(Json.Of(SomeEvents.EventBridge("a.parquet", detailType: detailType))),
            Throws.TypeOf<InvalidEventException>().With.Message.Contains("'detail-type'"));
    }

    [TestCase("Data")]
    [TestCase("my_bucket")]
    [TestCase("a")]
    [TestCase("ab/cd")]
    [TestCase("data?versionId=x")]
    [TestCase("-data")]
    [TestCase("data.")]
    [TestCase("da..ta")]
    [TestCase("192.168.5.4")]
    [TestCase("données")]
    [TestCase("a234567890123456789012345678901234567890123456789012345678901234")]
    public void A_bucket_that_S3_cannot_have_is_refused(string bucket)
    {
        string[] events =
        [
            SomeEvents.S3(SomeEvents.S3Record("a.parquet", bucket: bucket)), SomeEvents.EventBridge("a.parquet", bucket: bucket), SomeEvents.CloudTrail("a.parquet", bucket: bucket),
        ];

        foreach (string text in events)
        {
            Assert.That(() => S3Event.Read(Json.Of(text)), Throws.TypeOf<InvalidEventException>().With.Message.Contains("names a bucket that S3 cannot have"), text);
        }
    }

    [TestCase("abc")]
    [TestCase("my.data-lake.2024")]
    [TestCase("1.2.3")]
    [TestCase("a23456789012345678901234567890123456789012345678901234567890123")]
    public void A_bucket_that_S3_can_have_is_taken(string bucket)
    {
        Assert.That(S3Event.Read(Json.Of(SomeEvents.EventBridge("a.parquet", bucket: bucket))).Single().File.Bucket, Is.EqualTo(bucket));
    }

    [TestCase("{}", "{}")]
    [TestCase("[]", "array")]
    [TestCase("null", "null")]
    [TestCase("\"secret\"", "string")]
    [TestCase("""{"Records":[]}""", "{Records: array}")]
    [TestCase("""{"Records":[{"s3":{"bucket":{"name":"secret"}}}]}""", "{Records: [1 × {s3: {bucket: {name: string}}}]}")]
    [TestCase("""{"Records":[{"s3":{"bucket":{"name":"secret"},"object":{"key":""}}}]}""", "{Records: [1 × {s3: {bucket: {name: string}, object: {key: string}}}]}")]
    [TestCase("""{"Records":[{"eventVersion":"3.0","s3":{"bucket":{"name":"b"},"object":{"key":"k"}}}]}""", "eventVersion: string")]
    [TestCase("""{"source":"aws.s3","detail":{"bucket":"secret"},"detail-type":"Object Created"}""", "detail: {bucket: string}")]
    [TestCase("""{"bucket":"secret","key":"secret"}""", "{bucket: string, key: string}")]
    public void Anything_else_is_refused_with_its_shape_and_without_its_data(string text, string shape)
    {
        InvalidEventException exception = Assert.Throws<InvalidEventException>(() => S3Event.Read(Json.Of(text)))!;

        Assert.That(exception.Message, Does.Contain(shape).And.Contains("Expected ").And.Not.Contains("secret"));
    }
}
