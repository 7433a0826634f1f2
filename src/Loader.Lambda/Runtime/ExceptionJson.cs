using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Loader.Application.Results;

namespace Loader.Lambda.Runtime;

/// <summary>An exception as the Runtime API takes it: type, message, stack, and the same of its cause.</summary>
/// <remarks>
/// <c>errorType</c> is the simple name of the type, which state machines match. Everything is cut so that the whole stays far below the 256 KiB that the
/// official runtime caps it at, and its name and message are never what is lost.
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

    /// <summary>Returns the frames of a defect. A load that failed says in its message what there is to know, and its frames would only hide that.</summary>
    public static IEnumerable<string> StackOf(Exception exception) =>
        exception is LoadException || exception.StackTrace is not { } stack
            ? []
            : stack.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MaxFrames).Select(frame => Cut(frame, MaxFrameChars));

    private static void Write(Utf8JsonWriter json, Exception exception, int causes)
    {
        json.WriteStartObject();
        json.WriteString("errorType"u8, exception.GetType().Name);
        json.WriteString("errorMessage"u8, Cut(exception.Message, MaxMessageChars));
        bool isOpen = false;
        foreach (string frame in StackOf(exception))
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

        if (exception.InnerException is { } cause && causes > 0)
        {
            json.WritePropertyName("cause"u8);
            Write(json, cause, causes - 1);
        }

        json.WriteEndObject();
    }

    private static string Cut(string text, int chars) => text.Length <= chars ? text : $"{text[..chars]}…";
}
