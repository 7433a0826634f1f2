using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Loader.Cli.Output;

/// <summary>Writes log messages to the console of the progress bar, one line each, so that the two do not overwrite each other.</summary>
/// <param name="console">The console: standard error.</param>
/// <param name="minimum">The lowest level that is written.</param>
internal sealed class ConsoleLogger(IAnsiConsole console, LogLevel minimum) : ILogger, ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        string prefix = logLevel switch
        {
            LogLevel.Warning => "[yellow]warning:[/] ",
            >= LogLevel.Error => "[red]error:[/] ",
            _ => "",
        };
        string text = ConsoleFormat.Escape(formatter(state, exception));
        lock (console)
        {
            console.MarkupLine(prefix + text);
            if (exception is not null)
            {
                // The stack trace is only shown with --verbose.
                string detail = minimum <= LogLevel.Debug ? exception.ToString() : $"{exception.GetType().Name}: {exception.Message}";
                foreach (string line in detail.Split('\n'))
                {
                    console.MarkupLine("  " + ConsoleFormat.Escape(line.TrimEnd('\r')));
                }
            }
        }
    }

    public void Dispose()
    {
    }
}
