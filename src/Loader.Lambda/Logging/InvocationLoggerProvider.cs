using System.Buffers;
using Microsoft.Extensions.Logging;

namespace Loader.Lambda.Logging;

/// <summary>Writes each log entry as one line, for Lambda makes an event of every line.</summary>
/// <remarks>
/// Entries of the loader are written from a level on; those of libraries from Warning on, unless the level asks for Debug or Trace, because an HTTP client
/// tells of every request.
/// </remarks>
/// <param name="output">Where lines go; standard output in Lambda.</param>
/// <param name="level">The least level.</param>
/// <param name="asJson">Whether a line is a JSON object or readable text.</param>
/// <param name="time">The clock.</param>
internal sealed class InvocationLoggerProvider(Stream output, LogLevel level, bool asJson, TimeProvider time) : ILoggerProvider
{
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _line = new(1024);

    /// <summary>Gets or sets the invocation that entries belong to; <see langword="null"/> before the first.</summary>
    /// <remarks>There is one invocation at a time, so that also entries of background work belong to it.</remarks>
    public LambdaContext? Invocation { get; set; }

    public ILogger CreateLogger(string categoryName)
    {
        bool isOurs = categoryName.StartsWith("Loader.", StringComparison.Ordinal);
        LogLevel least = isOurs || level is LogLevel.Trace or LogLevel.Debug || level > LogLevel.Warning ? level : LogLevel.Warning;
        return new InvocationLogger(this, least);
    }

    public void Dispose()
    {
    }

    internal void Write(in LogEntry entry)
    {
        lock (_lock)
        {
            _line.ResetWrittenCount();
            if (asJson)
            {
                JsonLine.Write(_line, entry, time.GetUtcNow(), Invocation);
            }
            else
            {
                TextLine.Write(_line, entry, time.GetUtcNow(), Invocation);
            }

            // One write a line, so that lines stay whole.
            _line.Write("\n"u8);
            output.Write(_line.WrittenSpan);
            output.Flush();
        }
    }
}
