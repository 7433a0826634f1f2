namespace Loader.Application.Ports;

/// <summary>What a sink does at one moment, over all loads of the process.</summary>
/// <param name="RequestsInFlight">The number of requests in flight.</param>
/// <param name="Throttles">The number of requests that the destination has throttled so far.</param>
public readonly record struct SinkActivity(int RequestsInFlight, long Throttles);
