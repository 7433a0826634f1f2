using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.InfluxDb.Settings;

namespace Loader.Cli.Loading;

/// <summary>
/// What writing the rows to InfluxDB would take. The requests were planned and encoded, but not sent. Part of the JSON output: its member
/// names are a contract.
/// </summary>
internal sealed record InfluxDbDocument(
    int Engine,
    string Layout,
    bool Gzip,
    long Requests,
    long Bytes,
    long Points,
    long Series,
    bool HasMoreSeries,
    long StoredSeries,
    long PointsAddedByNewerFiles,
    long SeriesAddedByNewerFiles)
{
    /// <summary>Creates the document of an estimate.</summary>
    public static InfluxDbDocument From(InfluxDbEstimate estimate) => new(
        estimate.Engine.ToNumber(),
        estimate.Layout.ToName(),
        estimate.IsCompressed,
        estimate.Requests,
        estimate.Bytes,
        estimate.Points,
        estimate.Series,
        estimate.HasMoreSeries,
        estimate.StoredSeries,
        estimate.PointsAddedByNewerFiles,
        estimate.SeriesAddedByNewerFiles);
}

internal static class InfluxDbNames
{
    /// <summary>Returns the number of an engine, as in <c>INFLUXDB_ENGINE</c>.</summary>
    public static int ToNumber(this InfluxDbEngine engine) => engine == InfluxDbEngine.Version2 ? 2 : 3;

    /// <summary>Returns the name of a layout, as in <c>INFLUXDB_LAYOUT</c>.</summary>
    public static string ToName(this InfluxDbLayout layout) => layout switch
    {
        InfluxDbLayout.Overwrite => "overwrite",
        InfluxDbLayout.Plain => "plain",
        _ => "versions",
    };
}
