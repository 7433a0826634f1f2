using System.IO.Compression;
using System.Text;
using Loader.LocalAws;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.LocalAws;

[TestFixture]
internal sealed class CloudWatchTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private LocalAwsServer _server = null!;

    [SetUp]
    public async Task StartAsync() => _server = await LocalAwsServer.StartAsync(new() { TimeProvider = new FakeTimeProvider(Now) });

    [TearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task A_metric_is_kept_with_all_that_was_said([Values] bool gzip)
    {
        var json = $$"""
            {"Namespace":"ONS/Timestream","MetricData":[
              {"MetricName":"RecordsProcessed","Dimensions":[{"Name":"DatasetType","Value":"generation"}],"Timestamp":{{Now.ToUnixTimeSeconds()}}.5,"Value":12.5,"Unit":"Count"},
              {"MetricName":"LoadDuration","Values":[1,2],"Counts":[3,1],"Unit":"Seconds","StorageResolution":1},
              {"MetricName":"Bytes","StatisticValues":{"SampleCount":2,"Sum":10,"Minimum":4,"Maximum":6} }]}
            """;

        var answer = await PutAsync(json, gzip);

        var metrics = _server.CloudWatch.Metrics;
        Assert.Multiple(() =>
        {
            Assert.That((answer.Status, answer.Text), Is.EqualTo((200, "{}")));
            Assert.That(metrics.Select(metric => metric.Sum), Is.EqualTo(new[] { 12.5, 5, 10 }));
            Assert.That(metrics[0].Dimensions["DatasetType"], Is.EqualTo("generation"));
            Assert.That(metrics[0].Timestamp, Is.EqualTo(Now.AddSeconds(0.5)));
            Assert.That(metrics.Select(metric => metric.Unit), Is.EqualTo(new[] { "Count", "Seconds", "None" }));
            Assert.That(metrics[1].StorageResolution, Is.EqualTo(1));
        });
    }

    [TestCase("\"Value\":\"NaN\"", "InvalidParameterValue")]
    [TestCase("\"Value\":1e300", "InvalidParameterValue")]
    [TestCase("\"Value\":1,\"Values\":[1]", "InvalidParameterCombination")]
    [TestCase("\"Unit\":\"Count\"", "InvalidParameterCombination")]
    [TestCase("\"Values\":[1,2],\"Counts\":[1]", "InvalidParameterValue")]
    [TestCase("\"Value\":1,\"Unit\":\"Rows\"", "InvalidParameterValue")]
    [TestCase("\"Value\":1,\"StorageResolution\":30", "InvalidParameterValue")]
    [TestCase("\"Value\":1,\"Dimensions\":[{\"Name\":\":a\",\"Value\":\"b\"}]", "InvalidParameterValue")]
    [TestCase("\"Value\":1,\"Dimensions\":[{\"Name\":\"a\",\"Value\":\"å\"}]", "InvalidParameterValue")]
    [TestCase("\"Value\":1,\"Dimensions\":[{\"Name\":\"a\",\"Value\":\"\"}]", "InvalidParameterValue")]
    [TestCase("\"Value\":1,\"Timestamp\":1700000000", "InvalidParameterValue")]
    [TestCase("\"StatisticValues\":{\"Sum\":1}", "MissingParameter")]
    public async Task What_the_limits_forbid_is_refused_and_nothing_is_kept(string members, string code)
    {
        var answer = await PutAsync($$"""{"Namespace":"Loader","MetricData":[{"MetricName":"Good","Value":1},{"MetricName":"Rows",{{members}}}]}""", gzip: false);

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(400));
            Assert.That(answer.Headers["x-amzn-query-error"], Is.EqualTo(code + ";Sender"));
            Assert.That(_server.CloudWatch.Metrics, Is.Empty);
        });
    }

    [TestCase("AWS/Mine")]
    [TestCase(":mine")]
    [TestCase("")]
    public async Task A_namespace_of_AWS_is_refused(string name) => Assert.That(
        (await PutAsync($$"""{"Namespace":"{{name}}","MetricData":[{"MetricName":"Rows","Value":1}]}""", gzip: false)).Error, Is.EqualTo("InvalidParameterValueException"));

    [Test]
    public async Task A_request_has_at_most_1000_metrics()
    {
        var metrics = string.Join(',', Enumerable.Repeat("""{"MetricName":"Rows","Value":1}""", 1001));

        Assert.That((await PutAsync($$"""{"Namespace":"Loader","MetricData":[{{metrics}}]}""", gzip: true)).Status, Is.EqualTo(400));
    }

    private Task<AwsJsonAnswer> PutAsync(string json, bool gzip)
    {
        const string Target = "GraniteServiceVersion20100801.PutMetricData";
        var body = Encoding.UTF8.GetBytes(json);
        return gzip
            ? AwsJson.PostAsync(_server.Endpoint, Target, Gzip(body), "eu-west-1/monitoring", ("x-amzn-query-mode", "true"), ("Content-Encoding", "gzip"))
            : AwsJson.PostAsync(_server.Endpoint, Target, body, "eu-west-1/monitoring", ("x-amzn-query-mode", "true"));
    }

    private static byte[] Gzip(byte[] body)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return buffer.ToArray();
    }
}
