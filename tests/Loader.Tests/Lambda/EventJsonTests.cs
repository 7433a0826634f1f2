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
