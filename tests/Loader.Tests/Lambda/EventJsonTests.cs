using System.Text.Json;
using Loader.Application.Results;
using Loader.Lambda.Events;

namespace Loader.Tests.Lambda;

public sealed class EventJsonTests
{
    [TestCase("")]
    [TestCase("secret")]
    [TestCase("{\"a\":secret}")]
    [TestCase("{\"a\":1")]
    public void What_is_not_JSON_is_refused_without_being_quoted(string text)
    {
        InvalidEventException exception = Assert.Throws<InvalidEventException>(() => EventJson.Parse(text))!;

        Assert.That(exception.Message, Does.Contain("is not valid JSON").And.Not.Contains("secret"));
        Assert.That(exception.InnerException, Is.Null);
    }

    [TestCase("""{"key":"\ud800"}""")]
    [TestCase("""{"\udc00":1}""")]
    public void Text_that_is_no_Unicode_is_refused(string text)
    {
        Assert.That(() => EventJson.Parse(text), Throws.TypeOf<InvalidEventException>());
    }

    [TestCase("""{"bucket":"a","bucket":"b"}""", "'bucket'")]
    [TestCase("""{"key":"a","size":1,"key":"a"}""", "'key'")]
    [TestCase("""{"Records":[{"s3":{"object":{"key":"a","\u006bey":"b"}}}]}""", "'key'")]
    [TestCase("""{"a\nb":1,"a\nb":2}""", "'a\\u000ab'")]
    public void A_member_that_is_there_twice_is_refused_by_its_name(string text, string member)
    {
        InvalidEventException exception = Assert.Throws<InvalidEventException>(() => EventJson.Parse(text))!;

        Assert.That(exception.Message, Does.Contain($"the member {member} twice"));
    }

    [TestCase("""[{"key":"a"},{"key":"b"}]""")]
    [TestCase("""{"key":{"key":{"key":"key"}}}""")]
    [TestCase("""{"key":"a","Key":"b"}""")]
    public void A_member_may_occur_once_in_each_object(string text)
    {
        Assert.That(() => EventJson.Parse(text).Dispose(), Throws.Nothing);
    }

    [Test]
    public void A_shape_is_cut_before_it_grows_large()
    {
        string text = $"{{{string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"{new string('n', 100)}{i}\":[[[[[[[1]]]]]]]"))}}}";

        using JsonDocument document = EventJson.Parse(text);

        Assert.That(EventShape.Describe(document.RootElement), Has.Length.LessThanOrEqualTo(1_001));
    }

    [Test]
    public void A_shape_shows_control_characters_of_names_escaped()
    {
        using JsonDocument document = EventJson.Parse("""{"a\nb":true}""");

        Assert.That(EventShape.Describe(document.RootElement), Is.EqualTo("{a\\u000ab: boolean}"));
    }
}
