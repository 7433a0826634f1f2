using System.Text.Json;
using Loader.Application.Results;
using Loader.Lambda.Runtime;

namespace Loader.Tests.Lambda;

public sealed class ExceptionJsonTests
{
    [Test]
    public void A_failed_load_shows_its_simple_name_its_message_and_its_causes_without_frames()
    {
        Exception exception = Caught(() => throw new ThrottledException("slow", new InvalidOperationException("why")));

        using JsonDocument json = JsonDocument.Parse(ExceptionJson.Serialize(exception));

        Assert.That(json.RootElement.ToString(), Is.EqualTo(
            """{"errorType":"ThrottledException","errorMessage":"slow","cause":{"errorType":"InvalidOperationException","errorMessage":"why"}}"""));
    }

    [Test]
    public void A_defect_shows_its_frames_one_by_one()
    {
        Exception exception = Caught(() => throw new InvalidOperationException("bug"));

        using JsonDocument json = JsonDocument.Parse(ExceptionJson.Serialize(exception));

        Assert.That(json.RootElement.GetProperty("stackTrace").EnumerateArray().Select(frame => frame.GetString()), Is.All.StartsWith("at ").And.Not.Empty);
    }

    [Test]
    public void An_error_stays_below_256_KiB_and_keeps_its_name()
    {
        Exception exception = new InvalidOperationException(new string('\u0001', 1_000_000));
        for (int i = 0; i < 20; i++)
        {
            exception = new UnavailableException(new string('\u0001', 1_000_000), exception);
        }

        byte[] bytes = ExceptionJson.Serialize(exception);

        Assert.That(bytes, Has.Length.LessThan(256 * 1024));
        using JsonDocument json = JsonDocument.Parse(bytes);
        Assert.That(json.RootElement.GetProperty("errorType").GetString(), Is.EqualTo("UnavailableException"));
    }

    private static Exception Caught(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            return exception;
        }

        throw new AssertionException("Nothing was thrown.");
    }
}
