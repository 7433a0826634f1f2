using InfluxDB3.Client;
using InfluxDB3.Client.Config;
using InfluxDB3.Client.Write;
using Loader.LocalAws.InfluxDb.Lines;
using Loader.Tests.LocalAws.Influx;

namespace Loader.Tests.InfluxDb.Judges;

/// <summary>
/// InfluxDB3.Client, the official C# client, as a writer that shares no code with the loader. It queries by Flight (gRPC), which the fake does not speak, so what
/// it wrote is read by <c>/api/v3/query_sql</c> and from the state of the fake.
/// </summary>
internal static class OutsideClient
{
    /// <summary>Creates a client that writes seconds to the bucket or database <c>energy</c>.</summary>
    /// <param name="endpoint">The server.</param>
    /// <param name="useV2Api">Whether it writes to <c>/api/v2/write</c>, as it does by default, or to <c>/api/v3/write_lp</c>.</param>
    /// <param name="acceptPartial">Whether the other lines are stored if one is refused. Only of <c>/api/v3/write_lp</c>.</param>
    /// <param name="token">The token.</param>
    public static InfluxDBClient Create(Uri endpoint, bool useV2Api, bool acceptPartial = true, string token = InfluxHttp.Token) => new(new ClientConfig
    {
        Host = endpoint.GetLeftPart(UriPartial.Authority),
        Token = token,
        Organization = InfluxdAsEngine2.Organization,
        Database = "energy",
        WriteOptions = new WriteOptions { UseV2Api = useV2Api, AcceptPartial = acceptPartial, Precision = WritePrecision.S },
    });

    /// <summary>Makes the client's point of a point.</summary>
    public static PointData PointOf(string table, StoredPoint point)
    {
        PointData data = PointData.Measurement(table).SetTimestamp(point.TimeNanoseconds / 1_000_000_000, WritePrecision.S);
        foreach (InfluxTag tag in point.Tags)
        {
            data = data.SetTag(tag.Key, tag.Value);
        }

        foreach (InfluxField field in point.Fields)
        {
            data = field.Value.Type switch
            {
                Loader.LocalAws.InfluxDb.InfluxType.Float => data.SetDoubleField(field.Key, field.Value.Float),
                Loader.LocalAws.InfluxDb.InfluxType.Integer => data.SetIntegerField(field.Key, field.Value.Integer),
                Loader.LocalAws.InfluxDb.InfluxType.Boolean => data.SetBooleanField(field.Key, field.Value.Boolean),
                _ => data.SetStringField(field.Key, field.Value.Text!),
            };
        }

        return data;
    }
}
