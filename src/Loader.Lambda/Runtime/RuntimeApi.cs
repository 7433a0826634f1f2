using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Loader.Lambda.Runtime;

/// <summary>Speaks the Lambda Runtime API, version 2018-06-01 (Lambda Developer Guide, "Using the Lambda runtime API").</summary>
internal sealed class RuntimeApi : IDisposable
{
    /// <summary>The most bytes that a response may have: 6 MiB and 100 bytes.</summary>
    public const int MaxResponseBytes = (6 * 1024 * 1024) + 100;

    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue ErrorJson = new("application/vnd.aws.lambda.error+json");

    private readonly HttpClient _http;
    private readonly LambdaEnvironment _environment;

    /// <summary>Initializes a new instance of the <see cref="RuntimeApi"/> class.</summary>
    /// <param name="environment">Says where the API is; it must be known.</param>
    public RuntimeApi(LambdaEnvironment environment)
    {
        _environment = environment;

        // The next event may take hours, over which the sandbox is frozen: nothing here may time out. The API is on this machine: no proxy.
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null };
        _http = new HttpClient(handler)
        {
            BaseAddress = new Uri($"http://{environment.RuntimeApi}/2018-06-01/runtime/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("loader-lambda", typeof(RuntimeApi).Assembly.GetName().Version?.ToString(3) ?? "0"));
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Waits for an event, for as long as it takes.</summary>
    /// <exception cref="RuntimeApiException">The API answered with an error.</exception>
    /// <exception cref="HttpRequestException">The API cannot be reached.</exception>
    public async Task<Invocation> NextAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri("invocation/next", UriKind.Relative), cancellationToken).ConfigureAwait(false);
        Check(response, HttpStatusCode.OK);
        string requestId = Header(response, "Lambda-Runtime-Aws-Request-Id") ?? throw new RuntimeApiException("The Runtime API gave an event without a request id.");
        var context = new LambdaContext
        {
            AwsRequestId = requestId,
            Deadline = long.TryParse(Header(response, "Lambda-Runtime-Deadline-Ms"), NumberStyles.None, CultureInfo.InvariantCulture, out long deadline)
                ? DateTimeOffset.FromUnixTimeMilliseconds(deadline)
                : throw new RuntimeApiException($"The Runtime API gave event {requestId} without a deadline."),
            InvokedFunctionArn = Header(response, "Lambda-Runtime-Invoked-Function-Arn") ?? "",
            TraceId = Header(response, "Lambda-Runtime-Trace-Id"),
            FunctionName = _environment.FunctionName,
            FunctionVersion = _environment.FunctionVersion,
            MemoryLimitInMB = _environment.MemoryMb,
        };
        return new Invocation(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false), context);
    }

    /// <summary>Hands over the answer to an event, or an error where it is larger than Lambda takes.</summary>
    public Task RespondAsync(string requestId, byte[] answer, CancellationToken cancellationToken) =>
        answer.Length <= MaxResponseBytes
            ? PostAsync($"invocation/{requestId}/response", answer, Json, errorType: null, cancellationToken)
            : PostAsync(
                $"invocation/{requestId}/error",
                [.. """{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"The answer has more bytes than the 6 MiB that Lambda takes."}"""u8],
                ErrorJson,
                "Function.ResponseSizeTooLarge",
                cancellationToken);

    /// <summary>Hands over the failure of an event.</summary>
    public Task FailAsync(string requestId, Exception exception, CancellationToken cancellationToken) =>
        PostAsync($"invocation/{requestId}/error", ExceptionJson.Serialize(exception), ErrorJson, exception.GetType().Name, cancellationToken);

    /// <summary>Says that the function cannot start; the process is to end afterwards.</summary>
    public Task FailInitAsync(Exception exception, CancellationToken cancellationToken) =>
        PostAsync("init/error", ExceptionJson.Serialize(exception), ErrorJson, exception.GetType().Name, cancellationToken);

    private async Task PostAsync(string path, byte[] body, MediaTypeHeaderValue type, string? errorType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = type;
        if (errorType is not null)
        {
            request.Headers.TryAddWithoutValidation("Lambda-Runtime-Function-Error-Type", errorType);
        }

        using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        Check(response, HttpStatusCode.Accepted);
    }

    private static void Check(HttpResponseMessage response, HttpStatusCode expected)
    {
        if (response.StatusCode != expected)
        {
            throw new RuntimeApiException($"The Runtime API answered {(int)response.StatusCode} to {response.RequestMessage?.RequestUri?.AbsolutePath}; expected is {(int)expected}.");
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) && values.First() is { Length: > 0 } value ? value : null;
}
