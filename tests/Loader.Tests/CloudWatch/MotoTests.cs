using Amazon.Runtime;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.CloudWatch;
using Loader.Infrastructure.Requests;
using Loader.Infrastructure.Timestream;
using Loader.Tests.Timestream;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loader.Tests.CloudWatch;

/// <summary>A server that others wrote: what it takes is not what we think the services take, but what their models say.</summary>
public sealed class MotoTests
{
    [Test]
    public async Task Moto_accepts_our_records_and_metrics()
    {
        await using MotoServer moto = await MotoServer.StartAsync();
        var aws = new AwsConnection(
            new AwsOptions
            {
                Region = "us-east-1",
                Credentials = new BasicAWSCredentials("AKIAMOTO", "secret"),
                TimestreamEndpoint = moto.Endpoint,
                CloudWatchEndpoint = moto.Endpoint,
            },
            TimeProvider.System);
        var options = new TimestreamOptions { DatabaseName = "energy", GenerationTableName = "generation" };
        using var sink = new TimestreamSink(options, aws, TimeProvider.System, NullLogger<TimestreamSink>.Instance);
        await using var publisher = new CloudWatchPublisher(new MetricsOptions(), aws, TimeProvider.System, NullLogger<CloudWatchPublisher>.Instance);

        Assert.That(() => sink.OpenAsync(DatasetType.Generation, CancellationToken.None), Throws.TypeOf<DestinationMissingException>());
        await CreateTable(aws);
        await using IRecordWriter writer = await sink.OpenAsync(DatasetType.Generation, CancellationToken.None);
        using MeasurementBatch batch = new SomeBatch().Rows(250).Build();
        WriteOutcome outcome = await writer.WriteAsync(batch, CancellationToken.None);
        await publisher.PublishAsync(CloudWatchPublisherTests.Report, CancellationToken.None);
        await publisher.FlushAsync(CancellationToken.None);

        using var http = new HttpClient();
        string state = await http.GetStringAsync(new Uri(moto.Endpoint, "/moto-api/data.json"));
        Assert.Multiple(() =>
        {
            Assert.That((outcome.Written, outcome.Unsettled), Is.EqualTo((250, 0)));
            Assert.That(state, Does.Contain("RecordsProcessed"));
        });
    }

    private static async Task CreateTable(AwsConnection aws)
    {
        AwsService service = AwsService.TimestreamWrite;
        AwsEndpoint endpoint = aws.Endpoint(service);
        using JsonProtocolClient client = aws.Client(service, endpoint, 1);
        foreach ((string operation, string body) in new[]
        {
            ("CreateDatabase", """{"DatabaseName":"energy"}"""),
            ("CreateTable", """{"DatabaseName":"energy","TableName":"generation"}"""),
        })
        {
            ServiceResponse answer = await client.SendAsync(
                endpoint.Address, operation, System.Text.Encoding.UTF8.GetBytes(body), TimeSpan.FromSeconds(20), CancellationToken.None);
            Assert.That(answer.Error?.ToString(), Is.Null);
        }
    }
}
