using Loader.Lambda.Runtime;
using Microsoft.Extensions.Logging;

namespace Loader.Tests.Lambda;

public sealed class LambdaEnvironmentTests
{
    [Test]
    public void The_name_of_the_function_comes_first_and_the_handler_second()
    {
        Assert.That(Read(("ANNOTATIONS_HANDLER", "LoadFromS3Event"), ("_HANDLER", "bootstrap")).Handler, Is.EqualTo("LoadFromS3Event"));
        Assert.That(Read(("ANNOTATIONS_HANDLER", ""), ("_HANDLER", "LoadFromStepFunctions")).Handler, Is.EqualTo("LoadFromStepFunctions"));
    }

    [TestCase("TRACE", LogLevel.Trace)]
    [TestCase("DEBUG", LogLevel.Debug)]
    [TestCase("INFO", LogLevel.Information)]
    [TestCase("warn", LogLevel.Warning)]
    [TestCase("ERROR", LogLevel.Error)]
    [TestCase("FATAL", LogLevel.Critical)]
    [TestCase("loud", LogLevel.Information)]
    [TestCase(null, LogLevel.Information)]
    public void Log_levels_have_the_words_of_Lambda(string? word, LogLevel level)
    {
        Assert.That(Read(("AWS_LAMBDA_LOG_LEVEL", word)).LogLevel, Is.EqualTo(level));
    }

    [TestCase("JSON", true)]
    [TestCase("Text", false)]
    [TestCase(null, false)]
    public void The_log_format_is_text_unless_it_is_JSON(string? format, bool isJson)
    {
        Assert.That(Read(("AWS_LAMBDA_LOG_FORMAT", format)).LogsAsJson, Is.EqualTo(isJson));
    }

    [TestCase(null, true)]
    [TestCase("https://vpce-1.example.com", true)]
    [TestCase("http://127.0.0.1:4566", false)]
    public void Requests_use_TLS_unless_the_endpoint_is_plain_HTTP(string? endpoint, bool usesTls)
    {
        Assert.That(Read(("AWS_ENDPOINT_URL", endpoint)).UsesTls, Is.EqualTo(usesTls));
    }

    [Test]
    public void What_Lambda_does_not_say_is_not_made_up()
    {
        LambdaEnvironment environment = Read(("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "much"));

        Assert.That(environment, Is.EqualTo(new LambdaEnvironment()));
    }

    private static LambdaEnvironment Read(params (string Name, string? Value)[] variables) =>
        LambdaEnvironment.Read(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
