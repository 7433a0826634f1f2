using Loader.Application.Results;
using Loader.Domain;
using Loader.Lambda.Events;

namespace Loader.Tests.Lambda;

public sealed class S3EventTests
{
    [Test]
    public void Every_record_of_a_notification_names_an_object()
    {
        string text = SomeEvents.S3(SomeEvents.S3Record("a.parquet", size: 7), SomeEvents.S3Record("b.parquet", bucket: "other"));

        IReadOnlyList<ObjectToLoad> objects = S3Event.Read(Json.Of(text));

        Assert.That(objects.Select(item => item.Request.File), Is.EqualTo(new[] { SourceFile.InS3("data", "a.parquet"), SourceFile.InS3("other", "b.parquet") }));
        Assert.That(objects[0].Size, Is.EqualTo(7));
    }

    [TestCase("dataset%3Dgeneration/a+b.parquet", "dataset=generation/a b.parquet")]
    [TestCase("a%2Bb.parquet", "a+b.parquet")]
    [TestCase("a%2520b.parquet", "a%20b.parquet")]
    [TestCase("S%C3%A3o%20Paulo.parquet", "São Paulo.parquet")]
    [TestCase("100%.parquet", "100%.parquet")]
    public void A_key_of_a_notification_is_form_decoded_once(string encoded, string key)
    {
        IReadOnlyList<ObjectToLoad> objects = S3Event.Read(Json.Of(SomeEvents.S3(SomeEvents.S3Record(encoded))));

        Assert.That(objects.Single().Request.File.Key, Is.EqualTo(key));
    }

    [TestCase("dataset=generation/a+b.parquet")]
    [TestCase("a%20b.parquet")]
    public void A_key_of_EventBridge_is_taken_as_it_is(string key)
    {
        IReadOnlyList<ObjectToLoad> objects = S3Event.Read(Json.Of(SomeEvents.EventBridge(key, versionId: "v1")));

        Assert.That(objects.Single().Request.File, Is.EqualTo(SourceFile.InS3("data", key, "v1")));
    }

    [Test]
    public void The_version_id_of_a_notification_is_passed_on()
    {
        IReadOnlyList<ObjectToLoad> objects = S3Event.Read(Json.Of(SomeEvents.S3(SomeEvents.S3Record("a.parquet", versionId: "v1"))));

        Assert.That(objects.Single().Request.File.VersionId, Is.EqualTo("v1"));
    }

    [TestCase("ObjectRemoved:Delete")]
    [TestCase("ObjectRestore:Completed")]
    [TestCase("LifecycleExpiration:Delete")]
    public void Events_other_than_created_are_ignored(string eventName)
    {
        string text = SomeEvents.S3(SomeEvents.S3Record("a.parquet", eventName: eventName), SomeEvents.S3Record("b.parquet", eventName: "ObjectCreated:Copy"));

        Assert.That(S3Event.Read(Json.Of(text)).Select(item => item.Request.File.Key), Is.EqualTo(new[] { "b.parquet" }));
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

        Assert.That(S3Event.Read(Json.Of(text)).Single().Request.File, Is.EqualTo(SourceFile.InS3("data", "a.parquet")));
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
