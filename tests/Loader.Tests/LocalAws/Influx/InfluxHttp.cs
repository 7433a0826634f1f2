using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Loader.LocalAws.InfluxDb;

namespace Loader.Tests.LocalAws.Influx;

/// <summary>A response with its body.</summary>
internal sealed record InfluxAnswer(int Status, string Text, HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>Gets the message of an error of engine 2.</summary>
    public string? Message => Json.GetProperty("message").GetString();

    /// <summary>Gets the refused lines of a partial answer of engine 3.</summary>
    public IEnumerable<(int Number, string Line, string Message)> Refused => Json.GetProperty("data").EnumerateArray()
        .Select(line => (line.GetProperty("line_number").GetInt32(), line.GetProperty("original_line").GetString()!, line.GetProperty("error_message").GetString()!));
}

/// <summary>Sends requests without any client library, so that a test says exactly what goes over the wire.</summary>
internal static class InfluxHttp
{
    public const string Token = "local-influx-token";

    private static readonly HttpClient Client = new();

    public static Task<InfluxAnswer> WriteAsync(this LocalInfluxServer server, string lines, string query = "", string? encoding = null) =>
        server.WriteAsync(Encoding.UTF8.GetBytes(lines), query, encoding);

    /// <summary>Writes to the endpoint of the engine's own, to the bucket or database <c>energy</c>, in seconds unless said otherwise.</summary>
    public static Task<InfluxAnswer> WriteAsync(this LocalInfluxServer server, byte[] body, string query = "", string? encoding = null) => server.SendAsync(
        HttpMethod.Post,
        server.Engine == InfluxEngine.Version3 ? $"api/v3/write_lp?db=energy&precision=second{query}" : $"api/v2/write?org=energy-org&bucket=energy&precision=s{query}",
        body,
        encoding);

    public static async Task<InfluxAnswer> SendAsync(
        this LocalInfluxServer server,
        HttpMethod method,
        string path,
        byte[]? body = null,
        string? encoding = null,
        string? authorization = $"Token {Token}",
        string? type = null,
        CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Endpoint, path));
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
            if (encoding is not null)
            {
                request.Content.Headers.ContentEncoding.Add(encoding);
            }
        }

        using HttpResponseMessage response = await Client.SendAsync(request, cancellationToken);
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken), response.Headers);
    }

    /// <summary>Asks engine 3 in SQL.</summary>
    public static Task<InfluxAnswer> SqlAsync(this LocalInfluxServer server, string query, string database = "energy") => server.SendAsync(
        HttpMethod.Post,
        "api/v3/query_sql",
        JsonSerializer.SerializeToUtf8Bytes(new { db = database, q = query, format = "json" }),
        type: "application/json");

    /// <summary>Asks engine 2 in InfluxQL, with times in nanoseconds.</summary>
    public static Task<InfluxAnswer> InfluxQlAsync(this LocalInfluxServer server, string query) =>
        server.SendAsync(HttpMethod.Get, $"query?db=energy&epoch=ns&q={Uri.EscapeDataString(query)}");

    public static byte[] Gzip(string text)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return buffer.ToArray();
    }
}
