using System.Net;
using System.Text;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Aws.Signing;
using Loader.Infrastructure.Requests;
using Loader.Infrastructure.Timestream;

namespace Loader.Tests.Timestream;

public sealed class TimestreamClientTests
{
    [TestCase("ingest-cell2.timestream.eu-west-1.amazonaws.com", "https://ingest-cell2.timestream.eu-west-1.amazonaws.com/")]
    [TestCase("https://cell.example:444", "https://cell.example:444/")]
    public async Task Requests_go_to_the_discovered_endpoint(string address, string expected)
    {
        using var sender = new ScriptedSender($$"""{"Endpoints":[{"Address":"{{address}}","CachePeriodInMinutes":1440}]}""");
        using TimestreamClient client = Client(sender);

        await client.SendAsync("WriteRecords", "{}"u8.ToArray(), CancellationToken.None);

        Assert.That(sender.Addresses, Is.EqualTo(new[] { "https://ingest.timestream.eu-west-1.amazonaws.com/", expected }));
    }

    [TestCase("http://cell.example")]
    [TestCase("ftp://cell.example")]
    [TestCase("not an address")]
    public async Task An_unencrypted_endpoint_is_not_used_unless_the_settings_have_one(string address)
    {
        using var sender = new ScriptedSender($$"""{"Endpoints":[{"Address":"{{address}}","CachePeriodInMinutes":1440}]}""");
        using TimestreamClient client = Client(sender);

        ServiceResponse answer = await client.SendAsync("WriteRecords", "{}"u8.ToArray(), CancellationToken.None);

        Assert.That((answer.Error?.Code, sender.Addresses.Count), Is.EqualTo(("UnusableAnswer", 1)));
    }

    [TestCase("{}")]
    [TestCase("""{"Endpoints":[]}""")]
    [TestCase("""{"Endpoints":[{"Address":"a.example"}]}""")]
    [TestCase("""{"Endpoints":[{"Address":5,"CachePeriodInMinutes":1}]}""")]
    [TestCase("""{"Endpoints":[{"Address":null,"CachePeriodInMinutes":1}]}""")]
    [TestCase("<html>")]
    public async Task A_discovery_response_without_endpoints_is_an_error(string body)
    {
        using var sender = new ScriptedSender(body);
        using TimestreamClient client = Client(sender);

        ServiceResponse answer = await client.SendAsync("WriteRecords", "{}"u8.ToArray(), CancellationToken.None);

        Assert.That(answer.Error?.Kind, Is.EqualTo(ServiceErrorKind.Unavailable));
    }

    [Test]
    public async Task Each_request_has_its_operation_as_target_and_the_media_type_of_the_protocol()
    {
        using var sender = new ScriptedSender("""{"Endpoints":[{"Address":"a.example","CachePeriodInMinutes":1}]}""");
        using TimestreamClient client = Client(sender);

        await client.SendAsync("WriteRecords", "{}"u8.ToArray(), CancellationToken.None);

        Assert.That(sender.Targets, Is.EqualTo(new[]
        {
            "Timestream_20181101.DescribeEndpoints application/x-amz-json-1.0", "Timestream_20181101.WriteRecords application/x-amz-json-1.0",
        }));
    }

    private static TimestreamClient Client(ScriptedSender sender) => new(
        new JsonProtocolClient(
            new HttpMessageInvoker(sender, disposeHandler: false),
            AwsService.TimestreamWrite,
            new ClockSkew(TimeProvider.System),
            new AwsCredentials(null),
            TimeProvider.System),
        new Uri("https://ingest.timestream.eu-west-1.amazonaws.com/"),
        discover: true,
        TimeSpan.FromSeconds(10),
        TimeProvider.System);

    private sealed class ScriptedSender(string endpoints) : HttpMessageHandler
    {
        public List<string> Addresses { get; } = [];

        public List<string> Targets { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string target = request.Headers.GetValues("X-Amz-Target").Single();
            Addresses.Add(request.RequestUri!.AbsoluteUri);
            Targets.Add($"{target} {request.Content!.Headers.ContentType}");
            string body = target.EndsWith("DescribeEndpoints", StringComparison.Ordinal) ? endpoints : "{}";
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) });
        }
    }
}
