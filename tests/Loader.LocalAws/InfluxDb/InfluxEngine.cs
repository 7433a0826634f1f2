namespace Loader.LocalAws.InfluxDb;

/// <summary>The InfluxDB that a <see cref="LocalInfluxServer"/> emulates.</summary>
public enum InfluxEngine
{
    /// <summary>InfluxDB 2.7: organizations, buckets, TSM storage; the last arrival of a field wins.</summary>
    Version2,

    /// <summary>InfluxDB 3.10 Core or Enterprise: databases, tables with columns; which of two contents of a point is read is not defined.</summary>
    Version3,
}
