using Amazon.Runtime;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.LocalAws.InfluxDb;
using Loader.LocalAws.InfluxDb.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loader.Tests.InfluxDb;

/// <summary>An InfluxDB sink with its own local server on a free loopback port. Retry delays are zero.</summary>
internal sealed class LocalInflux : IAsyncDisposable
{
    public const string Table = "generation";

    private LocalInflux(LocalInfluxServer server, InfluxDbSink sink)
    {
        Server = server;
        Sink = sink;
    }

    public LocalInfluxServer Server { get; }

    public InfluxDbSink Sink { get; }

    public InfluxTable Stored => Server.Bucket("energy").Table(Table);

    public static async Task<LocalInflux> StartAsync(
        InfluxEngine engine, InfluxDbLayout layout = InfluxDbLayout.Versions, Action<InfluxDbOptions>? configure = null,
        LocalInfluxOptions? server = null, TimeProvider? time = null, ILogger? logger = null, Uri? secrets = null) =>
        Connect(
            await LocalInfluxServer.StartAsync(server ?? new LocalInfluxOptions { Engine = engine, KeepBodies = true }),
            layout, configure, time, logger, secrets);

    public static LocalInflux Connect(
        LocalInfluxServer server, InfluxDbLayout layout = InfluxDbLayout.Versions, Action<InfluxDbOptions>? configure = null,
        TimeProvider? time = null, ILogger? logger = null, Uri? secrets = null)
    {
        IReadOnlyDictionary<string, string> environment = server.Environment();
        var options = new InfluxDbOptions
        {
            Url = environment["INFLUXDB_URL"],
            Token = environment["INFLUXDB_TOKEN"],
            Database = environment.GetValueOrDefault("INFLUXDB_DATABASE", ""),
            Org = environment.GetValueOrDefault("INFLUXDB_ORG", ""),
            Bucket = environment.GetValueOrDefault("INFLUXDB_BUCKET", ""),
            Layout = layout,
        };
        configure?.Invoke(options);
        Assert.That(options.FindFaults(), Is.Empty);
        var aws = new AwsConnection(
            new AwsOptions
            {
                Region = "eu-west-1",
                Credentials = new BasicAWSCredentials("AKIALOCALAWS", "local-secret"),
                SecretsManagerEndpoint = secrets,
            },
            TimeProvider.System);
        return new LocalInflux(server, new InfluxDbSink(options, aws, time ?? TimeProvider.System, logger ?? NullLogger.Instance, () => 0));
    }

    /// <summary>Opens a writer for a load of its own.</summary>
    /// <param name="fingerprint">Tells the source of the load from others.</param>
    /// <param name="dataset">The dataset; generation if it is null.</param>
    public Task<IRecordWriter> OpenAsync(string fingerprint = "0123456789abcdef", DatasetType? dataset = null) =>
        Sink.OpenAsync(new RecordSource(dataset ?? DatasetType.Generation, fingerprint), CancellationToken.None);

    /// <summary>Judges a batch by the limits of the destination and writes it, as a load of its own.</summary>
    public async Task<WriteOutcome> WriteAsync(MeasurementBatch batch, string fingerprint = "0123456789abcdef")
    {
        await using IRecordWriter writer = await OpenAsync(fingerprint);
        MeasurementRules.Validate(batch, writer.Destination.Limits);
        return await writer.WriteAsync(batch, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        Sink.Dispose();
        Assert.That(Server.Requests.Failures, Is.Empty);
        await Server.DisposeAsync();
    }
}
