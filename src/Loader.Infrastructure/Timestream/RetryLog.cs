using Loader.Infrastructure.Aws.Json;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.Timestream;

/// <summary>Tells of retries in bursts: one warning for the first, and one for all that follow within half a minute.</summary>
/// <param name="logger">The log.</param>
/// <param name="timeProvider">The time.</param>
internal sealed class RetryLog(ILogger logger, TimeProvider timeProvider)
{
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private long? _lastWarning;
    private int _untold;

    /// <summary>Notes that a request will be sent again.</summary>
    /// <param name="error">Why.</param>
    /// <param name="delay">When.</param>
    public void Retrying(ServiceError error, TimeSpan delay)
    {
        int untold;
        lock (_gate)
        {
            _untold++;
            long now = timeProvider.GetTimestamp();
            if (_lastWarning is { } last && timeProvider.GetElapsedTime(last, now) < Burst)
            {
                untold = 0;
            }
            else
            {
                untold = _untold;
                _untold = 0;
                _lastWarning = now;
            }
        }

        if (untold > 0)
        {
            logger.Retrying(error.Code, error.Message, delay, untold);
        }
        else
        {
            logger.RetryingAgain(error.Code, error.Message, delay);
        }
    }
}
