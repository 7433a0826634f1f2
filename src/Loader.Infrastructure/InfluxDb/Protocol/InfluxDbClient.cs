using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Loader.Application.Results;
using Loader.Application.Telemetry;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.InfluxDb.Protocol;

/// <summary>Sends requests to an InfluxDB server. Never retries, except once with another token after the server refused one.</summary>
/// <remarks>The token is in no message: where a response repeats it, it is left out.</remarks>
internal sealed class InfluxDbClient : IDisposable
{
    /// <summary>
    /// The maximum length of an error response. Engine 2 quotes each line that it cannot parse; the beginning is enough, because what it
    /// does not quote is found by dividing the request.
    /// </summary>
    private const int MaxErrorBytes = 4 * 1024 * 1024;

    private const string UserAgent = $"loader/{ProductVersion.Current}";
    private static readonly MediaTypeHeaderValue LineProtocol = new("text/plain") { CharSet = "utf-8" };
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpMessageInvoker _http;
    private readonly Uri _address;
    private readonly TimeSpan _timeout;
    private readonly InfluxDbToken _token;
    private readonly TimeProvider _timeProvider;
    private readonly TimeLimits _limits;

    /// <summary>Initializes a new instance of the <see cref="InfluxDbClient"/> class.</summary>
    /// <param name="options">The address and the limits of requests.</param>
    /// <param name="token">The token; disposed with this instance.</param>
    /// <param name="timeProvider">The clock.</param>
    public InfluxDbClient(InfluxDbOptions options, InfluxDbToken token, TimeProvider timeProvider)
    {
        _address = new Uri(options.Url, UriKind.Absolute);
        _timeout = options.RequestTimeout;
        _token = token;
        _timeProvider = timeProvider;
        _limits = new TimeLimits(timeProvider);
        var sockets = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = options.MaxConcurrency + 1,

            // Connect anew from time to time: after a failover the name leads to another node.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            AutomaticDecompression = DecompressionMethods.None,

            // A redirect would take the token to another host.
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = _address.Scheme == Uri.UriSchemeHttps,

            // This client passes the context on.
            ActivityHeadersPropagator = null,
            PlaintextStreamFilter = static (context, _) => new ValueTask<Stream>(new CoalescingStream(context.PlaintextStream)),
        };
        _http = new HttpMessageInvoker(options.WrapHttpHandler?.Invoke(sockets) ?? sockets);
    }

    /// <summary>Gets host and port of the server.</summary>
    public string Host => _address.Authority;

    /// <summary>Sends a request without a body.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="maxBytes">The maximum length of a successful response.</param>
    /// <param name="read">
    /// Reads the headers of a successful response, and returns whether it is one of InfluxDB. Any other is returned as an error.
    /// </param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The response.</returns>
    /// <exception cref="LoadException">The token cannot be read.</exception>
    /// <exception cref="ResponseTooLongException">The response is longer.</exception>
    public ValueTask<ServiceResponse> GetAsync(
        string path, int maxBytes, Func<HttpResponseMessage, bool> read, CancellationToken cancellationToken) =>
        SendAsync(new Request(HttpMethod.Get, path, default, null, IsCompressed: false), maxBytes, read, cancellationToken);

    /// <summary>Sends a JSON document.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="body">The document; it must not change until the call completes.</param>
    /// <param name="maxBytes">The maximum length of a successful response.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The response.</returns>
    /// <exception cref="LoadException">The token cannot be read.</exception>
    /// <exception cref="ResponseTooLongException">The response is longer.</exception>
    public ValueTask<ServiceResponse> PostJsonAsync(
        string path, ReadOnlyMemory<byte> body, int maxBytes, CancellationToken cancellationToken) =>
        SendAsync(new Request(HttpMethod.Post, path, body, Json, IsCompressed: false), maxBytes, IsOk, cancellationToken);

    /// <summary>Returns whether a response has the status of a result.</summary>
    /// <param name="response">The response.</param>
    /// <returns>Whether its status is 200.</returns>
    public static bool IsOk(HttpResponseMessage response) => response.StatusCode == HttpStatusCode.OK;

    /// <summary>Sends lines.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="body">The lines; they must not change until the call completes.</param>
    /// <param name="isCompressed">Whether they are compressed.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The response.</returns>
    /// <exception cref="LoadException">The token cannot be read.</exception>
    public ValueTask<ServiceResponse> PostLinesAsync(
        string path, ReadOnlyMemory<byte> body, bool isCompressed, CancellationToken cancellationToken) =>
        SendAsync(
            new Request(HttpMethod.Post, path, body, LineProtocol, isCompressed),
            MaxErrorBytes,

            // Both engines confirm stored lines with this status and nothing else, so that any other success confirms nothing.
            static response => response.StatusCode == HttpStatusCode.NoContent,
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _limits.Dispose();
        _token.Dispose();
    }

    private ValueTask<ServiceResponse> SendAsync(
        Request sent, int maxBytes, Func<HttpResponseMessage, bool> isExpected, CancellationToken cancellationToken) =>
        RequestTelemetry.IsEnabled
            ? MeasureAsync(sent, maxBytes, isExpected, cancellationToken)
            : SendAsync(sent, maxBytes, isExpected, span: null, cancellationToken);

    private async ValueTask<ServiceResponse> MeasureAsync(
        Request sent, int maxBytes, Func<HttpResponseMessage, bool> isExpected, CancellationToken cancellationToken)
    {
        const string Service = "InfluxDB";
        string operation = sent.Path.Split('?')[0];
        using Activity? span = RequestTelemetry.Start(Service, operation, _address, sent.Body.Length);
        long start = _timeProvider.GetTimestamp();
        string? error = "cancelled";
        int status = 0;
        try
        {
            ServiceResponse response = await SendAsync(sent, maxBytes, isExpected, span, cancellationToken).ConfigureAwait(false);
            error = response.Error?.Code;
            status = response.Error?.Status ?? (int)(sent.IsWrite ? HttpStatusCode.NoContent : HttpStatusCode.OK);
            return response;
        }
        finally
        {
            RequestTelemetry.End(span, Service, operation, sent.Body.Length, _timeProvider.GetElapsedTime(start), error, status);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ServiceResponse> SendAsync(
        Request sent, int maxBytes, Func<HttpResponseMessage, bool> isExpected, Activity? span, CancellationToken cancellationToken)
    {
        for (bool isRetry = false; ; isRetry = true)
        {
            string token = await _token.GetAsync(cancellationToken).ConfigureAwait(false);
            ServiceResponse answer;
            using (TimeLimits.Limit limit = _limits.Begin(_timeout, cancellationToken))
            {
                try
                {
                    using HttpRequestMessage request = CreateRequest(sent, token);
                    RequestTelemetry.Propagate(span, request);
                    using HttpResponseMessage response = await _http.SendAsync(request, limit.Token).ConfigureAwait(false);
                    byte[] content = await ResponseReader.ReadAsync(
                        response, response.IsSuccessStatusCode ? maxBytes : MaxErrorBytes, limit.Token).ConfigureAwait(false);
                    content = InfluxDbErrors.WithoutToken(content, token);
                    answer = !response.IsSuccessStatusCode
                        ? InfluxDbErrors.Read(response, content, token, _timeProvider.GetUtcNow())
                        : isExpected(response)
                            ? new ServiceResponse(content)
                            : ServiceError.NoAnswer("UnusableAnswer", $"{Host} answered with status {(int)response.StatusCode}, "
                                + "which is none that InfluxDB gives here");
                }
                catch (OperationCanceledException exception)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    return ServiceError.NoAnswer(
                        "Timeout", $"no answer from {Host} within {_timeout.TotalSeconds:0.###} s", exception);
                }
                catch (Exception exception)
                    when (exception is HttpRequestException or SocketException or IOException
                        && (exception is not ResponseTooLongException || sent.IsWrite))
                {
                    // A connection that the server closes while it is established fails with the bare exception of the socket.
                    cancellationToken.ThrowIfCancellationRequested();
                    return ServiceError.NoAnswer(
                        "NoAnswer", $"no answer from {Host}: {ResponseReader.Printable(exception.Message)}", exception);
                }
            }

            if (isRetry || answer.Error is not { Status: (int)HttpStatusCode.Unauthorized }
                || !await _token.TryRefreshAsync(token, cancellationToken).ConfigureAwait(false))
            {
                return answer;
            }
        }
    }

    private HttpRequestMessage CreateRequest(in Request sent, string token)
    {
        var request = new HttpRequestMessage(sent.Method, new Uri(_address, sent.Path)) { Version = HttpVersion.Version11 };
        if (sent.ContentType is { } contentType)
        {
            request.Content = new RequestBody(sent.Body, contentType);
            if (sent.IsCompressed)
            {
                request.Content.Headers.ContentEncoding.Add("gzip");
            }
        }

        // Both engines accept "Token"; engine 2 before 2.7 accepts nothing else.
        request.Headers.TryAddWithoutValidation("Authorization", $"Token {token}");
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        return request;
    }

    private readonly record struct Request(
        HttpMethod Method, string Path, ReadOnlyMemory<byte> Body, MediaTypeHeaderValue? ContentType, bool IsCompressed)
    {
        /// <summary>Gets a value indicating whether lines are sent, whose confirmation has no body: a long one is no answer.</summary>
        public bool IsWrite => ReferenceEquals(ContentType, LineProtocol);
    }
}
