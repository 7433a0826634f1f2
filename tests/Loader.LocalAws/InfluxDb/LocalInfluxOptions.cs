namespace Loader.LocalAws.InfluxDb;

/// <summary>The settings of a <see cref="LocalInfluxServer"/>. The defaults suit a test.</summary>
public sealed class LocalInfluxOptions
{
    /// <summary>Gets the loopback port to listen on. Default 0: any free port.</summary>
    public int Port { get; init; }

    /// <summary>Gets the engine. Default 3.</summary>
    public InfluxEngine Engine { get; init; } = InfluxEngine.Version3;

    /// <summary>Gets the token that requests must have, or null if none is checked.</summary>
    public string? Token { get; init; } = "local-influx-token";

    /// <summary>Gets the only organization of engine 2.</summary>
    public string Organization { get; init; } = "energy-org";

    /// <summary>Gets the buckets (engine 2) or databases (engine 3) that exist from the start.</summary>
    public IReadOnlyList<InfluxBucketSettings> Buckets { get; init; } = [new("energy")];

    /// <summary>Gets the clock: retention, times of lines without one, delays.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Gets the seed of everything that the real servers leave open: duplicates on engine 3, delayed writes, the error of several shards that is returned.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// Gets the largest body in bytes, before and after inflating. Null is the engine's default: no limit in engine 2, 10 MiB in engine 3
    /// (InfluxDB reference, section 2).
    /// </summary>
    public int? MaxBodyBytes { get; init; }

    /// <summary>Gets how many databases engine 3 allows. Default 5, as Core (section 2).</summary>
    public int MaxDatabases { get; init; } = 5;

    /// <summary>Gets how many tables engine 3 allows in all databases. Default 2,000, as Core (section 2).</summary>
    public int MaxTables { get; init; } = 2_000;

    /// <summary>Gets how many columns engine 3 allows in a table, with time. Default 500 (section 2).</summary>
    public int MaxColumns { get; init; } = 500;

    /// <summary>Gets how many tag columns engine 3 allows in a table. Default 4,096 (section 2).</summary>
    public int MaxTagColumns { get; init; } = 4_096;

    /// <summary>Gets the paths of engine 3 that need no token, such as <c>/ping</c> and <c>/health</c>. Default none (section 2).</summary>
    public IReadOnlyList<string> PathsWithoutToken { get; init; } = [];

    /// <summary>
    /// Gets a value indicating whether status 401 of engine 3 has an empty body, as section 2 says. The source of the router in 3.10 sends a JSON object
    /// (<c>AuthenticationError</c> in influxdb3_server/src/http.rs); a client must cope with both. Default true.
    /// </summary>
    public bool IsUnauthorizedEmpty { get; init; } = true;

    /// <summary>Gets the value of <c>X-Influxdb-Build</c>. Null is the engine's default: <c>OSS</c> or <c>Core</c>.</summary>
    public string? Build { get; init; }

    /// <summary>Gets the value of <c>X-Influxdb-Version</c>. Null is the engine's default.</summary>
    public string? Version { get; init; }

    /// <summary>Gets the delay of every response, measured by <see cref="TimeProvider"/>. Default zero.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Gets a value indicating whether writes with the right token are answered with 204 and neither parsed nor stored. For benchmarks.</summary>
    public bool DiscardWrites { get; init; }

    /// <summary>Gets a value indicating whether requests are kept for <see cref="LocalInfluxServer.Requests"/>. They are counted in any case.</summary>
    public bool KeepRequests { get; init; } = true;

    /// <summary>Gets a value indicating whether kept requests include their bodies. Default false.</summary>
    public bool KeepBodies { get; init; }
}

/// <summary>A bucket or database.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Retention">How long points are kept; null is for ever.</param>
/// <param name="ShardGroupDuration">Engine 2: the time that a group of shards covers; null is the server's choice by the retention.</param>
public sealed record InfluxBucketSettings(string Name, TimeSpan? Retention = null, TimeSpan? ShardGroupDuration = null);
