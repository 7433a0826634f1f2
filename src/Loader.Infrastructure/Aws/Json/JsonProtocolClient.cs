using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Loader.Application.Results;
using Loader.Application.Telemetry;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Signing;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.Aws.Json;

/// <summary>
/// Sends JSON protocol requests (<c>awsJson1_0</c>, <c>awsJson1_1</c>). Never retries, except once after correcting clock skew or
/// refreshing credentials that the service called expired.
/// </summary>
/// <param name="http">Signs and sends. Disposed with the client.</param>
/// <param name="service">The service.</param>
/// <param name="clock">The clock of the signatures.</param>
/// <param name="credentials">The credentials of the signatures.</param>
/// <param name="timeProvider">Measures the time limits.</param>
internal sealed class JsonProtocolClient(
    HttpMessageInvoker http, AwsService service, ClockSkew clock, AwsCredentials credentials, TimeProvider timeProvider)
    : IDisposable
{
    private const string UserAgent = $"loader/{ProductVersion.Current}";

    private readonly TimeLimits _limits = new(timeProvider);

    /// <summary>Sends a request.</summary>
    /// <param name="endpoint">The address.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="body">The body, which must not change until the response has arrived.</param>
    /// <param name="timeout">The maximum duration, including the response body.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The response. A request without response gives an error of kind <see cref="ServiceErrorKind.Unavailable"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ConfigurationException">No source has credentials.</exception>
    /// <exception cref="UnavailableException">The credentials expired and could not be refreshed.</exception>
    public ValueTask<ServiceResponse> SendAsync(
        Uri endpoint, string operation, ReadOnlyMemory<byte> body, TimeSpan timeout, CancellationToken cancellationToken) =>
        RequestTelemetry.IsEnabled
            ? MeasureAsync(endpoint, operation, body, timeout, cancellationToken)
            : SendAsync(endpoint, operation, body, timeout, span: null, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        http.Dispose();
        _limits.Dispose();
    }

    private async ValueTask<ServiceResponse> MeasureAsync(
        Uri endpoint, string operation, ReadOnlyMemory<byte> body, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using Activity? span = RequestTelemetry.Start(service.Name, operation, endpoint, body.Length);
        long start = timeProvider.GetTimestamp();
        string? error = "cancelled";
        int status = 0;
        try
        {
            ServiceResponse response = await SendAsync(endpoint, operation, body, timeout, span, cancellationToken).ConfigureAwait(false);
            error = response.Error?.Code;
            status = response.Error?.Status ?? (int)HttpStatusCode.OK;
            return response;
        }
        finally
        {
            RequestTelemetry.End(span, service.Name, operation, body.Length, timeProvider.GetElapsedTime(start), error, status);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ServiceResponse> SendAsync(
        Uri endpoint,
        string operation,
        ReadOnlyMemory<byte> body,
        TimeSpan timeout,
        Activity? span,
        CancellationToken cancellationToken)
    {
        for (bool isRetry = false; ; isRetry = true)
        {
            using TimeLimits.Limit limit = _limits.Begin(timeout, cancellationToken);
            try
            {
                using HttpRequestMessage request = CreateRequest(endpoint, operation, body);
                RequestTelemetry.Propagate(span, request);
                using HttpResponseMessage response = await http.SendAsync(request, limit.Token).ConfigureAwait(false);
                byte[] content = await ResponseReader.ReadAsync(response, service.MaxResponseBytes, limit.Token).ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return IsJsonObject(content)
                        ? new ServiceResponse(content)
                        : ServiceError.NoAnswer("UnusableAnswer", $"{endpoint.Authority} answered with something other than a JSON object");
                }

                ServiceResponse failure = ServiceErrors.Read(response, content, timeProvider.GetUtcNow());
                if (isRetry || !TryCorrect(failure.Error!))
                {
                    return failure;
                }
            }
            catch (OperationCanceledException exception)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return ServiceError.NoAnswer(
                    "Timeout", $"no answer from {endpoint.Authority} within {timeout.TotalSeconds:0.###} s", exception);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
            {
                // A connection that the server closes while it is established fails with the bare exception of the socket.
                cancellationToken.ThrowIfCancellationRequested();
                return ServiceError.NoAnswer(
                    "NoAnswer", $"no answer from {endpoint.Authority}: {ResponseReader.Printable(exception.Message)}", exception);
            }
        }
    }

    /// <summary>Removes the cause of a refused signature, if it is one that can be removed.</summary>
    private bool TryCorrect(ServiceError error)
    {
        // Services that only compare signatures report a wrong clock as a wrong signature.
        bool canBeClock = error.Kind == ServiceErrorKind.AccessDenied || ServiceErrors.IsClockSkew(error.Code);
        return (canBeClock && error.Date is { } date && clock.TryCorrect(date))
            || (error.Code is "ExpiredTokenException" or "ExpiredToken" && credentials.TryDiscard());
    }

    private HttpRequestMessage CreateRequest(Uri endpoint, string operation, ReadOnlyMemory<byte> body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
        {
            Content = new RequestBody(body, service.ContentType),
            Version = HttpVersion.Version11,
        };
        request.Headers.TryAddWithoutValidation(SigningHandler.TargetHeader, service.TargetPrefix + operation);
        if (service.UsesQueryErrorCodes)
        {
            request.Headers.TryAddWithoutValidation(SigningHandler.QueryModeHeader, "true");
        }

        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        TraceHeader.Add(request);
        return request;
    }

    /// <summary>
    /// Returns whether the body of a success looks like that of the JSON protocol. It may be empty if the operation has no result.
    /// </summary>
    private static bool IsJsonObject(ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> text = content.TrimStart(" \t\r\n"u8);
        return text.IsEmpty || text[0] == (byte)'{';
    }
}
