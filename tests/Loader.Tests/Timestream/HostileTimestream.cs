using System.Globalization;
using Amazon.Runtime;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Timestream;
using Loader.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loader.Tests.Timestream;

/// <summary>A Timestream server that answers one operation as no service should.</summary>
internal sealed class HostileTimestream : HostileServer
{
    private const string Table = """
        {"Table":{"RetentionProperties":{"MemoryStoreRetentionPeriodInHours":24,"MagneticStoreRetentionPeriodInDays":73000},
        "MagneticStoreWriteProperties":{"EnableMagneticStoreWrites":true,"MagneticStoreRejectedDataLocation":{"S3Configuration":{"BucketName":"rejected"}}}}}
        """;

    private HostileTimestream(string operation, HostileAnswer answer)
        : base(operation, answer)
    {
    }

    public static HostileTimestream Start(string operation, HostileAnswer answer) => new(operation, answer);

    /// <summary>Connects a sink that retries once, without delay.</summary>
    public TimestreamSink Connect(TimeProvider time, bool discover = false)
    {
        var options = new TimestreamOptions
        {
            DatabaseName = "energy",
            GenerationTableName = "generation",
            ConsumptionTableName = "consumption",
            TransmissionTableName = "transmission",
            MaxRetries = 1,
        };
        var aws = new AwsConnection(
            new AwsOptions
            {
                Region = "eu-west-1",
                Credentials = new BasicAWSCredentials("AKIA", "secret"),
                TimestreamEndpoint = new Uri($"http://{Authority}"),
                DiscoverTimestreamEndpoint = discover,
            },
            time);
        return new TimestreamSink(options, aws, time, NullLogger.Instance, () => 0);
    }

    protected override string OperationOf(string[] head) => Header(head, "x-amz-target").Split('.')[1];

    protected override HostileAnswer Usual(string operation, string request) => Hostile.Ok(operation switch
    {
        "DescribeEndpoints" => $$"""{"Endpoints":[{"Address":"{{Authority}}","CachePeriodInMinutes":1440}]}""",
        "DescribeTable" => Table,
        _ => string.Create(CultureInfo.InvariantCulture, $"{{\"RecordsIngested\":{{\"Total\":{Records(request)},\"MemoryStore\":{Records(request)},\"MagneticStore\":0}}}}"),
    });

    private static int Records(string request) => request.Split("\"Time\":").Length - 1;
}
