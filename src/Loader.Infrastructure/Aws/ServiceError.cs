namespace Loader.Infrastructure.Aws;

/// <summary>An answer that is an error, or the lack of an answer. Holds no headers beyond those named here.</summary>
internal sealed class ServiceError
{
    /// <summary>Gets what the error means.</summary>
    public required ServiceErrorKind Kind { get; init; }

    /// <summary>Gets the error's code, such as <c>ThrottlingException</c>; for an answer without one, its HTTP status.</summary>
    public required string Code { get; init; }

    /// <summary>Gets the service's words, without control characters; where there are none, ours.</summary>
    public required string Message { get; init; }

    /// <summary>Gets the HTTP status, or 0 where there was no answer.</summary>
    public int Status { get; init; }

    /// <summary>Gets how long the service asked to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets the service's time.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>Gets the body, for errors that say more than a message.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Gets the exception that stood for the lack of an answer.</summary>
    public Exception? Cause { get; init; }

    /// <summary>Makes the error for a request that had no answer, or one that cannot be used.</summary>
    /// <param name="code">A word for what happened.</param>
    /// <param name="message">What happened.</param>
    /// <param name="cause">The exception, where there was one.</param>
    /// <returns>The error.</returns>
    public static ServiceError NoAnswer(string code, string message, Exception? cause = null) =>
        new() { Kind = ServiceErrorKind.Unavailable, Code = code, Message = message, Cause = cause };

    /// <inheritdoc/>
    public override string ToString() => $"{Code}: {Message}";
}
