using InfluxDB3.Client;
using InfluxDB3.Client.Config;
using InfluxDB3.Client.Write;
using Loader.Domain;

namespace Loader.Benchmarks.Influx;

/// <summary>The official C# client as one uses it: a point of tags and fields a row, several requests in flight.</summary>
/// <param name="rows">The rows, in memory already.</param>
/// <param name="endpoint">Where they go.</param>
/// <param name="inFlight">The requests in flight.</param>
internal sealed class PointDataWriter(InfluxRows rows, Uri endpoint, int inFlight) : IDisposable
{
    /// <summary>The last tag of every line, as long as a version of the loader's.</summary>
    private const string Version = "3649385347481600000-0badf00d";

    private readonly InfluxDBClient _client = new(new ClientConfig
    {
        Host = endpoint.ToString(),
        Token = InfluxLoad.Token,
        Organization = InfluxLoad.Name,
        Database = InfluxLoad.Name,
        WriteOptions = new WriteOptions { Precision = WritePrecision.S, GzipThreshold = int.MaxValue },
    });

    private int _taken;

    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        _taken = 0;
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(() => SendAsync(cancellationToken), cancellationToken)));
        return rows.Count;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        int first;
        while ((first = (Interlocked.Increment(ref _taken) - 1) * InfluxLoad.LinesPerRequest) < rows.Count)
        {
            IEnumerable<PointData> points = Enumerable.Range(first, Math.Min(InfluxLoad.LinesPerRequest, rows.Count - first)).Select(PointOf);
            await _client.WritePointsAsync(points, cancellationToken: cancellationToken);
        }
    }

    private PointData PointOf(int row)
    {
        SeriesKey series = rows.Series[rows.SeriesIds[row]].Key;
        PointData point = PointData.Measurement("generation")
            .SetTag("region", series.Region!)
            .SetTag("energy_source", series.Subject!)
            .SetTag("measurement_type", series.MeasurementType!);
        if (series.QualityFlag is { } flag)
        {
            point = point.SetTag("quality_flag", flag);
        }

        return point.SetTag("version", Version).SetDoubleField("value", rows.Values[row]).SetTimestamp(rows.Seconds[row], WritePrecision.S);
    }
}
