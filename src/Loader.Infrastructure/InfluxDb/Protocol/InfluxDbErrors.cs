using System.Globalization;
using System.Text.Json;
using Loader.Application.Results;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.InfluxDb.Protocol;

/// <summary>Reads error responses, and converts those that end a load into exceptions whose message says what to do.</summary>
internal static class InfluxDbErrors
{
    /// <summary>Reads an error response.</summary>
    /// <param name="response">The response.</param>
    /// <param name="body">Its body: JSON with <c>message</c> (engine 2) or <c>error</c> (engine 3), plain text, or empty.</param>
    /// <param name="token">The token, which is left out of the message.</param>
    /// <param name="now">The current time, for a date in <c>Retry-After</c>.</param>
    /// <returns>The error. The body stays with it, because it may say what happened to which line.</returns>
    public static ServiceError Read(HttpResponseMessage response, ReadOnlyMemory<byte> body, string token, DateTimeOffset now)
    {
        int status = (int)response.StatusCode;
        string? message = FindMessage(body.Span);
        string text = message is { Length: > 0 } ? message : MessageFor(response, status);
        return new ServiceError
        {
            Kind = Classify(status),
            Code = string.Create(CultureInfo.InvariantCulture, $"HTTP {status}"),
            Message = ResponseReader.Printable(text.Replace(token, "(token)", StringComparison.Ordinal)),
            LacksServiceCode = message is null,
            Status = status,
            RetryAfter = ResponseReader.RetryAfter(response, now),
            Body = body,
        };
    }

    /// <summary>Takes the token out of a response, because parts of it go into messages and kept rows.</summary>
    /// <param name="body">The response.</param>
    /// <param name="token">The token, as it was sent.</param>
    /// <returns>The response without it.</returns>
    public static byte[] WithoutToken(byte[] body, string token)
    {
        // A token is ASCII.
        byte[] sent = System.Text.Encoding.ASCII.GetBytes(token);
        return body.AsSpan().IndexOf(sent) < 0
            ? body
            : System.Text.Encoding.Latin1.GetBytes(
                System.Text.Encoding.Latin1.GetString(body).Replace(token, "(token)", StringComparison.Ordinal));
    }

    /// <summary>Converts an error that ends a load.</summary>
    /// <param name="error">The error of the last attempt.</param>
    /// <param name="place">The table and where it is, such as <c>table 'generation' of database 'energy' at host:8181</c>.</param>
    /// <param name="failedAttempts">How often the request failed.</param>
    /// <returns>The exception.</returns>
    public static LoadException ToException(ServiceError error, string place, int failedAttempts) => error.Kind switch
    {
        ServiceErrorKind.NotFound => new DestinationMissingException(
            $"InfluxDB does not know {place}: {error.Message}. The loader makes no bucket, database or organization: create it, or correct "
            + "INFLUXDB_BUCKET, INFLUXDB_ORG or INFLUXDB_DATABASE."),
        ServiceErrorKind.AccessDenied => new DestinationAccessDeniedException(
            $"InfluxDB refuses the token for {place}: {error}. The token must be valid, and allowed to write to the bucket or database and "
            + "to read from it: retention and columns are read before anything is written."),
        ServiceErrorKind.Throttled => new ThrottledException(
            $"InfluxDB throttled every request and none succeeded, {place}: {error.Message}. Load the file again later, or with a lower "
            + "MAX_CONCURRENCY."),
        ServiceErrorKind.Unavailable => new UnavailableException(
            $"InfluxDB is unreachable or returns errors; the request was sent {failedAttempts} times, {place}: {error}. Load the file "
            + "again later; if it fails again, check INFLUXDB_URL, the network, and CPU, memory and disk of the instance.",
            error.Cause),
        _ when error.LacksServiceCode => new DestinationRefusedException(
            $"The response is none of InfluxDB, so it probably comes from another server or a proxy, {place}: {error}. Check INFLUXDB_URL "
            + "and the proxy settings."),
        _ => new DestinationRefusedException($"InfluxDB refuses the request as a whole, {place}: {error}."),
    };

    /// <summary>Converts an error of a query for points. Nothing is written, so the message does not speak of loading.</summary>
    /// <param name="error">The error of the last attempt.</param>
    /// <param name="place">The table and where it is.</param>
    /// <param name="failedAttempts">How often the request failed.</param>
    /// <returns>The exception.</returns>
    public static LoadException FromQuery(ServiceError error, string place, int failedAttempts) => error.Kind switch
    {
        ServiceErrorKind.AccessDenied => new DestinationAccessDeniedException(
            $"InfluxDB refuses the token for {place}: {error}. The token must be valid, and allowed to read from the bucket or database."),
        ServiceErrorKind.Throttled => new ThrottledException(
            $"InfluxDB throttled every query, {place}: {error.Message}. Run the command again later."),
        ServiceErrorKind.Unavailable => new UnavailableException(
            $"InfluxDB is unreachable or returns errors; the query was sent {failedAttempts} times, {place}: {error}. Run the command "
            + "again later; if it fails again, check INFLUXDB_URL, the network, and CPU, memory and disk of the instance.",
            error.Cause),
        _ => ToException(error, place, failedAttempts),
    };

    /// <summary>
    /// Returns the message in a body, the body if it is a text, or <see langword="null"/> if it has no message of InfluxDB.
    /// </summary>
    private static string? FindMessage(ReadOnlySpan<byte> body)
    {
        body = body.TrimStart(" \t\r\n"u8);
        if (body.IsEmpty)
        {
            return "";
        }

        if (body[0] != (byte)'{')
        {
            // Engine 3 answers some errors with a plain text. A page of a proxy begins with a tag.
            return body[0] == (byte)'<' ? null : System.Text.Encoding.UTF8.GetString(body);
        }

        try
        {
            var reader = new Utf8JsonReader(body);
            JsonElement root = JsonElement.ParseValue(ref reader);
            return Text(root, "message") ?? Text(root, "error");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement root, string name)
    {
        try
        {
            return root.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String
                ? member.GetString()
                : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string MessageFor(HttpResponseMessage response, int status) =>
        status is >= 300 and < 400 && response.Headers.Location is { } location
            ? $"status {status} redirects to {location}, but redirects are not followed: the token would follow"
            : $"the server answered with status {status} and no message";

    /// <summary>Classifies a status: section "Writing" of the API references of InfluxDB 2 and 3.</summary>
    private static ServiceErrorKind Classify(int status) => status switch
    {
        400 or 413 or 422 => ServiceErrorKind.Validation,
        401 or 403 => ServiceErrorKind.AccessDenied,
        404 => ServiceErrorKind.NotFound,
        429 => ServiceErrorKind.Throttled,
        408 or 421 or 425 or >= 500 => ServiceErrorKind.Unavailable,
        _ => ServiceErrorKind.Refused,
    };
}
