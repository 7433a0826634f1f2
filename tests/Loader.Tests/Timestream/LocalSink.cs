using Amazon.Runtime;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Timestream;
using Loader.LocalAws;
using Loader.LocalAws.Timestream;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loader.Tests.Timestream;

/// <summary>A Timestream sink with its own local server on a free loopback port. Retry delays are zero unless a test sets them.</summary>
internal sealed class LocalSink : IAsyncDisposable
{
    private LocalSink(LocalAwsServer server, TimestreamSink sink)
    {
        Server = server;
        Sink = sink;
    }

    public LocalAwsServer Server { get; }

    public TimestreamSink Sink { get; }

    public TimestreamTable Table => Server.Timestream.Table(EnergyTables.Database, EnergyTables.Generation);

    public static async Task<LocalSink> StartAsync(
        Action<TimestreamOptions>? configure = null, LocalAwsOptions? server = null, TableSettings? table = null,
        TimeProvider? time = null, ILogger? logger = null, bool discover = false, Func<double>? random = null)
    {
        LocalAwsServer started = await LocalAwsServer.StartAsync(server ?? new LocalAwsOptions { KeepBodies = true });
        started.Timestream.CreateEnergyTables(table);
        return Connect(started, configure, time, logger, discover, random);
    }

    public static LocalSink Connect(
        LocalAwsServer server, Action<TimestreamOptions>? configure = null, TimeProvider? time = null, ILogger? logger = null,
        bool discover = false, Func<double>? random = null)
    {
        var options = new TimestreamOptions
        {
            DatabaseName = EnergyTables.Database,
            GenerationTableName = EnergyTables.Generation,
            ConsumptionTableName = EnergyTables.Consumption,
            TransmissionTableName = EnergyTables.Transmission,
        };
        configure?.Invoke(options);
        var aws = new AwsConnection(
            new AwsOptions
            {
                Region = "eu-west-1",
                Credentials = new BasicAWSCredentials("AKIALOCALAWS", "local-secret"),
                TimestreamEndpoint = server.Endpoint,
                TimestreamQueryEndpoint = server.Endpoint,
                DiscoverTimestreamEndpoint = discover,
            },
            time ?? TimeProvider.System);
        return new LocalSink(server, new TimestreamSink(options, aws, time ?? TimeProvider.System, logger ?? NullLogger.Instance, random ?? (() => 0)));
    }

    public Task<IRecordWriter> OpenAsync() => Sink.OpenAsync(DatasetType.Generation, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Sink.Dispose();
        await Server.DisposeAsync();
    }
}
