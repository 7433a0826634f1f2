using System.Globalization;
using Loader.Application.Ports;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.LocalAws.Faults;
using Loader.LocalAws.InfluxDb;
using Loader.LocalAws.InfluxDb.Storage;
using Loader.LocalAws.Timestream;
using Loader.Tests.Faults;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loader.Tests.InfluxDb.Faults;

/// <summary>An engine and a layout.</summary>
public sealed record InfluxTarget(InfluxEngine Engine, InfluxDbLayout Layout)
{
    /// <summary>Gets all engines with the layouts that they have.</summary>
    public static IEnumerable<InfluxTarget> All =>
    [
        new(InfluxEngine.Version2, InfluxDbLayout.Versions),
        new(InfluxEngine.Version2, InfluxDbLayout.Overwrite),
        new(InfluxEngine.Version2, InfluxDbLayout.Plain),
        new(InfluxEngine.Version3, InfluxDbLayout.Versions),
        new(InfluxEngine.Version3, InfluxDbLayout.Plain),
    ];

    /// <summary>Gets the targets where the newest value wins.</summary>
    public static IEnumerable<InfluxTarget> WithVersions => All.Where(target => target.Layout != InfluxDbLayout.Plain);

    /// <summary>Gets the targets where the newest value wins, whatever happens at one moment.</summary>
    public static IEnumerable<InfluxTarget> WithVersionTag => All.Where(target => target.Layout == InfluxDbLayout.Versions);

    /// <inheritdoc/>
    public override string ToString() => $"engine_{(Engine == InfluxEngine.Version2 ? 2 : 3)}_{Layout}";
}

/// <summary>An InfluxDB server that a <see cref="FaultRig"/> loads into.</summary>
internal sealed class InfluxDestination : RigDestination
{
    private const string Bucket = "energy";

    private readonly InfluxTarget _target;
    private readonly bool _ownsServer;

    private InfluxDestination(InfluxTarget target, LocalInfluxServer server, bool ownsServer)
    {
        _target = target;
        Server = server;
        _ownsServer = ownsServer;
    }

    public LocalInfluxServer Server { get; }

    public override FaultScript Faults => Server.Faults;

    public override string WriteOperation => "influx:Write";

    public override string Sink => "influxdb";

    public override IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(Server.Environment(), StringComparer.Ordinal)
    {
        ["SINK"] = "influxdb",
        ["INFLUXDB_LAYOUT"] = _target.Layout.ToString().ToLowerInvariant(),
        ["INFLUXDB_BATCH_LINES"] = "20",
    };

    /// <summary>Gets the table of generation, or null if nothing was written to it.</summary>
    public InfluxTable? Table => Server.Bucket(Bucket).FindTable(EnergyTables.Generation);

    /// <summary>Starts a server.</summary>
    /// <param name="target">The engine and the layout.</param>
    /// <param name="seed">Decides what the real servers leave open.</param>
    public static async Task<InfluxDestination> StartAsync(InfluxTarget target, int seed = 0) => new(
        target,
        await LocalInfluxServer.StartAsync(new LocalInfluxOptions { Engine = target.Engine, Seed = seed, KeepRequests = false }),
        ownsServer: true);

    /// <summary>Returns the destination of another process that loads into the same server.</summary>
    public InfluxDestination Share() => new(_target, Server, ownsServer: false);

    public override void Configure(LoaderOptions options)
    {
        options.Sink = CloudSink.InfluxDb;
        options.InfluxDb.Url = Server.Environment()["INFLUXDB_URL"];
        options.InfluxDb.Token = Server.Environment()["INFLUXDB_TOKEN"];
        options.InfluxDb.Org = Server.Environment().GetValueOrDefault("INFLUXDB_ORG", "");
        options.InfluxDb.Bucket = Server.Environment().GetValueOrDefault("INFLUXDB_BUCKET", "");
        options.InfluxDb.Database = Server.Environment().GetValueOrDefault("INFLUXDB_DATABASE", "");
        options.InfluxDb.Layout = _target.Layout;
        options.InfluxDb.GenerationTableName = EnergyTables.Generation;
        options.InfluxDb.ConsumptionTableName = EnergyTables.Consumption;
        options.InfluxDb.TransmissionTableName = EnergyTables.Transmission;
        options.InfluxDb.BatchLines = 40;
    }

    public override IRecordSink CreateSink(LoaderOptions options) => new InfluxDbSink(
        options.InfluxDb, new AwsConnection(options.Aws, TimeProvider.System), TimeProvider.System, NullLogger.Instance, () => 0);

    public override Dictionary<RecordIdentity, StoredValue> Read()
    {
        Server.ApplyDelayedWrites();
        return PointsOf(Table).ToDictionary(
            point => new RecordIdentity(point.Time.UtcDateTime, point.Tag("region")!, point.Tag("energy_source")!, point.Tag("quality_flag")),
            point => new StoredValue(point.Field("value")!.Value.Float, VersionOf(point)));
    }

    /// <summary>
    /// Applies the writes that timed out and wait. Only the layouts with a version tag need no such pause: in the others a write that is
    /// applied later than a newer one leaves the older value, which InfluxDB cannot be asked to prevent.
    /// </summary>
    public override void EndLoad()
    {
        if (_target.Layout != InfluxDbLayout.Versions)
        {
            Server.ApplyDelayedWrites();
        }
    }

    /// <summary>No point has two contents, no request asked for what the server does not have, and the server has no defect.</summary>
    public override void AssertSound()
    {
        Assert.That(Server.Requests.Failures, Is.Empty);
        if (_target.Layout != InfluxDbLayout.Overwrite)
        {
            Assert.That((Table?.ContradictoryPoints ?? 0, Table?.RewrittenPoints ?? 0), Is.EqualTo((0, 0)), "points with two contents");
        }
    }

    public override ValueTask DisposeAsync() => _ownsServer ? Server.DisposeAsync() : ValueTask.CompletedTask;

    /// <summary>Returns what a reader of the layout finds.</summary>
    private IReadOnlyList<InfluxPoint> PointsOf(InfluxTable? table) =>
        table is null ? [] : _target.Layout == InfluxDbLayout.Versions ? table.Newest() : table.Points;

    private long VersionOf(InfluxPoint point) => _target.Layout switch
    {
        InfluxDbLayout.Versions => long.Parse(point.Tag("version")!.AsSpan(0, 19), NumberStyles.None, CultureInfo.InvariantCulture),
        InfluxDbLayout.Overwrite => point.Field("version")!.Value.Integer,
        _ => 0,
    };
}
