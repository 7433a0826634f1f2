using System.Net;
using Amazon.Runtime;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Infrastructure.S3;

/// <summary>Classifies errors of S3 and of its client, and translates them into failures of a load. The only place that does.</summary>
/// <remarks>Error codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.</remarks>
internal static class S3Errors
{
    /// <summary>Returns whether an exception comes from S3, its client or the network, and not from a cancellation by the caller.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <returns>Whether <see cref="Classify"/> applies to it.</returns>
    public static bool IsS3Error(Exception exception, CancellationToken cancellationToken) =>
        exception is AmazonServiceException or ConfigurationException || IsInterruption(exception, cancellationToken);

    /// <summary>Returns whether an exception means that the connection failed or timed out.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <returns>Whether the connection failed; not so if the caller cancelled.</returns>
    public static bool IsInterruption(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && exception is IOException or HttpRequestException or AmazonClientException or OperationCanceledException or TimeoutException;

    /// <summary>Returns what an error means.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="hasVersion">Whether the request named a version of the object.</param>
    /// <returns>The meaning.</returns>
    public static S3ErrorKind Classify(Exception exception, bool hasVersion = false) => exception switch
    {
        ConfigurationException => S3ErrorKind.WrongSettings,
        AmazonServiceException error => ClassifyResponse(error.StatusCode, error.ErrorCode, hasVersion),

        // The client throws this before it sends a request: the default chain has no credentials.
        AmazonClientException when exception.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase)
            => S3ErrorKind.AccessDenied,
        _ => S3ErrorKind.Unavailable,
    };

    /// <summary>Translates an error of reading an object.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="file">The object.</param>
    /// <returns>The failure.</returns>
    public static LoadException ReadFailure(Exception exception, SourceFile file)
    {
        string name = PlainText.Escape(file.ToString());
        string version = file.VersionId is null ? "" : $" in version {PlainText.Escape(file.VersionId)}";
        string reason = Describe(exception);
        return Classify(exception, file.VersionId is not null) switch
        {
            S3ErrorKind.WrongSettings => new ConfigurationException($"{name} cannot be read: {reason}", exception) { File = file },
            S3ErrorKind.NotFound => new SourceNotFoundException($"{name}{version} does not exist ({reason}).", exception) { File = file },
            S3ErrorKind.WrongRegion => new SourceNotFoundException(
                $"{name} is in another region ({reason}). Set AWS_REGION to the region of the bucket.", exception)
            { File = file },
            S3ErrorKind.AccessDenied => new SourceAccessDeniedException(
                $"Access denied reading {name} ({reason}). Grant s3:GetObject, and kms:Decrypt if a KMS key encrypts it.", exception)
            { File = file },
            S3ErrorKind.Changed => new SourceChangedException(
                $"{name} was replaced while it was read. Load it again.", exception)
            { File = file },
            S3ErrorKind.RangeNotSatisfiable => new SourceCorruptException(
                $"{name} cannot be read as Parquet: it is empty. Upload it again.", exception)
            { File = file },
            _ => new UnavailableException($"{name} could not be read: {reason}", exception) { File = file },
        };
    }

    /// <summary>Translates an error of listing a bucket.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="prefix">The prefix, as <c>s3://bucket/prefix</c>.</param>
    /// <returns>The failure.</returns>
    public static LoadException ListFailure(Exception exception, string prefix)
    {
        string name = PlainText.Escape(prefix);
        string reason = Describe(exception);
        return Classify(exception) switch
        {
            S3ErrorKind.WrongSettings => new ConfigurationException($"{name} cannot be listed: {reason}", exception),
            S3ErrorKind.NotFound => new SourceNotFoundException($"The bucket of {name} does not exist ({reason}).", exception),
            S3ErrorKind.WrongRegion => new SourceNotFoundException(
                $"The bucket of {name} is in another region ({reason}). Set AWS_REGION to the region of the bucket.", exception),
            S3ErrorKind.AccessDenied => new SourceAccessDeniedException(
                $"Access denied listing {name} ({reason}). Grant s3:ListBucket.", exception),
            _ => new UnavailableException($"{name} could not be listed: {reason}", exception),
        };
    }

    /// <summary>Returns the error's code and message, safe to log.</summary>
    /// <param name="exception">The error.</param>
    /// <returns>The text.</returns>
    public static string Describe(Exception exception) =>
        PlainText.Escape(
            exception is AmazonServiceException error ? $"{error.ErrorCode}: {error.Message}".Trim(' ', ':') : exception.Message);

    private static S3ErrorKind ClassifyResponse(HttpStatusCode status, string? code, bool hasVersion) => (status, code) switch
    {
        (HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed, _) => S3ErrorKind.NotFound,
        (HttpStatusCode.BadRequest, "InvalidArgument") when hasVersion => S3ErrorKind.NotFound,
        (HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect, _) => S3ErrorKind.WrongRegion,
        (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized, _) => S3ErrorKind.AccessDenied,
        (HttpStatusCode.BadRequest, "ExpiredToken" or "InvalidToken" or "TokenRefreshRequired") => S3ErrorKind.AccessDenied,
        (HttpStatusCode.PreconditionFailed, _) => S3ErrorKind.Changed,
        (HttpStatusCode.RequestedRangeNotSatisfiable, _) => S3ErrorKind.RangeNotSatisfiable,
        _ => S3ErrorKind.Unavailable,
    };
}

/// <summary>What an error of S3 means.</summary>
internal enum S3ErrorKind
{
    /// <summary>A service or network error that may pass.</summary>
    Unavailable,

    /// <summary>The settings of the client are missing or wrong.</summary>
    WrongSettings,

    /// <summary>The bucket, the object or its version does not exist.</summary>
    NotFound,

    /// <summary>The bucket is in another region.</summary>
    WrongRegion,

    /// <summary>The credentials are missing, invalid or expired, or lack a permission.</summary>
    AccessDenied,

    /// <summary>The object no longer has the ETag that the request named.</summary>
    Changed,

    /// <summary>The object has none of the bytes that the request named: it is empty, or shorter than before.</summary>
    RangeNotSatisfiable,
}
