using Microsoft.Extensions.Logging;

namespace Loader.Lambda;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Skipped {File}: {Reason}")]
    public static partial void Skipped(this ILogger logger, string file, string reason);

    [LoggerMessage(2, LogLevel.Error, "The invocation failed")]
    public static partial void InvocationFailed(this ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "Message {MessageId} failed and stays in its queue")]
    public static partial void MessageFailed(this ILogger logger, string messageId, Exception exception);

    [LoggerMessage(4, LogLevel.Critical, "The function cannot start")]
    public static partial void CannotStart(this ILogger logger, Exception exception);

    [LoggerMessage(5, LogLevel.Critical, "The Runtime API does not answer as it should; the process ends, and Lambda starts a new one")]
    public static partial void RuntimeApiFailed(this ILogger logger, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "AWS_LAMBDA_MAX_CONCURRENCY is {MaxConcurrency}; this runtime takes one invocation at a time, so run the function outside managed instances")]
    public static partial void OneAtATime(this ILogger logger, int maxConcurrency);
}
