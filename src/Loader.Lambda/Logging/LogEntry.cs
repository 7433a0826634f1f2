using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Loader.Lambda.Logging;

/// <summary>One log entry.</summary>
/// <param name="Level">The level.</param>
/// <param name="Message">The message with its property values.</param>
/// <param name="Properties">The properties by name; <c>{OriginalFormat}</c> is the message template.</param>
/// <param name="Exception">The exception, or <see langword="null"/>.</param>
internal readonly record struct LogEntry(
    LogLevel Level, string Message, IReadOnlyList<KeyValuePair<string, object?>> Properties, Exception? Exception)
{
    /// <summary>Gets the level's name in Lambda's log level filter (Lambda Developer Guide, "Log-level filtering").</summary>
    public string LevelName => Level switch
    {
        LogLevel.Trace => "TRACE",
        LogLevel.Debug => "DEBUG",
        LogLevel.Warning => "WARN",
        LogLevel.Error => "ERROR",
        LogLevel.Critical => "FATAL",
        _ => "INFO",
    };

    /// <summary>Formats a time by RFC 3339 with milliseconds. The filter replaces timestamps of any other form.</summary>
    public static string FormatTime(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
