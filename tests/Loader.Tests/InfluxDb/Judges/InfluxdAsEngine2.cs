using System.Net.Http.Headers;
using System.Text;
using Loader.LocalAws.Faults;
using Loader.LocalAws.Http;
using Loader.LocalAws.InfluxDb;
using Loader.Tests.LocalAws.Influx;

namespace Loader.Tests.InfluxDb.Judges;

/// <summary>
/// influxd 1.6.7 behind the HTTP API of InfluxDB 2, so that the sink can write to a real storage engine of the same family. A bucket is a database. The
/// server parses, stores and answers queries; this class translates addresses, the names of precisions, and errors.
/// </summary>
/// <remarks>
/// What InfluxDB 2.7 does and this does not (InfluxDB reference, sections 2 and 9):
/// <list type="bullet">
/// <item>If a line does not parse, 2.7 stores nothing. influxd stores the other lines; the answer is 400 with the quoted lines in both cases.</item>
/// <item>
/// Of points older than the retention, 2.7 names the oldest and the newest in its 422. influxd only counts them, in the words of earlier releases of
/// InfluxDB 2: <c>points beyond retention policy dropped=N</c>.
/// </item>
/// <item>influxd refuses bodies of more than 25 MB, a million series in a database, and 100,000 values of a tag. 2.7 has none of these limits by default.</item>
/// <item>influxd has no tokens and no organizations: both are compared here, and every token has all rights.</item>
/// <item>The id of a bucket is made from its name, and a bucket can be named by its name only.</item>
/// <item>Of the endpoints there are ping, buckets, write and query; every other path is 404.</item>
/// </list>
/// </remarks>
internal sealed class InfluxdAsEngine2 : IAsyncDisposable
{
    public const string Token = InfluxHttp.Token;
    public const string Organization = "energy-org";

    /// <summary>influxd's limit of a body, before and after inflating.</summary>
    public const int MaxBodyBytes = 25_000_000;

    private static readonly Dictionary<string, string> Headers = new() { ["X-Influxdb-Build"] = "OSS", ["X-Influxdb-Version"] = "v2.7.11" };

    private static readonly HttpClient Client = new();

    private readonly Influxd _influxd;
    private readonly Engine2Translation _translation;
    private readonly InfluxFront _front;

    private InfluxdAsEngine2(Influxd influxd, Engine2Translation translation, InfluxFront front)
    {
        _influxd = influxd;
        _translation = translation;
        _front = front;
    }

    /// <summary>Gets the address of the API.</summary>
    public Uri Endpoint => _front.Endpoint;

    /// <summary>Gets the faults to inject, with the operations of the fake: <c>influx:Write</c>, <c>influx:Query</c>, <c>influx:Ping</c>, <c>influx:Buckets</c>.</summary>
    public FaultScript Faults => _front.Faults;

    /// <summary>Gets the counts of requests and the unexpected exceptions.</summary>
    public RequestLog Requests => _front.Requests;

    /// <summary>Starts influxd and the API, or skips the test where influxd is not installed.</summary>
    public static async Task<InfluxdAsEngine2> StartAsync()
    {
        Influxd influxd = await Influxd.StartAsync();
        var translation = new Engine2Translation(influxd.Address);
        return new(influxd, translation, await InfluxFront.StartAsync(InfluxEngine.Version2, Headers, translation.AnswerAsync));
    }

    /// <summary>Makes a bucket; without a retention it keeps points for ever.</summary>
    public async Task CreateBucketAsync(string name, TimeSpan? retention = null)
    {
        await _influxd.CreateDatabaseAsync(name);
        if (retention is { } duration)
        {
            await _translation.ExecuteAsync($"ALTER RETENTION POLICY \"autogen\" ON \"{name}\" DURATION {(long)duration.TotalSeconds}s SHARD DURATION 1h");
        }
    }

    /// <summary>Writes lines with times in nanoseconds.</summary>
    /// <returns>The status and body of a refusal, or null.</returns>
    public async Task<string?> WriteAsync(string bucket, string lines)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Endpoint, $"api/v2/write?org={Organization}&bucket={bucket}&precision=ns"))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(lines)),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Token", Token);
        using HttpResponseMessage response = await Client.SendAsync(request);
        return response.IsSuccessStatusCode ? null : $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
    }

    /// <summary>Gets the environment variables that direct the loader to a bucket.</summary>
    public IReadOnlyDictionary<string, string> Environment(string bucket) => new Dictionary<string, string>
    {
        ["INFLUXDB_URL"] = Endpoint.GetLeftPart(UriPartial.Authority),
        ["INFLUXDB_TOKEN"] = Token,
        ["INFLUXDB_ORG"] = Organization,
        ["INFLUXDB_BUCKET"] = bucket,
    };

    /// <summary>Reads every point of a measurement by InfluxQL, ordered by time.</summary>
    public async Task<IReadOnlyList<StoredPoint>> ReadAsync(string bucket, string table) =>
        InfluxQlPoints.Parse(
            await _influxd.QueryAsync(bucket, $"SELECT * FROM \"{table}\""),
            await _influxd.QueryAsync(bucket, $"SHOW TAG KEYS FROM \"{table}\""),
            await _influxd.QueryAsync(bucket, $"SHOW FIELD KEYS FROM \"{table}\""));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _front.DisposeAsync();
        _translation.Dispose();
        await _influxd.DisposeAsync();
    }
}
