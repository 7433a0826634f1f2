using Loader.LocalAws.Faults;
using Loader.LocalAws.Http;
using Loader.LocalAws.InfluxDb.Storage;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Loader.LocalAws.InfluxDb;

/// <summary>
/// InfluxDB 2 or 3 on a loopback port of its own. Tests can change and read its state directly while it runs. It accepts what the sources of the servers accept, and
/// leaves open what they leave open: see the README beside this file for the assumptions.
/// </summary>
public sealed class LocalInfluxServer : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;
    private readonly LocalInfluxOptions _options;
    private readonly InfluxStore _store;

    private LocalInfluxServer(KestrelServer kestrel, LocalInfluxOptions options)
    {
        _kestrel = kestrel;
        _options = options;
        _store = new InfluxStore(options);
        Requests = new RequestLog(new() { KeepRequests = options.KeepRequests, KeepBodies = options.KeepBodies, TimeProvider = options.TimeProvider });
        Faults = new FaultScript(options.TimeProvider);
    }

    /// <summary>Gets the address, <c>http://127.0.0.1:port</c>.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Gets the engine that the server emulates.</summary>
    public InfluxEngine Engine => _options.Engine;

    /// <summary>
    /// Gets the faults to inject. Operations are <c>influx:Write</c>, <c>influx:Query</c>, <c>influx:Ping</c>, <c>influx:Health</c>, <c>influx:Ready</c>,
    /// <c>influx:Buckets</c>, <c>influx:ListDatabases</c>, <c>influx:CreateDatabase</c>, <c>influx:CreateTable</c>.
    /// </summary>
    public FaultScript Faults { get; }

    /// <summary>Gets the requests that the server received.</summary>
    public RequestLog Requests { get; }

    /// <summary>Gets the buckets (engine 2) or databases (engine 3), ordered by name.</summary>
    public IReadOnlyList<InfluxBucket> Buckets => _store.Buckets;

    /// <summary>Gets the number of writes that were answered with a time-out or given up, and may still be applied.</summary>
    public int DelayedWrites => _store.Delayed.Count;

    /// <summary>Starts a server. It listens once the task completes.</summary>
    public static async Task<LocalInfluxServer> StartAsync(LocalInfluxOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LocalInfluxOptions();
        var kestrel = LoopbackKestrel.Create([options.Port]);
        var server = new LocalInfluxServer(kestrel, options);
        var service = new InfluxService(server._store, options, server.Requests);
        await kestrel.StartAsync(new InfluxPipeline(server, options, service), cancellationToken);
        server.Endpoint = LoopbackKestrel.Addresses(kestrel)[0];
        return server;
    }

    /// <summary>Gets the environment variables that direct the loader to this server and its first bucket.</summary>
    public IReadOnlyDictionary<string, string> Environment()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["INFLUXDB_URL"] = Endpoint.GetLeftPart(UriPartial.Authority),
            ["INFLUXDB_TOKEN"] = _options.Token ?? "none",
        };
        var name = _options.Buckets.Count == 0 ? "energy" : _options.Buckets[0].Name;
        if (_options.Engine == InfluxEngine.Version3)
        {
            variables["INFLUXDB_DATABASE"] = name;
        }
        else
        {
            variables["INFLUXDB_ORG"] = _options.Organization;
            variables["INFLUXDB_BUCKET"] = name;
        }

        return variables;
    }

    /// <summary>Gets a bucket or database. Throws <see cref="KeyNotFoundException"/> if it does not exist.</summary>
    public InfluxBucket Bucket(string name) => _store.Find(name) ?? throw new KeyNotFoundException($"There is no bucket or database {name}.");

    /// <summary>Gets a bucket or database, or null.</summary>
    public InfluxBucket? FindBucket(string name) => _store.Find(name);

    /// <summary>Adds a bucket or database.</summary>
    public InfluxBucket AddBucket(InfluxBucketSettings settings) => _store.Add(settings);

    /// <summary>
    /// Refuses lines as the engine refuses a line that it cannot store (InfluxDB reference, section 2). Engine 3: 400 with the numbers of the lines, and all others
    /// are stored. Engine 2: 422 with only the number of points, and all others are stored; or, for a line that does not parse, 400 with the line, and nothing is
    /// stored. Writes that are applied late are judged when they are applied. Null refuses none.
    /// </summary>
    public LineRefusal? Refusal
    {
        get => _store.Refusal;
        set => _store.Refusal = value;
    }

    /// <summary>Applies every write that still waits. Returns how many there were.</summary>
    public int ApplyDelayedWrites() => _store.Delayed.ApplyAll();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Faults.ReleaseGates();
        await LoopbackKestrel.StopAtOnceAsync(_kestrel);
    }
}
