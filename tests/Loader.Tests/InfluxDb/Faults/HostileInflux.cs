using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.LocalAws.InfluxDb;
using Loader.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loader.Tests.InfluxDb.Faults;

/// <summary>An InfluxDB server that answers one path as no server should.</summary>
internal sealed class HostileInflux : HostileServer
{
    public const string Write2 = "/api/v2/write";
    public const string Write3 = "/api/v3/write_lp";
    public const string Ping = "/ping";
    public const string Buckets = "/api/v2/buckets";
    public const string Query2 = "/query";
    public const string Query3 = "/api/v3/query_sql";

    private readonly InfluxEngine _engine;

    private HostileInflux(InfluxEngine engine, string path, HostileAnswer answer)
        : base(path, answer) => _engine = engine;

    /// <summary>Gets the path to which lines are sent.</summary>
    public string Write => PathOfWrites(_engine);

    public static HostileInflux Start(InfluxEngine engine, string path, HostileAnswer answer) => new(engine, path, answer);

    public static string PathOfWrites(InfluxEngine engine) => engine == InfluxEngine.Version2 ? Write2 : Write3;

    /// <summary>Connects a sink that asks for the engine and retries once, without delay.</summary>
    public InfluxDbSink Connect(TimeProvider time, InfluxDbLayout layout = InfluxDbLayout.Versions)
    {
        var options = new InfluxDbOptions
        {
            Url = $"http://{Authority}",
            Token = "secret-token",
            Org = "org",
            Bucket = "energy",
            Database = "energy",
            Layout = layout,
            MaxRetries = 1,
        };
        return new InfluxDbSink(options, new AwsConnection(new AwsOptions(), time), time, NullLogger.Instance, () => 0);
    }

    /// <summary>Returns the path of the request line.</summary>
    protected override string OperationOf(string[] head) => head[0].Split(' ')[1].Split('?')[0];

    protected override HostileAnswer Usual(string operation, string request) => operation switch
    {
        Ping => Hostile.Answer(200, "", $"X-Influxdb-Version: {(_engine == InfluxEngine.Version2 ? "v2.7.11" : "3.10.0")}"),
        Write2 or Write3 => Hostile.Raw("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"),
        Buckets => Json("""{"buckets":[{"id":"0a","name":"energy","retentionRules":[]}]}"""),
        Query2 => Json("""{"results":[{"statement_id":0}]}"""),
        Query3 => Json(request.Contains("retention_period_ns", StringComparison.Ordinal) ? """[{"retention_period_ns":0}]""" : "[]"),
        _ => Hostile.Answer(200, ""),
    };

    private static HostileAnswer Json(string body) => Hostile.Answer(200, body, "Content-Type: application/json");
}
