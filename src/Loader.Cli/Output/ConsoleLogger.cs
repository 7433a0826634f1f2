using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Loader.Cli.Output;

/// <summary>Writes log messages to standard error, one line each, through the console that the progress bar is on, so that neither garbles the other.</summary>
internal sealed class ConsoleLogger(IAnsiConsole console, LogLevel lowest) : ILogger, ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= lowest && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        string mark = logLevel switch
        {
            LogLevel.Warning => "[yellow]warning:[/] ",
            >= LogLevel.Error => "[red]error:[/] ",
            _ => "",
        };
        string text = Words.Safe(formatter(state, exception));
        lock (console)
        {
            console.MarkupLine(mark + text);
            if (exception is not null)
            {
                // A stack is for whoever asked to see what happens inside; everybody else gets its first line.
                string detail = lowest <= LogLevel.Debug ? exception.ToString() : $"{exception.GetType().Name}: {exception.Message}";
                foreach (string line in detail.Split('\n'))
                {
                    console.MarkupLine("  " + Words.Safe(line.TrimEnd('\r')));
                }
            }
        }
    }

    public void Dispose()
    {
    }
}
