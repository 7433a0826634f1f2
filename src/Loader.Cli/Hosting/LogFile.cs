using System.Globalization;
using System.Text;
using Loader.Application.Results;
using Loader.Domain;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Loader.Cli.Hosting;

/// <summary>Appends log messages to a file, one line each: time in UTC, level and message, separated by tabs.</summary>
/// <remarks>Thread-safe. A line that cannot be written is reported once on standard error, and the run goes on without a log.</remarks>
internal sealed class LogFile : ILogger, ILoggerProvider
{
    /// <summary>A shorter value would also remove parts of words.</summary>
    private const int MinSecretLength = 4;

    private static readonly string[] SecretVariables = ["INFLUXDB_TOKEN", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

    private readonly Lock _gate = new();
    private readonly CliHost _host;
    private readonly string _path;
    private readonly string[] _secrets;
    private FileStream? _file;

    private LogFile(FileStream file, string path, CliHost host)
    {
        _file = file;
        _path = path;
        _host = host;
        _secrets = [.. SecretVariables.SelectMany(name => new[] { host.Configuration[name], host.Settings.Environment[name] })
            .OfType<string>().Where(value => value.Length >= MinSecretLength).Distinct()];
    }

    /// <summary>Opens a file to append to, and creates it if it does not exist.</summary>
    /// <param name="path">The path.</param>
    /// <param name="host">The host: its clock, the secrets that the log must not contain, and standard error.</param>
    /// <exception cref="ConfigurationException">The file cannot be written, or it is no log.</exception>
    public static LogFile Open(string path, CliHost host)
    {
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 1);
            if (!IsLog(file))
            {
                file.Dispose();
                throw new ConfigurationException(
                    $"--log-file is {PlainText.Escape(path)}, which is a file of another kind. Name a new file or an earlier log.");
            }

            return new LogFile(file, path, host);
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ConfigurationException(
                $"The log {PlainText.Escape(path)} cannot be written: {PlainText.Escape(exception.Message)} Check --log-file.", exception);
        }
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Debug and not LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Write(logLevel, formatter(state, exception), exception);
        }
    }

    /// <summary>Writes a line.</summary>
    /// <param name="level">The level.</param>
    /// <param name="message">The message.</param>
    /// <param name="exception">The exception, or <see langword="null"/>.</param>
    public void Write(LogLevel level, string message, Exception? exception = null)
    {
        string text = exception is null ? message : $"{message}: {exception}";
        foreach (string secret in _secrets)
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        string time = _host.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        byte[] line = Encoding.UTF8.GetBytes($"{time}\t{NameOf(level)}\t{PlainText.Escape(text)}\n");
        lock (_gate)
        {
            try
            {
                // Another process may have appended in the meantime. One write for each line keeps lines whole.
                _file?.Seek(0, SeekOrigin.End);
                _file?.Write(line);
            }
            catch (IOException failure)
            {
                _file?.Dispose();
                _file = null;
                _host.Error.MarkupLine(
                    $"[yellow]warning:[/] The log {Markup.Escape(PlainText.Escape(_path))} ends here, because it cannot be written: "
                    + Markup.Escape(PlainText.Escape(failure.Message)));
            }
        }
    }

    /// <summary>Does nothing: the log outlives the services of a command. <see cref="Close"/> closes it.</summary>
    public void Dispose()
    {
    }

    /// <summary>Closes the file.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    /// <summary>Returns whether a file is empty or begins with the year of a line, so that a mistyped name damages no other file.</summary>
    private static bool IsLog(FileStream file)
    {
        Span<byte> start = stackalloc byte[5];
        int count = file.Length == 0 ? 0 : file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return count == 0
            || (count == start.Length && !start[..4].ContainsAnyExceptInRange((byte)'0', (byte)'9') && start[4] == (byte)'-');
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARN",
        LogLevel.Error => "ERROR",
        _ => "FATAL",
    };
}
