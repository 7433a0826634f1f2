using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Loader.Benchmarks.Endpoint;

namespace Loader.Benchmarks.Influx;

/// <summary>
/// Answers the requests of a load as an InfluxDB 2 with an empty bucket does, and counts the bytes of writes without looking at them. <c>GET /bytes</c> tells the
/// count.
/// </summary>
internal sealed class DiscardingInfluxDb : IDisposable
{
    private const string BytesPath = "/bytes";

    private static readonly byte[] Written = Answer(204, null);

    private readonly ConnectionListener _listener;
    private long _bytes;

    /// <summary>Initializes a new instance of the <see cref="DiscardingInfluxDb"/> class, which listens on a free port from here on.</summary>
    public DiscardingInfluxDb() => _listener = new ConnectionListener(port: 0, Serve);

    /// <summary>Gets the port.</summary>
    public int Port => _listener.Port;

    /// <summary>Asks an endpoint for the bytes of all bodies that it has received.</summary>
    public static async Task<long> ReceivedBytesAsync(HttpClient client, Uri endpoint, CancellationToken cancellationToken) =>
        long.Parse(await client.GetStringAsync(new Uri(endpoint, BytesPath), cancellationToken), CultureInfo.InvariantCulture);

    /// <summary>Begins to take connections.</summary>
    public void Start() => _listener.Start();

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Serve(Socket connection)
    {
        var requests = new RequestReader(connection);
        while (requests.TryRead(out string path, out long bodyBytes))
        {
            connection.Send(path switch
            {
                "/api/v2/write" => Count(bodyBytes),
                "/ping" => Answer(204, null),
                "/api/v2/buckets" => Answer(200, """{"buckets":[{"id":"0a00000000000001","orgID":"0b00000000000000","type":"user","name":"energy","retentionRules":[]}]}"""),
                "/query" => Answer(200, """{"results":[{"statement_id":0}]}"""),
                BytesPath => Answer(200, Interlocked.Read(ref _bytes).ToString(CultureInfo.InvariantCulture)),
                _ => Answer(404, """{"code":"not found","message":"path not found"}"""),
            });
        }
    }

    private byte[] Count(long bodyBytes)
    {
        Interlocked.Add(ref _bytes, bodyBytes);
        return Written;
    }

    // Engine 2 sends both headers with every response.
    private static byte[] Answer(int status, string? json)
    {
        string body = json is null ? "\r\n" : $"Content-Type: application/json; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}";
        return Encoding.UTF8.GetBytes($"HTTP/1.1 {status.ToString(CultureInfo.InvariantCulture)} X\r\nX-Influxdb-Build: OSS\r\nX-Influxdb-Version: v2.7.11\r\n{body}");
    }
}
