using Microsoft.Extensions.Logging;

namespace Loader.Lambda.Runtime;

internal static partial class RuntimeLog
{
    [LoggerMessage(2, LogLevel.Error, "The invocation failed")]
    public static partial void InvocationFailed(this ILogger logger, Exception exception);

    [LoggerMessage(
        7,
        LogLevel.Warning,
        "The Runtime API sent no deadline that can be used; {Minutes} minutes from now are assumed")]
    public static partial void DeadlineAssumed(this ILogger logger, double minutes);

    [LoggerMessage(4, LogLevel.Critical, "The function cannot start")]
    public static partial void CannotStart(this ILogger logger, Exception exception);

    [LoggerMessage(5, LogLevel.Critical, "The Runtime API failed; the process ends, and Lambda starts a new one")]
    public static partial void RuntimeApiFailed(this ILogger logger, Exception exception);

    [LoggerMessage(
        6,
        LogLevel.Warning,
        "AWS_LAMBDA_MAX_CONCURRENCY is {MaxConcurrency}, but this runtime handles one invocation at a time; do not run the function on "
        + "managed instances")]
    public static partial void ConcurrencyIgnored(this ILogger logger, int maxConcurrency);
}
