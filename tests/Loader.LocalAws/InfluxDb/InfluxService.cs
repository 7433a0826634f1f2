using System.Globalization;
using System.Text.Json;
using Loader.LocalAws.Http;
using Loader.LocalAws.InfluxDb.Queries;
using Loader.LocalAws.InfluxDb.Storage;

namespace Loader.LocalAws.InfluxDb;

/// <summary>Checks the token and calls the endpoint. Both engines share a server; each knows only its own paths.</summary>
internal sealed class InfluxService(InfluxStore store, LocalInfluxOptions options, RequestLog log)
{
    private readonly Write2 _write2 = new(store, options);
    private readonly Write3 _write3 = new(store, options, log);
    private readonly Configure3 _configure = new(store, options);
    private readonly SqlQueries _sql = new(store);
    private readonly InfluxQlQueries _influxQl = new(store);
    private readonly DateTimeOffset _started = options.TimeProvider.GetUtcNow();

    /// <summary>The operation that fault scripts and counts use.</summary>
    public static string Operation(string method, string path) => (method, path) switch
    {
        ("POST", "/api/v2/write" or "/api/v3/write_lp") => "influx:Write",
        ("GET" or "HEAD" or "POST", "/ping") => "influx:Ping",
        ("GET", "/health") => "influx:Health",
        ("GET", "/ready") => "influx:Ready",
        ("GET", "/api/v2/buckets") => "influx:Buckets",
        ("GET" or "POST", "/query" or "/api/v3/query_sql") => "influx:Query",
        ("GET", "/api/v3/configure/database") => "influx:ListDatabases",
        ("POST", "/api/v3/configure/database") => "influx:CreateDatabase",
        ("POST", "/api/v3/configure/table") => "influx:CreateTable",
        _ => "influx:Unknown",
    };

    public Reply Handle(InfluxRequest request) => options.Engine == InfluxEngine.Version2 ? Handle2(request) : Handle3(request);

    /// <summary>Applies a write whose answer is not this, as a server does that goes on after a time-out. What it would have answered is lost.</summary>
    public void ApplyLater(InfluxRequest request) => store.Delayed.Add(() => Handle(request));

    private Reply Handle2(InfluxRequest request)
    {
        switch ((request.Method, request.Path))
        {
            // InfluxDB reference, section 2: 204; the headers name the engine. No token is needed.
            case ("GET" or "HEAD", "/ping"):
                return WithBuild(InfluxReply.NoContent());
            case ("GET", "/health"):
                return WithBuild(InfluxReply.Json(200, new { name = "influxdb", message = "ready for queries and writes", status = "pass", checks = Array.Empty<string>(), version = Version, commit = "local" }));
            case ("GET", "/ready"):
                return WithBuild(InfluxReply.Json(200, new { status = "ready", started = _started.ToString("O", CultureInfo.InvariantCulture), up = "1m0s" }));
            default:
                break;
        }

        if (!HasToken(request))
        {
            return WithBuild(InfluxReply.Error2(401, "unauthorized", "unauthorized access"));
        }

        var reply = (request.Method, request.Path) switch
        {
            ("POST", "/api/v2/write") => Write(_write2.Handle, request),
            ("GET", "/api/v2/buckets") => Buckets(request),
            ("GET" or "POST", "/query") => Query(_influxQl.Handle, request),
            _ => InfluxReply.Error2(404, "not found", "path not found"),
        };
        return WithBuild(reply);
    }

