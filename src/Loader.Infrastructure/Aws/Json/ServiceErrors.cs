using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.Aws.Json;

/// <summary>
/// Reads JSON protocol errors. Classifies them by code, because services do not always send the HTTP status that their model states.
/// </summary>
internal static partial class ServiceErrors
{
    /// <summary>Reads an error response.</summary>
    /// <param name="response">The response.</param>
    /// <param name="body">The response body.</param>
    /// <param name="now">The current time, for a date in <c>Retry-After</c>.</param>
    /// <returns>The error.</returns>
    public static ServiceError Read(HttpResponseMessage response, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        int status = (int)response.StatusCode;
        ErrorBody content = ReadBody(body.Span);

        // In query mode the first header has the documented code: "Code;Sender".
        string? code = ResponseReader.Header(response, "x-amzn-query-error")?.Split(';')[0] is { Length: > 0 } query
            ? query
            : SimpleName(Text(content.Type))
                ?? SimpleName(ResponseReader.Header(response, "x-amzn-errortype"))
                ?? SimpleName(Text(content.Code));
        string name = code ?? string.Create(CultureInfo.InvariantCulture, $"HTTP {status}");
        ServiceErrorKind kind = Classify(name, status);
        string message = Text(content.Message) is { Length: > 0 } text
            ? ResponseReader.Printable(WithoutCanonicalRequest(text))
            : MessageFor(response, status);
        return new ServiceError
        {
            Kind = kind,
            Code = ResponseReader.Printable(name),
            Message = message,
            LastsForHours = kind == ServiceErrorKind.Throttled && IsMagneticStore(message),
            LacksServiceCode = code is null,
            Status = status,
            RetryAfter = ResponseReader.RetryAfter(response, now),
            Date = response.Headers.Date,
            Body = body,
        };
    }

    /// <summary>Returns whether a code means that the time of the request is too far from that of the service.</summary>
    /// <param name="code">The error code.</param>
    /// <returns>Whether correcting the clock can help.</returns>
    public static bool IsClockSkew(string code) => code is "RequestTimeTooSkewed" or "RequestInTheFuture" or "RequestExpired";

    /// <summary>
    /// Returns whether the magnetic store of Timestream throttles a request, because too many of its partitions are active. That can last
    /// for hours (https://docs.aws.amazon.com/timestream/latest/developerguide/troubleshooting.html, active magnetic store partitions).
    /// </summary>
    private static bool IsMagneticStore(string message) =>
        message.Contains("magnetic", StringComparison.OrdinalIgnoreCase)
        && message.Contains("partition", StringComparison.OrdinalIgnoreCase);

    /// <summary>Cuts off the canonical request that a service quotes if a signature is wrong: it contains the session token.</summary>
    private static string WithoutCanonicalRequest(string message)
    {
        int quote = message.IndexOf("The Canonical String", StringComparison.OrdinalIgnoreCase);
        return quote < 0 ? message : message[..quote].TrimEnd();
    }

    private static string MessageFor(HttpResponseMessage response, int status) =>
        status is >= 300 and < 400 && ResponseReader.Header(response, "Location") is { Length: > 0 } location
            ? ResponseReader.Printable($"status {status} redirects to {location}, but redirects of signed requests are not followed")
            : $"the service answered with status {status} and no message";

    private static ServiceErrorKind Classify(string code, int status) => code switch
    {
        "ThrottlingException" or "Throttling" or "ThrottledException" or "RequestThrottled" or "RequestThrottledException" or "SlowDown"
            or "TooManyRequestsException" or "RequestLimitExceeded" or "LimitExceededException" or "BandwidthLimitExceeded"
            => ServiceErrorKind.Throttled,
        "InvalidEndpointException" => ServiceErrorKind.InvalidEndpoint,
        "RejectedRecordsException" => ServiceErrorKind.RejectedRecords,
        "ValidationException" => ServiceErrorKind.Validation,
        "ResourceNotFoundException" => ServiceErrorKind.NotFound,
        "AccessDeniedException" or "AccessDenied" or "UnrecognizedClientException" or "InvalidClientTokenId" or "MissingAuthenticationToken"
            or "MissingAuthenticationTokenException" or "IncompleteSignature" or "IncompleteSignatureException"
            or "InvalidSignatureException" or "SignatureDoesNotMatch" or "ExpiredToken" or "ExpiredTokenException"
            or "AuthFailure" or "NotAuthorized" or "OptInRequired"
            => ServiceErrorKind.AccessDenied,
        "InternalServerException" or "InternalServiceError" or "InternalFailure" or "InternalServerError" or "ServiceUnavailable"
            or "ServiceUnavailableException" or "RequestTimeout" or "RequestTimeoutException"
            => ServiceErrorKind.Unavailable,
        _ when IsClockSkew(code) => ServiceErrorKind.Unavailable,
        _ => Classify(status),
    };

    /// <summary>Classifies responses without a known code: those of load balancers and proxies, and new codes.</summary>
    private static ServiceErrorKind Classify(int status) => status switch
    {
        429 => ServiceErrorKind.Throttled,
        419 => ServiceErrorKind.RejectedRecords,
        421 => ServiceErrorKind.InvalidEndpoint,
        401 or 403 => ServiceErrorKind.AccessDenied,
        408 or >= 500 => ServiceErrorKind.Unavailable,

        // The services answer a success with 200, so that any other success comes from elsewhere and confirms nothing.
        >= 200 and < 300 => ServiceErrorKind.Unavailable,
        _ => ServiceErrorKind.Refused,
    };

    private static ErrorBody ReadBody(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ErrorJson.Default.ErrorBody);
        }
        catch (JsonException)
        {
            // Not JSON, for example an HTML page of a proxy: headers and status must do.
            return default;
        }
    }

    /// <summary>Returns a member's text, or <see langword="null"/> for other JSON types and for invalid UTF-16.</summary>
    private static string? Text(JsonElement member)
    {
        try
        {
            return member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Returns <c>Name</c> from <c>namespace#Name:address</c>.</summary>
    private static string? SimpleName(string? code)
    {
        if (string.IsNullOrEmpty(code))
        {
            return null;
        }

        int end = code.IndexOf(':', StringComparison.Ordinal);
        string name = end < 0 ? code : code[..end];
        name = name[(name.LastIndexOf('#') + 1)..];
        return name.Length > 0 ? name : null;
    }

    /// <summary>
    /// Members of any JSON type, so that one unexpected type does not hide the others. Services differ in the case of <c>message</c>.
    /// </summary>
    private readonly record struct ErrorBody(
        [property: JsonPropertyName("__type")] JsonElement Type, JsonElement Code, JsonElement Message);

    [JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
    [JsonSerializable(typeof(ErrorBody))]
    private sealed partial class ErrorJson : JsonSerializerContext;
}
