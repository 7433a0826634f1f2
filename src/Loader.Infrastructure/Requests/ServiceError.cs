namespace Loader.Infrastructure.Requests;

/// <summary>The result of a request: the body of a success, or an error.</summary>
/// <param name="Body">The body of a success.</param>
/// <param name="Error">The error, or <see langword="null"/> for a success.</param>
internal readonly record struct ServiceResponse(ReadOnlyMemory<byte> Body, ServiceError? Error = null)
{
    /// <summary>Creates the response of a request that failed.</summary>
    /// <param name="error">The error.</param>
    public static implicit operator ServiceResponse(ServiceError error) => new(default, error);
}

/// <summary>An error response, or the failure to get a response. Contains no headers other than those named here.</summary>
internal sealed class ServiceError
{
    /// <summary>Gets what the error means.</summary>
    public required ServiceErrorKind Kind { get; init; }

    /// <summary>
    /// Gets the error code, such as <c>ThrottlingException</c>, or <c>HTTP</c> and the status if the response has no code.
    /// </summary>
    public required string Code { get; init; }

    /// <summary>Gets a value indicating whether the response lacks a code, as one of a proxy or of another server does.</summary>
    public bool LacksServiceCode { get; init; }

    /// <summary>Gets the service's message without control characters, or ours if the service sent none.</summary>
    public required string Message { get; init; }

    /// <summary>Gets the HTTP status, or 0 if there was no response.</summary>
    public int Status { get; init; }

    /// <summary>Gets how long the service asks to wait before the next request.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets a value indicating whether a throttle is of a kind that can last for hours, so that waiting does not help.</summary>
    public bool LastsForHours { get; init; }

    /// <summary>Gets the service's time.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>Gets the response body, for errors with more members than a message.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Gets the exception that prevented a response.</summary>
    public Exception? Cause { get; init; }

    /// <summary>Creates the error of a request that got no response, or none that can be used.</summary>
    /// <param name="code">A code for the cause.</param>
    /// <param name="message">What happened.</param>
    /// <param name="cause">The exception, if there was one.</param>
    /// <returns>The error.</returns>
    public static ServiceError NoAnswer(string code, string message, Exception? cause = null) =>
        new() { Kind = ServiceErrorKind.Unavailable, Code = code, Message = message, Cause = cause };

    /// <inheritdoc/>
    public override string ToString() => $"{Code}: {Message}";
}

/// <summary>What an error means for the sender.</summary>
internal enum ServiceErrorKind
{
    /// <summary>Too many requests at the moment. The service did nothing.</summary>
    Throttled,

    /// <summary>
    /// A service or network error, or a response that cannot be understood. It is unknown whether the service did anything.
    /// </summary>
    Unavailable,

    /// <summary>The endpoint no longer serves this account: discover another one.</summary>
    InvalidEndpoint,

    /// <summary>The service rejected some records and stored all others.</summary>
    RejectedRecords,

    /// <summary>The request is invalid. The service did nothing.</summary>
    Validation,

    /// <summary>A resource that the request names does not exist.</summary>
    NotFound,

    /// <summary>The credentials are invalid or lack a permission.</summary>
    AccessDenied,

    /// <summary>Any other refusal.</summary>
    Refused,
}
