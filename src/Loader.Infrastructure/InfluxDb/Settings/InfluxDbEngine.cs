namespace Loader.Infrastructure.InfluxDb.Settings;

/// <summary>The engine of an InfluxDB server.</summary>
public enum InfluxDbEngine
{
    /// <summary>The server is asked.</summary>
    Auto,

    /// <summary>InfluxDB 2: buckets of an organization.</summary>
    Version2,

    /// <summary>InfluxDB 3 Core or Enterprise: databases.</summary>
    Version3,
}
