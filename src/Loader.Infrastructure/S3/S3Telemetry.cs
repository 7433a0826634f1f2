using System.Diagnostics;
using System.Globalization;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.S3;

/// <summary>Reports the requests of the client of the SDK. The time ends with the headers of the response.</summary>
/// <param name="inner">Sends the requests.</param>
/// <param name="time">Measures the time.</param>
internal sealed class S3Telemetry(HttpMessageHandler inner, TimeProvider time) : DelegatingHandler(inner)
{
    private const string Service = "S3";

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        RequestTelemetry.IsEnabled ? MeasureAsync(request, cancellationToken) : base.SendAsync(request, cancellationToken);

    private async Task<HttpResponseMessage> MeasureAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string operation = OperationOf(request);
        long bytes = request.Content?.Headers.ContentLength ?? 0;
        using Activity? span = RequestTelemetry.Start(Service, operation, request.RequestUri!, bytes);
        RequestTelemetry.Propagate(span, request);
        long start = time.GetTimestamp();
        string? error = "cancelled";
        int status = 0;
        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            status = (int)response.StatusCode;
            error = response.IsSuccessStatusCode ? null : status.ToString(CultureInfo.InvariantCulture);
            return response;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            error = exception.GetType().Name;
            throw;
        }
        finally
        {
            RequestTelemetry.End(span, Service, operation, bytes, time.GetElapsedTime(start), error, status);
        }
    }

    /// <summary>Returns the operation. The loader uses only these.</summary>
    private static string OperationOf(HttpRequestMessage request) =>
        request.Method == HttpMethod.Put ? "PutObject"
        : request.RequestUri!.Query.Contains("list-type=2", StringComparison.Ordinal) ? "ListObjectsV2"
        : "GetObject";
}
