using System.Buffers;
using Loader.Lambda.Runtime;
using Microsoft.Extensions.Logging;

namespace Loader.Lambda.Logging;

/// <summary>Writes each log entry as one line, because Lambda turns every line into a log event.</summary>
/// <remarks>
/// The level applies to the loader's own entries. Libraries are written from Warning on, because an HTTP client logs every request at
/// Information; a level of Debug, Trace, Error or Critical applies to them too.
/// Not a provider of a <see cref="LoggerFactory"/>, which looks for attributes of it by reflection at every start.
/// </remarks>
/// <param name="output">The stream that receives the lines; standard output in Lambda.</param>
/// <param name="level">The minimum level.</param>
/// <param name="asJson">Whether a line is a JSON object; otherwise it is text.</param>
/// <param name="time">The clock.</param>
internal sealed class InvocationLoggerFactory(Stream output, LogLevel level, bool asJson, TimeProvider time) : ILoggerFactory
{
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _line = new(1024);

    /// <summary>Gets or sets the current invocation, or <see langword="null"/> before the first one.</summary>
    /// <remarks>Invocations run one at a time, so entries of background work belong to the current one too.</remarks>
    public LambdaContext? Invocation { get; set; }

    public ILogger CreateLogger(string categoryName)
    {
        bool isOurs = categoryName.StartsWith("Loader.", StringComparison.Ordinal);
        LogLevel minimum = isOurs || level is LogLevel.Trace or LogLevel.Debug || level > LogLevel.Warning ? level : LogLevel.Warning;
        return new InvocationLogger(this, minimum);
    }

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("All entries are written to one stream.");

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

            // One write per line, so that lines are never split.
            _line.Write("\n"u8);
            output.Write(_line.WrittenSpan);
            output.Flush();
        }
    }
}

/// <summary>Passes the entries of one log category to the factory.</summary>
internal sealed class InvocationLogger(InvocationLoggerFactory factory, LogLevel minimum) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            IReadOnlyList<KeyValuePair<string, object?>> properties = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
            factory.Write(new LogEntry(logLevel, formatter(state, exception), properties, exception));
        }
    }
}
