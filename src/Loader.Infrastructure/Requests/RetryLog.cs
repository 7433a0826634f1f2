using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.Requests;

/// <summary>
/// Logs retries: at most one warning in 30 s, which counts the retries since the one before. The others are logged at debug level.
/// </summary>
/// <param name="service">The name of the service in messages.</param>
/// <param name="logger">The log.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed partial class RetryLog(string service, ILogger logger, TimeProvider timeProvider)
{
    private static readonly TimeSpan WarningInterval = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private long? _lastWarning;
    private int _sinceLastWarning;

    /// <summary>Logs that a request will be sent again.</summary>
    /// <param name="error">The error of the last attempt.</param>
    /// <param name="delay">The delay before the next attempt.</param>
    public void Retrying(ServiceError error, TimeSpan delay)
    {
        if (CountForWarning() is { } count)
        {
            LogWarning(logger, service, error.Code, error.Message, delay, count);
        }
        else
        {
            LogDebug(logger, service, error.Code, error.Message, delay);
        }
    }

    /// <summary>Counts a retry and returns the count for a warning, or null if the last warning is too recent.</summary>
    private int? CountForWarning()
    {
        lock (_gate)
        {
            _sinceLastWarning++;
            long now = timeProvider.GetTimestamp();
            if (_lastWarning is { } last && timeProvider.GetElapsedTime(last, now) < WarningInterval)
            {
                return null;
            }

            int count = _sinceLastWarning;
            _sinceLastWarning = 0;
            _lastWarning = now;
            return count;
        }
    }

    [LoggerMessage(2001, LogLevel.Warning, "{Service}: {Code}: {Message} Retrying in {Delay}. Retries since the last warning: {Count}.")]
    private static partial void LogWarning(
        ILogger logger, string service, string code, string message, TimeSpan delay, int count);

    [LoggerMessage(2002, LogLevel.Debug, "{Service}: {Code}: {Message} Retrying in {Delay}.")]
    private static partial void LogDebug(ILogger logger, string service, string code, string message, TimeSpan delay);
}
