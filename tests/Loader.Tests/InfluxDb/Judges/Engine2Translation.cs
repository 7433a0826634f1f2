using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Loader.LocalAws.Http;
using Loader.LocalAws.InfluxDb;

namespace Loader.Tests.InfluxDb.Judges;

/// <summary>Requests to InfluxDB 2, translated to influxd 1.6.7 and back. See <see cref="InfluxdAsEngine2"/> for what cannot be translated.</summary>
internal sealed partial class Engine2Translation(Uri influxd) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = influxd };

    /// <summary>Executes a statement of InfluxQL that changes something.</summary>
    public async Task ExecuteAsync(string statement)
    {
        using var content = new FormUrlEncodedContent([new("q", statement)]);
        using HttpResponseMessage response = await _http.PostAsync(new Uri("query", UriKind.Relative), content);
        string text = await response.Content.ReadAsStringAsync();
        if (JsonDocument.Parse(text).RootElement.GetProperty("results")[0].TryGetProperty("error", out JsonElement error))
        {
            throw new InvalidOperationException($"{statement}: {error.GetString()}");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Answers a request.</summary>
    public async Task<InfluxFrontReply> AnswerAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        if (call is { Method: "GET" or "HEAD", Path: "/ping" })
        {
            return new(204);
        }

        if (call.Header("Authorization") is not ($"Token {InfluxdAsEngine2.Token}" or $"Bearer {InfluxdAsEngine2.Token}"))
        {
            return Error(401, "unauthorized", "unauthorized access");
        }

        return (call.Method, call.Path) switch
        {
            ("POST", "/api/v2/write") => await WriteAsync(call, cancellationToken),
            ("GET", "/api/v2/buckets") => await BucketsAsync(call, cancellationToken),
            ("GET" or "POST", "/query") => await QueryAsync(call, cancellationToken),
            _ => Error(404, "not found", "path not found"),
        };
    }

    private async Task<InfluxFrontReply> WriteAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        // influxd calls microseconds u, and takes every name that it does not know, us among them, for nanoseconds.
        string? precision = call.Query("precision") switch { null or "" or "ns" => "n", "us" => "u", "ms" => "ms", "s" => "s", _ => null };
        if (precision is null)
        {
            return Error(400, "invalid", "invalid precision; valid precision units are ns, us, ms, and s");
        }

        if (call.Query("org") is not InfluxdAsEngine2.Organization)
        {
            return Error(404, "not found", $"organization name \"{call.Query("org")}\" not found");
        }

        string bucket = call.Query("bucket") ?? string.Empty;
        using HttpResponseMessage response = await SendAsync(call, $"write?db={Uri.EscapeDataString(bucket)}&precision={precision}", cancellationToken);
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? new(204)
            : Refusal((int)response.StatusCode, JsonDocument.Parse(text).RootElement.GetProperty("error").GetString()!, bucket);
    }

    private static InfluxFrontReply Refusal(int status, string error, string bucket)
    {
        const string Partial = "partial write: ";
        return status switch
        {
            // Lines that do not parse are quoted in the same words, in 2.7 without anything around them.
            400 when Unparsable().Match(error) is { Success: true } match => Error(400, "invalid", match.Groups["lines"].Value),

            // A conflict or the retention: the other points are stored by both.
            400 when error.StartsWith(Partial, StringComparison.Ordinal) =>
                Error(422, "unprocessable entity", $"failure writing points to database: {error}"),
            404 => Error(404, "not found", $"bucket \"{bucket}\" not found"),
            413 => Error(413, "request too large", "unable to read data: points batch is too large"),
            400 => Error(400, "invalid", error),
            _ => Error(status, "internal error", error),
        };
    }

    private async Task<InfluxFrontReply> BucketsAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        if (call.Query("org") is { } organization && organization != InfluxdAsEngine2.Organization)
        {
            return Error(404, "not found", $"organization name \"{organization}\" not found");
        }

        string name = call.Query("name") ?? string.Empty;
        string query = Uri.EscapeDataString($"SHOW RETENTION POLICIES ON \"{name.Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
        JsonElement result = JsonDocument.Parse(await _http.GetStringAsync(new Uri($"query?q={query}", UriKind.Relative), cancellationToken)).RootElement.GetProperty("results")[0];
        if (result.TryGetProperty("error", out _))
        {
            return Error(404, "not found", $"bucket \"{name}\" not found");
        }

        // name, duration, shardGroupDuration, replicaN, default
        JsonElement policy = result.GetProperty("series")[0].GetProperty("values").EnumerateArray().Single(row => row[4].GetBoolean());
        object[] rules = Seconds(policy[1].GetString()!) is var seconds and > 0
            ? [new { type = "expire", everySeconds = seconds, shardGroupDurationSeconds = Seconds(policy[2].GetString()!) }]
            : [];
        return Json(200, new { buckets = new[] { new { id = Id(name), orgID = "0b00000000000000", type = "user", name, retentionRules = rules } } });
    }

    private async Task<InfluxFrontReply> QueryAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        string parameters = call.Target.Contains('?', StringComparison.Ordinal) ? call.Target[call.Target.IndexOf('?', StringComparison.Ordinal)..] : string.Empty;
        using HttpResponseMessage response = await SendAsync(call, $"query{parameters}", cancellationToken);
        return new((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken), response.Content.Headers.ContentType?.ToString());
    }

    /// <summary>Sends the request on with its body as it is, compressed or not, and without its token.</summary>
    private async Task<HttpResponseMessage> SendAsync(ServiceCall call, string target, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), new Uri(target, UriKind.Relative));
        if (call.Method == "POST")
        {
            // influxd refuses a larger body by its length and closes the connection, so the refusal can be read only before the body is sent.
            request.Headers.ExpectContinue = call.Body.Length > InfluxdAsEngine2.MaxBodyBytes;
            request.Content = new ReadOnlyMemoryContent(call.Body);
            request.Content.Headers.ContentType = call.Header("Content-Type") is { } type ? MediaTypeHeaderValue.Parse(type) : null;
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", call.Header("Content-Encoding"));
        }

        return await _http.SendAsync(request, cancellationToken);
    }

    private static InfluxFrontReply Error(int status, string code, string message) => Json(status, new { code, message });

    private static InfluxFrontReply Json<T>(int status, T value) => new(status, JsonSerializer.SerializeToUtf8Bytes(value), "application/json; charset=utf-8");

    /// <summary>A duration as Go writes it, such as 24h0m0s.</summary>
    private static long Seconds(string duration)
    {
        Match match = GoDuration().Match(duration);
        long Part(string name) => match.Groups[name].Success ? long.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture) : 0;
        return match.Success ? (((Part("h") * 60) + Part("m")) * 60) + Part("s") : throw new FormatException($"'{duration}' is not a duration.");
    }

    private static string Id(string name) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8));

    [GeneratedRegex("^(partial write: )?(?<lines>unable to parse .*?)( dropped=0)?$", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Unparsable();

    [GeneratedRegex("^((?<h>[0-9]+)h)?((?<m>[0-9]+)m)?((?<s>[0-9]+)s)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex GoDuration();
}
