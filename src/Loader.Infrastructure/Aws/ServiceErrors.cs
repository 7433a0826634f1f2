using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Loader.Infrastructure.Aws;

/// <summary>Reads errors of the JSON protocol: by their code, since services do not keep to the statuses that their models name.</summary>
internal static class ServiceErrors
{
    private const int LongestMessage = 1_000;

    /// <summary>Reads the error in an answer.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="body">Its body.</param>
    /// <param name="now">The time, for dates in <c>Retry-After</c>.</param>
    /// <returns>The error.</returns>
    public static ServiceError Read(HttpResponseMessage response, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        int status = (int)response.StatusCode;
        (string? type, string? code, string? message) = ReadBody(body.Span);
        string name = Trimmed(type) ?? Trimmed(Header(response, "x-amzn-errortype")) ?? Trimmed(code)
            ?? string.Create(CultureInfo.InvariantCulture, $"HTTP {status}");

        // A service in query mode names the documented code there: "Code;Sender".
        if (Header(response, "x-amzn-query-error") is { Length: > 0 } query)
        {
            name = query.Split(';')[0];
        }

        return new ServiceError
        {
            Kind = KindOf(name, status),
            Code = Printable(name),
            Message = message is { Length: > 0 } ? Printable(WithoutCanonicalRequest(message)) : $"the service answered with status {status} and no message",
            Status = status,
            RetryAfter = RetryAfterOf(response, now),
            Date = response.Headers.Date,
            Body = body,
        };
    }

    /// <summary>Makes a service's words fit for a log: no control characters, no more than a thousand letters.</summary>
    /// <param name="text">The words.</param>
    /// <returns>The words, each control character as a blank.</returns>
    public static string Printable(string text)
    {
        if (text.Length > LongestMessage)
        {
            text = string.Concat(text.AsSpan(0, LongestMessage), "…");
        }

        return text.Any(char.IsControl) ? string.Create(text.Length, text, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        }) : text;
    }

    /// <summary>A service that finds a signature wrong may quote the headers that it was made of, the session token among them.</summary>
    private static string WithoutCanonicalRequest(string message)
    {
        int quote = message.IndexOf("The Canonical String", StringComparison.OrdinalIgnoreCase);
        return quote < 0 ? message : message[..quote].TrimEnd();
    }

    private static ServiceErrorKind KindOf(string code, int status) => code switch
    {
        "ThrottlingException" or "Throttling" or "ThrottledException" or "RequestThrottled" or "RequestThrottledException" or "SlowDown"
            or "TooManyRequestsException" or "RequestLimitExceeded" or "LimitExceededException" or "BandwidthLimitExceeded"
            => ServiceErrorKind.Throttled,
        "InvalidEndpointException" => ServiceErrorKind.InvalidEndpoint,
        "RejectedRecordsException" => ServiceErrorKind.RejectedRecords,
        "ValidationException" => ServiceErrorKind.Validation,
        "ResourceNotFoundException" => ServiceErrorKind.NotFound,
        "AccessDeniedException" or "AccessDenied" or "UnrecognizedClientException" or "InvalidClientTokenId" or "MissingAuthenticationToken"
            or "MissingAuthenticationTokenException" or "IncompleteSignature" or "IncompleteSignatureException" or "InvalidSignatureException"
            or "SignatureDoesNotMatch" or "ExpiredToken" or "ExpiredTokenException" or "RequestExpired" or "RequestInTheFuture"
            or "RequestTimeTooSkewed" or "AuthFailure" or "NotAuthorized" or "OptInRequired"
            => ServiceErrorKind.AccessDenied,
        "InternalServerException" or "InternalServiceError" or "InternalFailure" or "InternalServerError" or "ServiceUnavailable"
            or "ServiceUnavailableException" or "RequestTimeout" or "RequestTimeoutException"
            => ServiceErrorKind.Unavailable,
        _ => KindOf(status),
    };

    /// <summary>What is left for answers of load balancers and proxies, which have no code, and for codes that are new.</summary>
    private static ServiceErrorKind KindOf(int status) => status switch
    {
        429 => ServiceErrorKind.Throttled,
        421 => ServiceErrorKind.InvalidEndpoint,
        401 or 403 => ServiceErrorKind.AccessDenied,
        408 or >= 500 => ServiceErrorKind.Unavailable,
        _ => ServiceErrorKind.Refused,
    };

    private static (string? Type, string? Code, string? Message) ReadBody(ReadOnlySpan<byte> body)
    {
        string? type = null;
        string? code = null;
        string? message = null;
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return default;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                {
                    switch (name)
                    {
                        case "__type":
                            type = reader.GetString();
                            break;
                        case "code" or "Code":
                            code = reader.GetString();
                            break;
                        case "message" or "Message":
                            message = reader.GetString();
                            break;
                    }
                }

                reader.Skip();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A page of HTML, or JSON that breaks off: what was read before counts, and the status says the rest.
        }

        return (type, code, message);
    }

    /// <summary><c>namespace#Name:address</c> names <c>Name</c>.</summary>
    private static string? Trimmed(string? code)
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

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response, DateTimeOffset now)
    {
        if (int.TryParse(Header(response, "x-amz-retry-after"), NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds))
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        TimeSpan? wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - (response.Headers.Date ?? now),
            _ => null,
        };
        return wait > TimeSpan.Zero ? wait : null;
    }
}
