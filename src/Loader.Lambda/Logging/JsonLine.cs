using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Loader.Lambda.Runtime;

namespace Loader.Lambda.Logging;

/// <summary>Writes a log entry as a JSON object without line breaks.</summary>
internal static class JsonLine
{
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public static void Write(IBufferWriter<byte> line, in LogEntry entry, DateTimeOffset time, LambdaContext? invocation)
    {
        using var json = new Utf8JsonWriter(line, Readable);
        json.WriteStartObject();
        json.WriteString("timestamp"u8, LogEntry.FormatTime(time));
        json.WriteString("level"u8, entry.LevelName);
        WriteIfNotNull(json, "requestId", invocation?.AwsRequestId);
        WriteIfNotNull(json, "traceId", invocation?.TraceId);
        json.WriteString("message"u8, entry.Message);
        WriteProperties(json, entry.Properties);
        if (entry.Exception is { } exception)
        {
            json.WritePropertyName("exception"u8);
            ExceptionJson.Write(json, exception);
        }

        json.WriteEndObject();
    }

    private static void WriteProperties(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> properties)
    {
        bool isOpen = false;
        for (int i = 0; i < properties.Count; i++)
        {
            (string name, object? value) = properties[i];
            if (name == "{OriginalFormat}")
            {
                continue;
            }

            if (!isOpen)
            {
                json.WriteStartObject("properties"u8);
                isOpen = true;
            }

            json.WritePropertyName(name);
            WriteValue(json, value);
        }

        if (isOpen)
        {
            json.WriteEndObject();
        }
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case IFormattable formattable:
                json.WriteStringValue(formattable.ToString(format: null, System.Globalization.CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteStringValue(value.ToString());
                break;
        }
    }

    private static void WriteIfNotNull(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
