using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Loader.Lambda.Responses;

/// <summary>Serialises responses to JSON without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(LoadResponse))]
[JsonSerializable(typeof(BatchResponse))]
[JsonSerializable(typeof(SqsBatchResponse))]
internal sealed partial class ResponseJson : JsonSerializerContext
{
    /// <summary>Programs read the responses; no HTML page embeds them. Without HTML escaping, object keys stay readable.</summary>
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Serialize(FunctionResponse response)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            // The generated methods are called directly: before them, JsonSerializer looks for attributes of the types by reflection.
            switch (response)
            {
                case LoadResponse load:
                    Default.LoadResponseSerializeHandler(json, load);
                    break;
                case BatchResponse batch:
                    Default.BatchResponseSerializeHandler(json, batch);
                    break;
                case SqsBatchResponse messages:
                    Default.SqsBatchResponseSerializeHandler(json, messages);
                    break;
                default:
                    throw new NotSupportedException($"There is no JSON of {response.GetType()}.");
            }
        }

        return buffer.WrittenSpan.ToArray();
    }
}
