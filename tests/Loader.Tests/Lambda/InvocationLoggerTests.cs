using System.Text;
using System.Text.Json;
using Loader.Application.Results;
using Loader.Lambda.Logging;
using Loader.Lambda.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.Lambda;

public sealed class InvocationLoggerTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2024, 5, 1, 12, 30, 0, 7, TimeSpan.Zero));

    [Test]
    public void A_JSON_line_holds_time_level_invocation_message_and_properties()
    {
        string line = Written(asJson: true, LogLevel.Information, logger => logger.LogWarning("Row {Row} of {File} is {Share} bad: {Flag}", 7, "s3://b/ä", 0.5, true)).Single();

        Assert.That(line, Is.EqualTo(
            """{"timestamp":"2024-05-01T12:30:00.007Z","level":"WARN","requestId":"r-1","traceId":"Root=1","message":"Row 7 of s3://b/ä is 0.5 bad: True","properties":{"Row":7,"File":"s3://b/ä","Share":0.5,"Flag":true}}"""));
    }

    [TestCase(LogLevel.Trace, "TRACE")]
    [TestCase(LogLevel.Debug, "DEBUG")]
    [TestCase(LogLevel.Information, "INFO")]
    [TestCase(LogLevel.Warning, "WARN")]
    [TestCase(LogLevel.Error, "ERROR")]
    [TestCase(LogLevel.Critical, "FATAL")]
    public void Levels_have_the_words_that_the_filter_of_Lambda_knows(LogLevel level, string word)
    {
        string line = Written(asJson: true, LogLevel.Trace, logger => logger.Log(level, "x")).Single();

        Assert.That(JsonDocument.Parse(line).RootElement.GetProperty("level").GetString(), Is.EqualTo(word));
    }

    [Test]
    public void A_text_line_is_one_line_whatever_is_in_it()
    {
        string[] lines = Written(asJson: false, LogLevel.Information, logger => logger.LogError(new UnavailableException("a\nb", new IOException("c\r\nd")), "Failed\n{File}", "x\u2028y"));

        Assert.That(lines, Is.EqualTo(new[]
        {
            "2024-05-01T12:30:00.007Z\tr-1\tERROR\tFailed\\u000ax\\u2028y: UnavailableException: a\\u000ab <- IOException: c\\u000d\\u000ad",
        }));
    }

    [Test]
    public void An_exception_is_part_of_its_JSON_line()
    {
        string[] lines = Written(asJson: true, LogLevel.Information, logger => logger.LogError(new UnavailableException("a\nb"), "Failed"));

        Assert.That(lines, Has.Length.EqualTo(1));
        Assert.That(JsonDocument.Parse(lines[0]).RootElement.GetProperty("exception").ToString(), Is.EqualTo("""{"errorType":"UnavailableException","errorMessage":"a\nb"}"""));
    }

    [Test]
    public void Entries_below_the_level_are_dropped()
    {
        string[] lines = Written(asJson: true, LogLevel.Warning, logger =>
        {
            logger.LogInformation("no");
            logger.LogWarning("yes");
        });

        Assert.That(lines, Has.Length.EqualTo(1));
    }

    [TestCase(LogLevel.Information, false)]
    [TestCase(LogLevel.Debug, true)]
    public void Libraries_may_inform_only_where_details_are_asked_for(LogLevel level, bool isWritten)
    {
        string[] lines = Written(asJson: true, level, logger => logger.LogInformation("Sending HTTP request"), category: "System.Net.Http.HttpClient.x");

        Assert.That(lines, Has.Length.EqualTo(isWritten ? 1 : 0));
    }

    private string[] Written(bool asJson, LogLevel level, Action<ILogger> act, string category = "Loader.Application.LoadParquetFile")
    {
        using var output = new MemoryStream();
        using var provider = new InvocationLoggerFactory(output, level, asJson, _time)
        {
            Invocation = new LambdaContext { AwsRequestId = "r-1", Deadline = _time.GetUtcNow(), TraceId = "Root=1" },
        };
        act(provider.CreateLogger(category));
        return Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
