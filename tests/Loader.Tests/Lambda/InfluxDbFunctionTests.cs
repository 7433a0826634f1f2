using Loader.LocalAws;
using Loader.LocalAws.InfluxDb;
using Loader.LocalAws.Lambda;

namespace Loader.Tests.Lambda;

/// <summary>The executable with <c>SINK=influxdb</c>: the token comes from a secret, and no setting of Timestream is there.</summary>
[TestFixture(InfluxEngine.Version2)]
[TestFixture(InfluxEngine.Version3)]
internal sealed class InfluxDbFunctionTests(InfluxEngine engine)
{
    private const string Arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:influx-AbCdEf";
    private const int Rows = 3_000;

    private LocalAwsServer _aws = null!;
    private LocalInfluxServer _influx = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _aws = await LocalAwsServer.StartAsync();
        _aws.S3.Put("data", "dataset=generation/a.parquet", SomeFiles.Generation(Rows));
        _influx = await LocalInfluxServer.StartAsync(new LocalInfluxOptions { Engine = engine });
        _aws.Secrets[Arn] = $$"""{"token":"{{_influx.Environment()["INFLUXDB_TOKEN"]}}"}""";
    }

    [TearDown]
    public async Task StopAsync()
    {
        Assert.That(_aws.Requests.Failures.Concat(_influx.Requests.Failures), Is.Empty);
        await _influx.DisposeAsync();
        await _aws.DisposeAsync();
    }

    [TestCase("LoadFromStepFunctions", """{"bucket":"data","key":"dataset=generation/a.parquet"}""")]
    [TestCase("LoadFromS3Event", null)]
    public async Task An_object_is_loaded_and_its_metrics_are_published(string handler, string? input)
    {
        await using var function = LambdaProcess.Start(_aws, handler, Settings());

        LambdaResult result = await function.InvokeAsync(input ?? SomeEvents.S3(SomeEvents.S3Record("dataset%3Dgeneration/a.parquet")));

        Assert.That(result.IsSuccess, Is.True, result.Payload);
        Assert.That(_influx.Bucket("energy").Table("generation").Newest(), Has.Count.EqualTo(Rows));
        Assert.That(_aws.Requests.Counts.Keys, Has.None.StartsWith("timestream:"));
        Assert.That(_aws.Requests.Count("cloudwatch:PutMetricData"), Is.GreaterThan(0));
    }

    [Test]
    public async Task Settings_that_are_missing_are_reported_at_start()
    {
        Dictionary<string, string> settings = Settings();
        settings["INFLUXDB_URL"] = "http://influx.example";
        settings["INFLUXDB_TOKEN_SECRET_ARN"] = "";
        await using var function = LambdaProcess.Start(_aws, "LoadFromS3Event", settings);

        (int exitCode, IReadOnlyList<string> errors) = await function.ExitAsync();

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(
            errors.Single(),
            Does.Contain("INFLUXDB_URL is 'http://influx.example'").And.Contains("INFLUXDB_TOKEN or INFLUXDB_TOKEN_SECRET_ARN must be set"));
    }

    private Dictionary<string, string> Settings()
    {
        var settings = new Dictionary<string, string>(_influx.Environment(), StringComparer.Ordinal)
        {
            ["SINK"] = "influxdb",
            ["INFLUXDB_TOKEN_SECRET_ARN"] = Arn,
            ["TIMESTREAM_DATABASE_NAME"] = "",
            ["GENERATION_TABLE_NAME"] = "",
            ["CONSUMPTION_TABLE_NAME"] = "",
            ["TRANSMISSION_TABLE_NAME"] = "",
        };
        settings["INFLUXDB_TOKEN"] = "";
        return settings;
    }
}
