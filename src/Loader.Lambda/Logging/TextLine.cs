using System.Buffers;
using System.Text;
using Loader.Domain;
using Loader.Lambda.Runtime;

namespace Loader.Lambda.Logging;

/// <summary>Writes a log entry as text without line breaks: time, request id, level and message, separated by tabs.</summary>
internal static class TextLine
{
    public static void Write(IBufferWriter<byte> line, in LogEntry entry, DateTimeOffset time, LambdaContext? invocation)
    {
        var text = new StringBuilder(PlainText.Escape(entry.Message));
        for (Exception? exception = entry.Exception; exception is not null; exception = exception.InnerException)
        {
            text.Append(exception == entry.Exception ? ": " : " <- ").Append(exception.GetType().Name);
            text.Append(": ").Append(PlainText.Escape(exception.Message));
            foreach (string frame in ExceptionJson.StackFrames(exception))
            {
                text.Append(" | ").Append(PlainText.Escape(frame));
            }
        }

        string requestId = PlainText.Escape(invocation?.AwsRequestId ?? "-");
        Encoding.UTF8.GetBytes($"{LogEntry.FormatTime(time)}\t{requestId}\t{entry.LevelName}\t{text}", line);
    }
}
