using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Loader.Application.Results;

namespace Loader.Lambda.Runtime;

/// <summary>
/// Serialises an exception in the form of the Runtime API: type, message, stack frames, and the same for its inner exceptions.
/// </summary>
/// <remarks>
/// <c>errorType</c> is the simple type name, which state machines match. Each part is truncated, so that the whole stays far below the
/// 256 KiB limit of the official runtime without losing the type name or the message.
/// </remarks>
internal static class ExceptionJson
{
    private const int MaxMessageChars = 8_192;
    private const int MaxFrames = 50;
    private const int MaxFrameChars = 400;
    private const int MaxCauses = 4;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Serialize(Exception exception)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            Write(json, exception);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(Utf8JsonWriter json, Exception exception) => Write(json, exception, MaxCauses);

    /// <summary>Returns the stack frames of a defect. A <see cref="LoadException"/> has none: its message says everything.</summary>
    public static IEnumerable<string> StackFrames(Exception exception) =>
        exception is LoadException || exception.StackTrace is not { } stack
            ? []
            : stack.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Take(MaxFrames)
                .Select(frame => Truncate(frame, MaxFrameChars));

    private static void Write(Utf8JsonWriter json, Exception exception, int remainingCauses)
    {
        json.WriteStartObject();
        json.WriteString("errorType"u8, exception.GetType().Name);
        json.WriteString("errorMessage"u8, Truncate(exception.Message, MaxMessageChars));
        bool isOpen = false;
        foreach (string frame in StackFrames(exception))
        {
            if (!isOpen)
            {
                json.WriteStartArray("stackTrace"u8);
                isOpen = true;
            }

            json.WriteStringValue(frame);
        }

        if (isOpen)
        {
            json.WriteEndArray();
        }

        if (exception.InnerException is { } cause && remainingCauses > 0)
        {
            json.WritePropertyName("cause"u8);
            Write(json, cause, remainingCauses - 1);
        }

        json.WriteEndObject();
    }

    private static string Truncate(string text, int chars) => text.Length <= chars ? text : $"{text[..chars]}…";
}
