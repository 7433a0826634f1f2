using Loader.Application.Results;
using Loader.Lambda.Events;

namespace Loader.Tests.Lambda;

public sealed class SqsMessageTests
{
    [Test]
    public void A_body_may_hold_any_event_of_S3_also_in_the_envelope_of_a_topic()
    {
        string notification = SomeEvents.S3(SomeEvents.S3Record("a%3Db.parquet"), SomeEvents.S3Record("c.parquet"));
        string text = SomeEvents.Sqs(("1", notification), ("2", SomeEvents.EventBridge("d=e.parquet")), ("3", SomeEvents.Sns(notification)), ("4", SomeEvents.Test));

        IReadOnlyList<SqsMessage> messages = SqsMessage.ReadBatch(Json.Of(text));

        Assert.That(messages.Select(message => message.Id), Is.EqualTo(new[] { "1", "2", "3", "4" }));
        Assert.That(messages.Select(message => message.Failure), Is.All.Null);
        Assert.That(messages.Select(message => string.Join('|', message.Objects.Select(item => item.File.Key))),
            Is.EqualTo(new[] { "a=b.parquet|c.parquet", "d=e.parquet", "a=b.parquet|c.parquet", "" }));
    }

    [TestCase("")]
    [TestCase("secret")]
    [TestCase("{\"secret\":")]
    [TestCase("{}")]
    [TestCase("{\"Type\":\"Notification\",\"Message\":\"secret\"}")]
    public void A_message_that_is_not_understood_fails_alone(string body)
    {
        string text = SomeEvents.Sqs(("1", body), ("2", SomeEvents.EventBridge("a.parquet")));

        IReadOnlyList<SqsMessage> messages = SqsMessage.ReadBatch(Json.Of(text));

        Assert.That(messages[0].Failure!.Message, Does.Not.Contain("secret"));
        Assert.That(messages[0].Objects, Is.Empty);
        Assert.That(messages[1].Failure, Is.Null);
        Assert.That(messages[1].Objects, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_batch_with_a_message_that_cannot_be_reported_back_is_refused()
    {
        string text = """{"Records":[{"messageId":"1","body":"{}"},{"body":"{}"}]}""";

        Assert.That(() => SqsMessage.ReadBatch(Json.Of(text)), Throws.TypeOf<InvalidEventException>().With.Message.Contains("messageId"));
    }

    [Test]
    public void A_message_without_a_body_fails_alone()
    {
        string good = SomeEvents.Sqs(("2", SomeEvents.EventBridge("a.parquet")));
        string text = good.Replace("[{", """[{"messageId":"1","eventSource":"aws:sqs"},{"messageId":"3","body":7,"eventSource":"aws:sqs"},{""", StringComparison.Ordinal);

        IReadOnlyList<SqsMessage> messages = SqsMessage.ReadBatch(Json.Of(text));

        Assert.That(messages.Select(message => (message.Id, message.Failure is null)), Is.EqualTo(new[] { ("1", false), ("3", false), ("2", true) }));
        Assert.That(messages[0].Failure!.Message, Does.Contain("no body"));
    }

    [TestCase("""{"Records":[{"messageId":"1","body":"x"}]}""", true)]
    [TestCase("""{"Records":[{"messageId":"1"}]}""", true)]
    [TestCase("""{"Records":[{"eventSource":"aws:sqs"}]}""", true)]
    [TestCase("""{"Records":[{},{"messageId":"1","body":"x"}]}""", true)]
    [TestCase("""{"Records":[{"EventSource":"aws:sns","Sns":{"Message":"x","MessageId":"1"}}]}""", false)]
    [TestCase("""{"Records":[{"s3":{}}]}""", false)]
    [TestCase("""{"Records":[]}""", false)]
    [TestCase("""{"Records":[1]}""", false)]
    [TestCase("[]", false)]
    public void A_batch_is_recognised_by_any_of_its_records(string text, bool isBatch)
    {
        Assert.That(SqsMessage.IsBatch(Json.Of(text)), Is.EqualTo(isBatch));
    }
}
