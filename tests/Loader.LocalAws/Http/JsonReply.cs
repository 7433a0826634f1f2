using System.Buffers;
using System.Text.Json;

namespace Loader.LocalAws.Http;

/// <summary>Responses in awsJson1_0, the protocol that Timestream and CloudWatch share (protocols 1.1, 3.1).</summary>
internal static class JsonReply
{
    public const string ContentType = "application/x-amz-json-1.0";

    public static Reply Ok(ServiceCall call, Action<Utf8JsonWriter> members) => Create(call, 200, members);

    /// <summary>protocols 1.5: <c>__type</c> in the body names the error; headers name the error and the request id.</summary>
    public static Reply Error(ServiceCall call, int status, string errorNamespace, string code, string message, Action<Utf8JsonWriter>? more = null) =>
        Create(call, status, json =>
        {
            json.WriteString("__type", $"{errorNamespace}#{code}");
            more?.Invoke(json);
            json.WriteString("message", message);
        }).With("x-amzn-ErrorType", code);

    private static Reply Create(ServiceCall call, int status, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return new Reply { Status = status, ContentType = ContentType, Body = buffer.WrittenMemory }.With("x-amzn-RequestId", call.RequestId);
    }
}
