using System.Globalization;
using Loader.LocalAws.CloudWatch;
using Loader.LocalAws.Faults;
using Loader.LocalAws.Http;
using Loader.LocalAws.Lambda;
using Loader.LocalAws.S3;
using Loader.LocalAws.Secrets;
using Loader.LocalAws.Timestream;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Loader.LocalAws;

/// <summary>
/// S3, Timestream Write, CloudWatch, Secrets Manager and Lambda on one loopback port. Tests can change and read its state directly while it runs.
/// A test process gets no signal handlers, configuration or logging.
/// </summary>
public sealed class LocalAwsServer : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;
    private readonly LocalAwsOptions _options;

    private LocalAwsServer(KestrelServer kestrel, LocalAwsOptions options)
    {
        _kestrel = kestrel;
        _options = options;
        Requests = new RequestLog(options);
        Faults = new FaultScript(options.TimeProvider);
        S3 = new S3State(options);
        Timestream = new TimestreamState(options);
        CloudWatch = new CloudWatchState();
        Lambda = new LambdaState(options);
        Secrets = new SecretsState();
    }

    /// <summary>Gets the address of every service, <c>http://127.0.0.1:port</c>.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Gets the addresses that can serve as Timestream cells: the extra ports, or the endpoint if there are none.</summary>
    public IReadOnlyList<Uri> Cells { get; private set; } = [];

    /// <summary>Gets the buckets.</summary>
    public S3State S3 { get; }

    /// <summary>Gets the databases, their tables and the stored records.</summary>
    public TimestreamState Timestream { get; }

    /// <summary>Gets the published metrics.</summary>
    public CloudWatchState CloudWatch { get; }

    /// <summary>Gets the functions whose runtimes receive their events from this server.</summary>
    public LambdaState Lambda { get; }

    /// <summary>Gets the secrets.</summary>
    public SecretsState Secrets { get; }

    /// <summary>Gets the faults to inject.</summary>
    public FaultScript Faults { get; }

    /// <summary>Gets the requests that the services received.</summary>
    public RequestLog Requests { get; }

    /// <summary>Starts a server. It listens once the task completes.</summary>
    public static async Task<LocalAwsServer> StartAsync(LocalAwsOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LocalAwsOptions();
        var kestrel = LoopbackKestrel.Create([options.Port, .. Enumerable.Repeat(0, options.ExtraCells)]);
        var server = new LocalAwsServer(kestrel, options);
        await kestrel.StartAsync(new RequestPipeline(server, options), cancellationToken);
        server.TakeAddresses();
        return server;
    }

    /// <summary>Gets the environment variables that direct the loader, an SDK or the aws command to this server.</summary>
    public IReadOnlyDictionary<string, string> Environment() => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["AWS_ENDPOINT_URL"] = Endpoint.GetLeftPart(UriPartial.Authority),
        ["AWS_ACCESS_KEY_ID"] = SignatureCheck.AccessKeyId,
        ["AWS_SECRET_ACCESS_KEY"] = SignatureCheck.SecretAccessKey,
        ["AWS_REGION"] = _options.Region,
        ["AWS_DEFAULT_REGION"] = _options.Region,
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["TIMESTREAM_DATABASE_NAME"] = EnergyTables.Database,
        ["GENERATION_TABLE_NAME"] = EnergyTables.Generation,
        ["CONSUMPTION_TABLE_NAME"] = EnergyTables.Consumption,
        ["TRANSMISSION_TABLE_NAME"] = EnergyTables.Transmission,
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Faults.ReleaseGates();
        await LoopbackKestrel.StopAtOnceAsync(_kestrel);
    }

    private void TakeAddresses()
    {
        var addresses = LoopbackKestrel.Addresses(_kestrel);
        Endpoint = addresses[0];
        Cells = addresses.Count > 1 ? addresses[1..] : addresses;
        Lambda.Authority = Timestream.RegionalAuthority = string.Create(CultureInfo.InvariantCulture, $"{Endpoint.Host}:{Endpoint.Port}");
        Timestream.MoveCell(Cells[0]);
    }
}
