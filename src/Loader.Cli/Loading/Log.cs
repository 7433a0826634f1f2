using Microsoft.Extensions.Logging;

namespace Loader.Cli.Loading;

internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Debug, "Loading {File} failed with an unexpected exception")]
    public static partial void UnexpectedException(this ILogger logger, string file, Exception exception);

    [LoggerMessage(101, LogLevel.Warning, "Cannot update {File}, so --resume may load files again that are already loaded: {Reason}")]
    public static partial void JournalNotWritten(this ILogger logger, string file, string reason);

    [LoggerMessage(102, LogLevel.Warning, "Cannot read {File}, so all files are loaded again: {Reason}")]
    public static partial void JournalNotRead(this ILogger logger, string file, string reason);

    [LoggerMessage(103, LogLevel.Warning, "Cannot read the contents of the tables after the load: {Reason}")]
    public static partial void TablesNotRead(this ILogger logger, string reason);

    [LoggerMessage(104, LogLevel.Warning, "The findings in the series are not published. The loads themselves are not affected.")]
    public static partial void FindingsNotPublished(this ILogger logger, Exception exception);
}
