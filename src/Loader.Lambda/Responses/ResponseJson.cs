using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Loader.Lambda.Responses;

/// <summary>Serialises responses to JSON without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(FunctionResponse))]
internal sealed partial class ResponseJson : JsonSerializerContext
{
    /// <summary>Programs read the responses; no HTML page embeds them. Without HTML escaping, object keys stay readable.</summary>
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Serialize(FunctionResponse response)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            JsonSerializer.Serialize(json, response, Default.FunctionResponse);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
