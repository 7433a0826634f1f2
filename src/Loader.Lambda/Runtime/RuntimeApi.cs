using System.Net;
using System.Net.Http.Headers;
using Loader.Application.Telemetry;

namespace Loader.Lambda.Runtime;

/// <summary>A client of the Lambda Runtime API, version 2018-06-01 (Lambda Developer Guide, "Using the Lambda runtime API").</summary>
internal sealed class RuntimeApi : IDisposable
{
    /// <summary>The maximum size of a response in bytes: 6 MiB and 100 bytes.</summary>
    public const int MaxResponseBytes = (6 * 1024 * 1024) + 100;

    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue ErrorJson = new("application/vnd.aws.lambda.error+json");

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    /// <summary>Initializes a new instance of the <see cref="RuntimeApi"/> class.</summary>
    /// <param name="environment">The environment; its <see cref="LambdaEnvironment.RuntimeApi"/> must be set.</param>
    /// <param name="time">The clock.</param>
    public RuntimeApi(LambdaEnvironment environment, TimeProvider time)
    {
        _time = time;

        // The next event can take hours, and the sandbox is frozen meanwhile: there must be no timeout. The API is local: no proxy.
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
        };
        _http = new HttpClient(handler)
        {
            BaseAddress = new Uri($"http://{environment.RuntimeApi}/2018-06-01/runtime/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("loader-lambda", ProductVersion.Current));
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Waits for the next event, without a timeout.</summary>
    /// <exception cref="RuntimeApiException">The API returned an error or an invalid response.</exception>
    /// <exception cref="HttpRequestException">The API cannot be reached.</exception>
    public async Task<Invocation> ReceiveAsync(CancellationToken cancellationToken)
    {
        var next = new Uri("invocation/next", UriKind.Relative);
        using HttpResponseMessage response = await _http.GetAsync(next, cancellationToken).ConfigureAwait(false);
        EnsureStatus(response, HttpStatusCode.OK);
        string requestId = Header(response, "Lambda-Runtime-Aws-Request-Id")
            ?? throw new RuntimeApiException("The Runtime API sent an event without a request id.");
        DateTimeOffset now = _time.GetUtcNow();
        bool isStated = InvocationDeadline.TryParse(Header(response, "Lambda-Runtime-Deadline-Ms"), now, out DateTimeOffset deadline);
        var context = new LambdaContext
        {
            AwsRequestId = requestId,
            Deadline = isStated ? deadline : now + InvocationDeadline.Longest,
            TraceId = Header(response, "Lambda-Runtime-Trace-Id"),
        };
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        return new Invocation(body, context) { IsDeadlineAssumed = !isStated };
    }

    private static ReadOnlySpan<byte> ResponseTooLarge =>
        """
        {"errorType":"Function.ResponseSizeTooLarge","errorMessage":"The response is larger than 6 MiB, the limit of Lambda."}
        """u8;

    /// <summary>Sends the response to an event, or an error if the response is larger than Lambda accepts.</summary>
    public Task SendResponseAsync(string requestId, byte[] response, CancellationToken cancellationToken) =>
        response.Length <= MaxResponseBytes
            ? PostAsync($"invocation/{requestId}/response", response, Json, errorType: null, cancellationToken)
            : PostAsync(
                $"invocation/{requestId}/error",
                ResponseTooLarge.ToArray(),
                ErrorJson,
                "Function.ResponseSizeTooLarge",
                cancellationToken);

    /// <summary>Reports that an event failed.</summary>
    public Task SendErrorAsync(string requestId, Exception exception, CancellationToken cancellationToken) =>
        PostAsync(
            $"invocation/{requestId}/error", ExceptionJson.Serialize(exception), ErrorJson, exception.GetType().Name, cancellationToken);

    /// <summary>Reports that the function cannot start. The process must end afterwards.</summary>
    public Task SendInitErrorAsync(Exception exception, CancellationToken cancellationToken) =>
        PostAsync("init/error", ExceptionJson.Serialize(exception), ErrorJson, exception.GetType().Name, cancellationToken);

    private async Task PostAsync(
        string path, byte[] body, MediaTypeHeaderValue type, string? errorType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = type;
        if (errorType is not null)
        {
            request.Headers.TryAddWithoutValidation("Lambda-Runtime-Function-Error-Type", errorType);
        }

        using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        EnsureStatus(response, HttpStatusCode.Accepted);
    }

    private static void EnsureStatus(HttpResponseMessage response, HttpStatusCode expected)
    {
        if (response.StatusCode != expected)
        {
            string? path = response.RequestMessage?.RequestUri?.AbsolutePath;
            throw new RuntimeApiException(
                $"The Runtime API returned status {(int)response.StatusCode} for {path}; expected {(int)expected}.");
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) && values.First() is { Length: > 0 } value ? value : null;
}

/// <summary>An event received from the Runtime API.</summary>
/// <param name="Event">The event as JSON.</param>
/// <param name="Context">The context of the invocation.</param>
internal sealed record Invocation(ReadOnlyMemory<byte> Event, LambdaContext Context)
{
    /// <summary>
    /// Gets a value indicating whether the API stated no deadline that can be used: see <see cref="InvocationDeadline"/>.
    /// </summary>
    public bool IsDeadlineAssumed { get; init; }
}

/// <summary>The Runtime API returned an error or an invalid response. The process must end.</summary>
internal sealed class RuntimeApiException(string message) : Exception(message);
