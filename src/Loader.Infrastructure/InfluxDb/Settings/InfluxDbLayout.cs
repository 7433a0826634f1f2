namespace Loader.Infrastructure.InfluxDb.Settings;

/// <summary>
/// How records are stored as points, and what that guarantees: docs/influxdb.md. A table keeps the layout that it began with.
/// </summary>
public enum InfluxDbLayout
{
    /// <summary>
    /// The record's version is the last tag. A point never has two contents, so loads can run in any order, at once and again. Readers take
    /// the highest version.
    /// </summary>
    Versions,

    /// <summary>
    /// The record's version is a field. Before a row group is written, the loader asks for newer points. Engine 2 only. Loads of the same
    /// series and times at one moment are not covered.
    /// </summary>
    Overwrite,

    /// <summary>No version, for data that is never corrected: of a point with two contents either may be stored.</summary>
    Plain,
}
