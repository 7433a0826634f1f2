using System.Text.Json;
using Amazon.Runtime;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.CloudWatch;
using Loader.LocalAws;

namespace Loader.Tests.CloudWatch;

public sealed class CloudWatchPublisherTests
{
    private const string PutMetricData = "cloudwatch:PutMetricData";

    public static LoadReport Report => new()
    {
        File = SourceFile.OnDisk("x.parquet"),
        Dataset = DatasetType.Consumption,
        Status = LoadStatus.Failed,
        Ledger = new Ledger { Read = 28, Written = 1, Superseded = 3, Duplicate = 4, Invalid = 5, Rejected = 6, Unsettled = 9 },
        Effort = new WriteEffort { Requests = 2, Throttles = 7 },
        BytesRead = 12_345,
        Elapsed = TimeSpan.FromMilliseconds(1_500.5),
    };

    [Test]
    public async Task Every_count_is_published_with_its_unit_and_the_dataset()
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync(new LocalAwsOptions { KeepBodies = true });
        using CloudWatchPublisher publisher = Publisher(server.Endpoint);

        await publisher.PublishAsync(Report, CancellationToken.None);

        using JsonDocument body = JsonDocument.Parse(server.Requests.Of(PutMetricData).Single().Body);
        var metrics = body.RootElement.GetProperty("MetricData").EnumerateArray().Select(m => (
            m.GetProperty("MetricName").GetString(), m.GetProperty("Value").GetDouble(), m.GetProperty("Unit").GetString(),
            m.GetProperty("Dimensions")[0].GetProperty("Value").GetString()));
        Assert.That(metrics, Is.EqualTo(new[]
        {
            ("RecordsProcessed", 1, "Count", "consumption"),
            ("BatchesProcessed", 2, "Count", "consumption"),
            ("ProcessingErrors", 1, "Count", "consumption"),
            ("RowsSuperseded", 3, "Count", "consumption"),
            ("RowsDuplicate", 4, "Count", "consumption"),
            ("RowsInvalid", 5, "Count", "consumption"),
            ("RowsRejected", 6, "Count", "consumption"),
            ("ThrottledRequests", 7, "Count", "consumption"),
            ("BytesRead", 12_345, "Bytes", "consumption"),
            ("LoadDuration", 1_500.5, "Milliseconds", "consumption"),
        }));
    }

    [TestCase(LoadStatus.Succeeded, 0)]
    [TestCase(LoadStatus.Incomplete, 0)]
    [TestCase(LoadStatus.Failed, 1)]
    public void Only_a_failed_load_is_a_processing_error(LoadStatus status, int errors)
    {
        using JsonDocument body = JsonDocument.Parse(MetricData.Serialize("N", Report with { Status = status, Dataset = null }, DateTimeOffset.UnixEpoch));

        JsonElement metric = body.RootElement.GetProperty("MetricData")[2];
        Assert.That(
            (metric.GetProperty("MetricName").GetString(), metric.GetProperty("Value").GetInt32(), metric.GetProperty("Dimensions")[0].GetProperty("Value").GetString()),
            Is.EqualTo(("ProcessingErrors", errors, "unknown")));
    }

    [Test]
    public async Task A_page_with_status_200_is_no_confirmation()
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        server.Faults.On(PutMetricData).Always().HtmlError(200);
        using CloudWatchPublisher publisher = Publisher(server.Endpoint);

        Assert.That(
            async () => await publisher.PublishAsync(Report, CancellationToken.None),
            Throws.TypeOf<UnavailableException>().With.Message.Contains("something other than a JSON object"));
    }

    [Test]
    public async Task A_transient_error_is_retried()
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        server.Faults.On(PutMetricData).Next(2).HtmlError();
        using CloudWatchPublisher publisher = Publisher(server.Endpoint);

        await publisher.PublishAsync(Report, CancellationToken.None);

        Assert.That(server.Requests.Count(PutMetricData), Is.EqualTo(3));
    }

    [Test]
    public async Task A_persistent_error_is_thrown_after_three_attempts()
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        server.Faults.On(PutMetricData).Always().InternalError();
        using CloudWatchPublisher publisher = Publisher(server.Endpoint);

        Assert.That(() => publisher.PublishAsync(Report, CancellationToken.None), Throws.TypeOf<UnavailableException>());
        Assert.That(server.Requests.Count(PutMetricData), Is.EqualTo(3));
    }

    [Test]
    public async Task Denied_access_is_not_retried_and_names_the_permission()
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        server.Faults.On(PutMetricData).Always().AccessDenied();
        using CloudWatchPublisher publisher = Publisher(server.Endpoint);

        Assert.That(
            () => publisher.PublishAsync(Report, CancellationToken.None),
            Throws.TypeOf<DestinationRefusedException>().With.Message.Contains("cloudwatch:PutMetricData"));
        Assert.That(server.Requests.Count(PutMetricData), Is.EqualTo(1));
    }

    internal static CloudWatchPublisher Publisher(Uri endpoint) => new(
        new MetricsOptions(),
        new AwsConnection(
            new AwsOptions { Region = "eu-west-1", Credentials = new BasicAWSCredentials("AKIALOCALAWS", "local-secret"), CloudWatchEndpoint = endpoint },
            TimeProvider.System),
        TimeProvider.System);
}
