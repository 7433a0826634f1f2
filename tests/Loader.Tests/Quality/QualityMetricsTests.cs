using Amazon.Runtime;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.LocalAws;
using Loader.LocalAws.Timestream;
using Loader.Tests.Cli;
using Loader.Tests.Parquet;
using Microsoft.Extensions.DependencyInjection;

namespace Loader.Tests.Quality;

/// <summary>Findings of a run in CloudWatch.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class QualityMetricsTests : IAsyncDisposable
{
    private readonly CliRun _cli = new();
    private readonly Folder _folder = new();
    private LocalAwsServer _server = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _server = await LocalAwsServer.StartAsync();
        _server.Timestream.CreateEnergyTables();
        _cli.Set("TIMESTREAM_DATABASE_NAME", EnergyTables.Database)
            .Set("GENERATION_TABLE_NAME", EnergyTables.Generation)
            .Set("CONSUMPTION_TABLE_NAME", EnergyTables.Consumption)
            .Set("TRANSMISSION_TABLE_NAME", EnergyTables.Transmission);
        _cli.Services = services => services.AddSingleton(new AwsConnection(
            new AwsOptions
            {
                Region = "eu-west-1",
                Credentials = new BasicAWSCredentials("AKIALOCALAWS", "local-secret"),
                TimestreamEndpoint = _server.Endpoint,
                CloudWatchEndpoint = _server.Endpoint,
            },
            TimeProvider.System));
    }

    public async ValueTask DisposeAsync()
    {
        _cli.Dispose();
        _folder.Dispose();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task The_counts_of_a_run_are_those_of_its_report()
    {
        await LoadAsync("--fail-on", "error", "--metrics");

        Assert.That(
            (_server.CloudWatch.Sum("QualityErrors"), _server.CloudWatch.Sum("QualityWarnings"), _server.CloudWatch.Sum("QualityInfos")),
            Is.EqualTo((Findings("error"), Findings("warning"), Findings("info"))));
        Assert.That(Findings("warning"), Is.GreaterThan(0));
    }

    [Test]
    public async Task They_are_published_once_a_run_whatever_the_number_of_files()
    {
        await LoadAsync("--fail-on", "error", "--metrics");

        Assert.That(_server.CloudWatch.Metrics.Count(metric => metric.Name == "QualityWarnings"), Is.EqualTo(1));
        Assert.That(_server.CloudWatch.Sum("RecordsProcessed"), Is.EqualTo(480));
    }

    [TestCase("--metrics")]
    [TestCase("--fail-on", "error")]
    public async Task A_run_that_judges_nothing_or_publishes_nothing_has_no_such_metric(params string[] options)
    {
        await LoadAsync(options);

        Assert.That(_server.CloudWatch.Metrics.Select(metric => metric.Name), Has.None.StartsWith("Quality"));
    }

    [Test]
    public async Task A_failure_of_CloudWatch_does_not_fail_the_run()
    {
        _server.Faults.On("cloudwatch:PutMetricData").Always().AccessDenied();

        int exit = await LoadAsync("--fail-on", "error", "--metrics");

        Assert.That((exit, Written()), Is.EqualTo((0, 480L)));
    }

    /// <summary>Loads two files of ten days, each with a gap of six hours.</summary>
    private async Task<int> LoadAsync(params string[] options)
    {
        foreach (string region in (string[])["SE", "S"])
        {
            _folder.Write(
                $"lake/{region}.parquet",
                $"SELECT TIMESTAMP '2024-01-01' + INTERVAL (i + CASE WHEN i > 100 THEN 6 ELSE 0 END) HOUR AS timestamp, 1000 + 100 * sin(i / 4.0) AS value, '{region}' AS region, 'MW' AS unit, 'power' AS measurement_type, 'total' AS consumer_type FROM range(240) t(i)");
        }

        return await _cli.RunAsync(["load", _folder.File("lake"), "--dataset", "consumption", "--sink", "timestream", "--json", .. options]);
    }

    private long Written() => _cli.Json.GetProperty("written").GetInt64();

    private double Findings(string severity) => _cli.Json.GetProperty("quality").GetProperty("findings").EnumerateArray()
        .Count(finding => finding.GetProperty("severity").GetString() == severity);
}
