using System.Diagnostics;
using System.Diagnostics.Metrics;
using Loader.Application.Telemetry;

namespace Loader.Infrastructure.Requests;

/// <summary>
/// Reports requests to services as spans and measurements. It costs nothing, and allocates nothing, while nobody listens.
/// </summary>
/// <remarks>
/// Attributes follow https://opentelemetry.io/docs/specs/semconv/cloud-providers/aws-sdk/ and .../http/http-spans/. A request that is sent
/// again is another span.
/// </remarks>
internal static class RequestTelemetry
{
    private const string Service = "rpc.service";
    private const string Method = "rpc.method";
    private const string ErrorType = "error.type";

    private static readonly ActivitySource Source = new(LoaderTelemetry.ActivitySourceName, ProductVersion.Current);
    private static readonly Meter Meter = new(LoaderTelemetry.MeterName, ProductVersion.Current);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "loader.request.duration", "s", "Duration of requests to services, each attempt by itself.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    private static readonly Counter<long> BytesSent = Meter.CreateCounter<long>(
        "loader.request.sent", "By", "Bytes of request bodies that were sent, as they are on the wire.");

    private static readonly Counter<long> Retries = Meter.CreateCounter<long>(
        "loader.request.retries", "{retry}", "Requests that are sent again, by the reason.");

    /// <summary>Gets a value indicating whether anybody listens to requests.</summary>
    public static bool IsEnabled => Source.HasListeners() || Duration.Enabled || BytesSent.Enabled;

    /// <summary>Starts the span of a request. Its context goes with the request if <see cref="Propagate"/> is called.</summary>
    /// <param name="service">The service, such as <c>Timestream</c>.</param>
    /// <param name="operation">The operation, such as <c>WriteRecords</c>, of which there are few.</param>
    /// <param name="endpoint">The address.</param>
    /// <param name="bodyBytes">The length of the body.</param>
    /// <returns>The span, or <see langword="null"/> if nobody listens to spans.</returns>
    public static Activity? Start(string service, string operation, Uri endpoint, long bodyBytes)
    {
        Activity? span = Source.HasListeners() ? Source.StartActivity($"{service}.{operation}", ActivityKind.Client) : null;
        if (span?.IsAllDataRequested == true)
        {
            span.SetTag(Service, service);
            span.SetTag(Method, operation);
            span.SetTag("server.address", endpoint.Host);
            span.SetTag("server.port", endpoint.Port);
            span.SetTag("http.request.body.size", bodyBytes);
        }

        return span;
    }

    /// <summary>Reports how a request ended.</summary>
    /// <param name="span">The span, which the caller disposes.</param>
    /// <param name="service">The service.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="bodyBytes">The length of the body.</param>
    /// <param name="elapsed">The time that it took.</param>
    /// <param name="error">The code of the error, or <see langword="null"/> for a success.</param>
    /// <param name="status">The HTTP status, or 0 if there was no response.</param>
    public static void End(Activity? span, string service, string operation, long bodyBytes, TimeSpan elapsed, string? error, int status)
    {
        if (span?.IsAllDataRequested == true)
        {
            if (status > 0)
            {
                span.SetTag("http.response.status_code", status);
            }

            if (error is not null)
            {
                span.SetTag(ErrorType, error);
                span.SetStatus(ActivityStatusCode.Error);
            }
        }

        var tags = new TagList { { Service, service }, { Method, operation } };
        if (BytesSent.Enabled)
        {
            BytesSent.Add(bodyBytes, tags);
        }

        if (Duration.Enabled)
        {
            if (error is not null)
            {
                tags.Add(ErrorType, error);
            }

            Duration.Record(elapsed.TotalSeconds, tags);
        }
    }

    /// <summary>Counts a request that is sent again.</summary>
    /// <param name="service">The service.</param>
    /// <param name="isThrottled">Whether it was throttled; otherwise there was an error of the service or the network.</param>
    public static void CountRetry(string service, bool isThrottled)
    {
        if (Retries.Enabled)
        {
            Retries.Add(1, new TagList { { Service, service }, { "loader.reason", isThrottled ? "throttled" : "error" } });
        }
    }

    /// <summary>Adds the context of a span to a request, in the format that the host has chosen. The headers are not signed.</summary>
    /// <param name="span">The span of the request, or <see langword="null"/> if nobody listens.</param>
    /// <param name="request">The request.</param>
    public static void Propagate(Activity? span, HttpRequestMessage request)
    {
        if (span is not null)
        {
            DistributedContextPropagator.Current.Inject(
                span,
                request,
                static (carrier, name, value) => ((HttpRequestMessage)carrier!).Headers.TryAddWithoutValidation(name, value));
        }
    }
}
