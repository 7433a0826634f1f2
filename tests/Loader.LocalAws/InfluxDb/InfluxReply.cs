using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.InfluxDb;

/// <summary>Responses and errors in the formats of the two engines.</summary>
internal static class InfluxReply
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Reply NoContent() => new() { Status = 204 };

    public static Reply Json<T>(int status, T value) =>
        new() { Status = status, ContentType = "application/json; charset=utf-8", Body = JsonSerializer.SerializeToUtf8Bytes(value, Relaxed) };

    /// <summary>Engine 3 sends errors without a Content-Type, whether they are JSON or text (influxdata/influxdb, influxdb3_server/src/http.rs).</summary>
    public static Reply Untyped(int status, string body) => new() { Status = status, Body = Encoding.UTF8.GetBytes(body) };

    public static Reply UntypedJson<T>(int status, T value) => new() { Status = status, Body = JsonSerializer.SerializeToUtf8Bytes(value, Relaxed) };

    /// <summary>The error format of engine 2, and of the endpoint <c>/api/v2/write</c> of both engines.</summary>
    public static Reply Error2(int status, string code, string message) =>
        Json(status, new { code, message }).With("X-Platform-Error-Code", code);

    /// <summary>An error of a fault script, in the engine's own format.</summary>
    public static Reply Fault(InfluxEngine engine, int status, string message) =>
        engine == InfluxEngine.Version2 ? Error2(status, Code(status), message) : Untyped(status, message);

    private static string Code(int status) => status switch
    {
        400 => "invalid",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not found",
        413 => "request too large",
        422 => "unprocessable entity",
        429 => "too many requests",
        503 => "unavailable",
        _ => "internal error",
    };
}
