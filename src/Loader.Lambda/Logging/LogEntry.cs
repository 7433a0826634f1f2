using Microsoft.Extensions.Logging;

namespace Loader.Lambda.Logging;

/// <summary>What is logged.</summary>
/// <param name="Level">The level.</param>
/// <param name="Message">The message with its properties filled in.</param>
/// <param name="Properties">The properties by name, and the message's template as <c>{OriginalFormat}</c>.</param>
/// <param name="Exception">The exception, where there is one.</param>
internal readonly record struct LogEntry(LogLevel Level, string Message, IReadOnlyList<KeyValuePair<string, object?>> Properties, Exception? Exception)
{
    /// <summary>The words of Lambda's log level filter (Lambda Developer Guide, "Log-level filtering").</summary>
    public string LevelWord => Level switch
    {
        LogLevel.Trace => "TRACE",
        LogLevel.Debug => "DEBUG",
        LogLevel.Warning => "WARN",
        LogLevel.Error => "ERROR",
        LogLevel.Critical => "FATAL",
        _ => "INFO",
    };

    /// <summary>RFC 3339 with milliseconds, which the filter needs to take a line as it is.</summary>
    public static string TimeText(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
