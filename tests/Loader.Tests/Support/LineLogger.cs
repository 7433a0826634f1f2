using Microsoft.Extensions.Logging;

namespace Loader.Tests.Support;

/// <summary>Keeps what is logged, with the text of exceptions.</summary>
internal sealed class LineLogger : ILogger
{
    private readonly Lock _gate = new();

    public List<string> Warnings { get; } = [];

    public List<string> All { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
        {
            string line = $"{formatter(state, exception)} {exception}";
            All.Add(line);
            if (logLevel == LogLevel.Warning)
            {
                Warnings.Add(line);
            }
        }
    }
}
