using Microsoft.Extensions.Logging;

namespace Loader.Lambda.Loading;

internal static partial class LoadingLog
{
    [LoggerMessage(1, LogLevel.Information, "Skipped {File}: {Reason}")]
    public static partial void Skipped(this ILogger logger, string file, string reason);

    [LoggerMessage(2, LogLevel.Error, "{File} failed")]
    public static partial void ObjectFailed(this ILogger logger, string file, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "Message {MessageId} failed and stays in its queue")]
    public static partial void MessageFailed(this ILogger logger, string messageId, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "{File} failed for a transient reason and is tried again")]
    public static partial void ObjectRetried(this ILogger logger, string file, Exception exception);

    [LoggerMessage(5, LogLevel.Error, "{File} is set aside, because the process ended while it was loaded: {Error}")]
    public static partial void ObjectSetAside(this ILogger logger, string file, string error);
}
