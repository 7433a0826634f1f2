using Microsoft.Extensions.Logging;

namespace Loader.Lambda.Loading;

internal static partial class LoadingLog
{
    [LoggerMessage(1, LogLevel.Information, "Skipped {File}: {Reason}")]
    public static partial void Skipped(this ILogger logger, string file, string reason);

    [LoggerMessage(3, LogLevel.Error, "Message {MessageId} failed and stays in its queue")]
    public static partial void MessageFailed(this ILogger logger, string messageId, Exception exception);
}
