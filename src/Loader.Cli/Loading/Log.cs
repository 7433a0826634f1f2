using Microsoft.Extensions.Logging;

namespace Loader.Cli.Loading;

internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Debug, "{File} met a defect of the loader")]
    public static partial void Defect(this ILogger logger, string file, Exception exception);

    [LoggerMessage(101, LogLevel.Warning, "How far this load came cannot be kept in {File}, so that --resume will begin anew: {Reason}")]
    public static partial void JournalNotWritten(this ILogger logger, string file, string reason);

    [LoggerMessage(102, LogLevel.Warning, "{File} cannot be read, so that everything is loaded: {Reason}")]
    public static partial void JournalNotRead(this ILogger logger, string file, string reason);

    [LoggerMessage(103, LogLevel.Warning, "What the tables now hold cannot be told: {Reason}")]
    public static partial void TablesNotRead(this ILogger logger, string reason);
}