    private Reply Handle3(InfluxRequest request)
    {
        // Section 2: also /ping and /health need the token, unless the server was started otherwise.
        if (!options.PathsWithoutToken.Contains(request.Path, StringComparer.Ordinal) && !HasToken(request))
        {
            return IsMalformed(request.Authorization)
                ? InfluxReply.Untyped(400, """{"error": "Authorization header was malformed, the request was not in the form of 'Authorization: <auth-scheme> <token>', supported auth-schemes are Bearer, Token and Basic"}""")
                : InfluxReply.Untyped(401, options.IsUnauthorizedEmpty ? string.Empty : """{"error": "the request was not authenticated"}""");
        }

        try
        {
            return (request.Method, request.Path) switch
            {
                ("GET" or "POST", "/ping") => WithBuild(InfluxReply.Json(200, new { product_name = "InfluxDB 3 Core", version = Version, revision = "local", process_id = "00000000-0000-0000-0000-000000000000" })),
                ("GET", "/health") => ServiceErrors.PlainText(200, "OK"),
                ("POST", "/api/v3/write_lp") => Write(_write3.HandleLineProtocol, request),
                ("POST", "/api/v2/write") => Write(_write3.HandleCopyOf2, request),
                ("GET" or "POST", "/api/v3/query_sql") => Query(_sql.Handle, request),
                ("GET", "/api/v3/configure/database") => _configure.ListDatabases(request),
                ("POST", "/api/v3/configure/database") => _configure.CreateDatabase(request),
                ("POST", "/api/v3/configure/table") => _configure.CreateTable(request),
                _ => InfluxReply.Untyped(404, "Not found"),
            };
        }
        catch (Exception invalid) when (invalid is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return InfluxReply.Untyped(400, $"serde json error: {invalid.Message}");
        }
    }

    private Reply Write(Func<InfluxRequest, Reply> write, InfluxRequest request)
    {
        try
        {
            return options.DiscardWrites ? InfluxReply.NoContent() : write(request);
        }
        finally
        {
            store.Delayed.CountWrite();
        }
    }

    /// <summary>A query that the fake does not know is a defect of the test or of the fake: it must not look like an empty result.</summary>
    private Reply Query(Func<InfluxRequest, Reply> query, InfluxRequest request)
    {
        try
        {
            return query(request);
        }
        catch (MissingColumnException missing)
        {
            return InfluxReply.Untyped(400, missing.Message);
        }
        catch (UnknownQueryException unknown)
        {
            var text = request.Query("q") ?? System.Text.Encoding.UTF8.GetString(request.Body.Span);
            log.AddFailure(new NotSupportedException($"The fake does not know this query: {text}", unknown));
            return InfluxReply.Fault(options.Engine, 400, $"This fake does not know the query. {unknown.Message}");
        }
    }

    // Section 2: id and retentionRules. Without a retention the list is empty, unless the duration of shard groups was chosen; everySeconds 0 is for ever.
    private Reply Buckets(InfluxRequest request)
    {
        if (request.Query("org") is { } organization && !string.Equals(organization, options.Organization, StringComparison.Ordinal))
        {
            return InfluxReply.Error2(404, "not found", $"organization name \"{organization}\" not found");
        }

        var name = request.Query("name");
        var found = store.Buckets.Where(bucket => name is null || string.Equals(bucket.Name, name, StringComparison.Ordinal)).ToList();
        if (name is not null && found.Count == 0)
        {
            return InfluxReply.Error2(404, "not found", $"bucket \"{name}\" not found");
        }

        return InfluxReply.Json(200, new
        {
            links = new { self = "/api/v2/buckets?descending=false&limit=20&offset=0" },
            buckets = found.Select(bucket => new { id = bucket.Id, orgID = "0b00000000000000", type = "user", name = bucket.Name, retentionRules = Rules(bucket) }),
        });
    }

    private static object[] Rules(InfluxBucket bucket) => bucket.Retention is null && bucket.ShardGroupDuration is null
        ? []
        : [new { type = "expire", everySeconds = (long)(bucket.Retention?.TotalSeconds ?? 0), shardGroupDurationSeconds = (long)bucket.ShardSpan.TotalSeconds }];

    // Section 2: Token and Bearer are both accepted by both engines.
    private bool HasToken(InfluxRequest request) => options.Token is null
        || string.Equals(request.Authorization, $"Token {options.Token}", StringComparison.Ordinal)
        || string.Equals(request.Authorization, $"Bearer {options.Token}", StringComparison.Ordinal);

    private static bool IsMalformed(string? authorization) =>
        authorization is not null && (authorization.Split(' ') is not [var scheme, _] || scheme is not ("Bearer" or "Token" or "Basic"));

    private string Version => options.Version ?? (options.Engine == InfluxEngine.Version2 ? "v2.7.11" : "3.10.0");

    // Section 2: both headers are enough to tell the engine. Engine 2 sends them with every response.
    private Reply WithBuild(Reply reply) => reply
        .With("X-Influxdb-Build", options.Build ?? (options.Engine == InfluxEngine.Version2 ? "OSS" : "Core"))
        .With("X-Influxdb-Version", Version);
}
