using System.Text.Json;
using Loader.LocalAws;
using Loader.LocalAws.Lambda;

namespace Loader.Tests.Lambda;

/// <summary>What the executable makes of its environment.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class FunctionStartTests
{
    private LocalAwsServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await LocalAwsServer.StartAsync();
        _server.Timestream.CreateEnergyTables();
        _server.S3.Put("data", "dataset=generation/a.parquet", SomeFiles.Generation(rows: 3));
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task Missing_and_wrong_variables_are_reported_at_start_all_at_once_and_the_process_ends()
    {
        await using var function = LambdaProcess.Start(
            _server, "LoadFromS3Event", new Dictionary<string, string> { ["TIMESTREAM_DATABASE_NAME"] = "", ["MAX_BATCH_SIZE"] = "1000", ["MAX_RETRIES"] = "many" });

        (int exitCode, IReadOnlyList<string> errors) = await function.ExitAsync();

        Assert.That(exitCode, Is.EqualTo(1));
        JsonElement error = JsonDocument.Parse(errors.Single()).RootElement;
        Assert.That(error.GetProperty("errorType").GetString(), Is.EqualTo("ConfigurationException"));
        Assert.That(error.GetProperty("errorMessage").GetString(),
            Does.Contain("TIMESTREAM_DATABASE_NAME is not set").And.Contains("MAX_BATCH_SIZE is 1000").And.Contains("MAX_RETRIES is 'many'"));
    }

    [TestCase("bootstrap")]
    [TestCase(null)]
    public async Task A_function_that_there_is_not_is_reported_at_start(string? handler)
    {
        await using var function = LambdaProcess.Start(_server, handler);

        (int exitCode, IReadOnlyList<string> errors) = await function.ExitAsync();

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(errors.Single(), Does.Contain("ConfigurationException").And.Contains("LoadFromStepFunctions"));
    }

    [Test]
    public async Task Without_a_Runtime_API_the_process_says_who_starts_it()
    {
        await using var function = LambdaProcess.Start(_server, "LoadFromS3Event", new Dictionary<string, string> { ["AWS_LAMBDA_RUNTIME_API"] = "" });

        (int exitCode, _) = await function.ExitAsync();

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(function.Log.Single(), Does.Contain("AWS_LAMBDA_RUNTIME_API is not set"));
    }

    [Test]
    public async Task A_Runtime_API_that_cannot_be_reached_ends_the_process()
    {
        await using var function = LambdaProcess.Start(_server, "LoadFromS3Event", new Dictionary<string, string> { ["AWS_LAMBDA_RUNTIME_API"] = "127.0.0.1:1" });

        (int exitCode, _) = await function.ExitAsync();

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(function.Log.Single(), Does.Contain("\"level\":\"FATAL\""));
    }

    [Test]
    public async Task Text_logs_and_the_variable_of_Annotations_are_understood_and_concurrency_is_declined()
    {
        await using var function = LambdaProcess.Start(_server, "bootstrap", new Dictionary<string, string>
        {
            ["ANNOTATIONS_HANDLER"] = "LoadFromStepFunctions",
            ["AWS_LAMBDA_LOG_FORMAT"] = "Text",
            ["AWS_LAMBDA_MAX_CONCURRENCY"] = "16",
        });

        LambdaResult result = await function.InvokeAsync("""{"bucket":"data","key":"dataset=generation/a.parquet"}""");

        Assert.That(result.IsSuccess, Is.True, result.Payload);
        Assert.That(function.Log, Has.Some.Match("^[-0-9]{10}T[:.0-9]{12}Z\t-\tWARN\tAWS_LAMBDA_MAX_CONCURRENCY is 16"));
        Assert.That(function.Log, Has.Some.Match($"^[-0-9]{{10}}T[:.0-9]{{12}}Z\t{result.RequestId}\tINFO\tLoading s3://data/"));
    }

    [Test]
    public async Task A_row_group_that_cannot_fit_the_functions_memory_is_refused()
    {
        const int Rows = 2_000_000;
        _server.S3.Put("data", "dataset=generation/large.parquet", SomeFiles.Generation(Rows, value: "0", rowGroupRows: Rows));
        await using var function = LambdaProcess.Start(
            _server, "LoadFromStepFunctions", new Dictionary<string, string> { ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = "64" });

        LambdaResult result = await function.InvokeAsync("""{"bucket":"data","key":"dataset=generation/large.parquet"}""");

        Assert.That(result.ErrorType, Is.EqualTo("RowGroupTooLargeException"), result.Payload);
    }
}
