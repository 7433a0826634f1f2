using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;
using Loader.LocalAws;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.LocalAws;

/// <summary>The older protocol of CloudWatch: a form, answered with XML.</summary>
[TestFixture]
internal sealed class CloudWatchQueryTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly HttpClient Http = new();
    private static readonly XNamespace Namespace = "http://monitoring.amazonaws.com/doc/2010-08-01/";
    private LocalAwsServer _server = null!;

    [SetUp]
    public async Task StartAsync() => _server = await LocalAwsServer.StartAsync(new() { TimeProvider = new FakeTimeProvider(Now) });

    [TearDown]
    public async Task StopAsync()
    {
        Assert.That(_server.Requests.Failures, Is.Empty);
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_metric_is_kept_with_all_that_was_said([Values] bool gzip)
    {
        var (status, root) = await PutAsync(
            "Namespace=ONS%2FTimestream"
            + "&MetricData.member.1.MetricName=Rows+read&MetricData.member.1.Dimensions.member.1.Name=Value&MetricData.member.1.Dimensions.member.1.Value=5"
            + "&MetricData.member.1.Timestamp=2026-11-22T11%3A59%3A59.5Z&MetricData.member.1.Value=12.5&MetricData.member.1.Unit=Count"
            + "&MetricData.member.10.MetricName=Bytes&MetricData.member.10.StatisticValues.SampleCount=2&MetricData.member.10.StatisticValues.Sum=10"
            + "&MetricData.member.10.StatisticValues.Minimum=4&MetricData.member.10.StatisticValues.Maximum=6"
            + "&MetricData.member.2.MetricName=LoadDuration&MetricData.member.2.Values.member.1=1&MetricData.member.2.Values.member.2=2"
            + "&MetricData.member.2.Counts.member.1=3&MetricData.member.2.Counts.member.2=1&MetricData.member.2.StorageResolution=1",
            gzip);

        var metrics = _server.CloudWatch.Metrics;
        Assert.Multiple(() =>
        {
            Assert.That((status, root.Name), Is.EqualTo((200, Namespace + "PutMetricDataResponse")));
            Assert.That(root.Descendants(Namespace + "RequestId").Single().Value, Is.Not.Empty);
            Assert.That(metrics.Select(metric => (metric.Name, metric.Sum)), Is.EqualTo(new[] { ("Rows read", 12.5), ("LoadDuration", 5), ("Bytes", 10) }));
            Assert.That(metrics[0].Dimensions["Value"], Is.EqualTo("5"));
            Assert.That(metrics[0].Timestamp, Is.EqualTo(Now.AddSeconds(-0.5)));
            Assert.That(metrics[1].StorageResolution, Is.EqualTo(1));
            Assert.That(_server.Requests.Count("cloudwatch:PutMetricData"), Is.EqualTo(1));
        });
    }

    [TestCase("Namespace=Loader", "MissingParameter")]
    [TestCase("Namespace=AWS%2FMine&MetricData.member.1.MetricName=Rows&MetricData.member.1.Value=1", "InvalidParameterValue")]
    [TestCase("Namespace=Loader&MetricData.member.1.MetricName=Rows&MetricData.member.1.Value=NaN", "InvalidParameterValue")]
    [TestCase("Namespace=Loader&MetricData.member.1.MetricName=Rows&MetricData.member.1.Value=many", "MalformedInput")]
    [TestCase("Namespace=Loader&MetricData.member.1.MetricName=Rows&MetricData.member.1.Value=1&MetricData.member.1.Timestamp=noon", "MalformedInput")]
    [TestCase("Namespace=Loader&MetricData.member.one.MetricName=Rows&MetricData.member.one.Value=1", "MalformedInput")]
    [TestCase("Namespace=Loader&Namespace.member.1=x", "MalformedInput")]
    [TestCase("Namespace=Loader&MetricData.member.1.MetricName=Rows", "InvalidParameterCombination")]
    public async Task What_the_limits_forbid_is_refused_and_nothing_is_kept(string form, string code)
    {
        var (status, root) = await PutAsync(form);

        Assert.Multiple(() =>
        {
            Assert.That(
                (status, root.Name, root.Descendants(Namespace + "Type").Single().Value, root.Descendants(Namespace + "Code").Single().Value),
                Is.EqualTo((400, Namespace + "ErrorResponse", "Sender", code)));
            Assert.That(_server.CloudWatch.Metrics, Is.Empty);
        });
    }

    [TestCase("Action=PutAlarm&Version=2010-08-01", "InvalidAction")]
    [TestCase("Version=2010-08-01", "InvalidAction")]
    [TestCase("Action=PutMetricData&Version=1999-01-01&Namespace=Loader", "NoSuchVersion")]
    [TestCase("Action=PutMetricData&Namespace=Loader", "NoSuchVersion")]
    public async Task An_unknown_operation_or_version_is_refused(string form, string code)
    {
        var (status, root) = await SendAsync(Encoding.ASCII.GetBytes(form), gzip: false, "monitoring");

        Assert.That((status, root.Descendants(Namespace + "Code").Single().Value), Is.EqualTo((400, code)));
    }

    [Test]
    public async Task A_form_that_is_not_gzip_as_its_header_says_is_refused() => Assert.That(
        (await SendAsync("Action=PutMetricData"u8.ToArray(), gzip: true, "monitoring")).Status, Is.EqualTo(400));

    [Test]
    public async Task A_request_that_is_signed_for_another_service_is_refused() => Assert.That(
        (await SendAsync("Action=PutMetricData&Version=2010-08-01"u8.ToArray(), gzip: false, "sqs")).Status, Is.EqualTo(403));

    [Test]
    public async Task Faults_speak_the_same_protocol()
    {
        _server.Faults.On("cloudwatch:PutMetricData").Next().Throttle();

        var (status, root) = await PutAsync("Namespace=Loader&MetricData.member.1.MetricName=Rows&MetricData.member.1.Value=1");

        Assert.That((status, root.Descendants(Namespace + "Code").Single().Value), Is.EqualTo((400, "Throttling")));
    }

    private Task<(int Status, XElement Root)> PutAsync(string form, bool gzip = false)
    {
        var body = Encoding.ASCII.GetBytes("Action=PutMetricData&Version=2010-08-01&" + form);
        return SendAsync(gzip ? Gzip(body) : body, gzip, "monitoring");
    }

    private static byte[] Gzip(byte[] body)
    {
        using var buffer = new MemoryStream();
        using (var zip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            zip.Write(body);
        }

        return buffer.ToArray();
    }

    private async Task<(int Status, XElement Root)> SendAsync(byte[] body, bool gzip, string service)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _server.Endpoint) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded; charset=utf-8");
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential=AKIA/20261122/eu-west-1/{service}/aws4_request, SignedHeaders=host, Signature=0");
        if (gzip)
        {
            request.Content.Headers.ContentEncoding.Add("gzip");
        }

        using var response = await Http.SendAsync(request);
        return ((int)response.StatusCode, XElement.Parse(await response.Content.ReadAsStringAsync()));
    }
}
