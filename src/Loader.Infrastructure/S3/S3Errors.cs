using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Infrastructure.S3;

/// <summary>Classifies errors of S3 and of its client, and translates them into failures of a load. The only place that does.</summary>
/// <remarks>
/// The code decides, and the status where the code is not known. A refusal (4xx) is permanent, unless the table says otherwise.
/// Error codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
/// </remarks>
internal static class S3Errors
{
    /// <summary>The maximum length of a text of the store in a message.</summary>
    private const int MaxTextLength = 500;

    private const string SetRegion = "Set AWS_REGION to the region of the bucket.";

    private static readonly FrozenDictionary<string, S3ErrorKind> Codes = new (S3ErrorKind Kind, string[] Codes)[]
    {
        (S3ErrorKind.Unavailable,
        [
            "InternalError", "ServiceUnavailable", "SlowDown", "Throttling", "ThrottlingException", "ThrottledException",
            "RequestThrottled", "RequestThrottledException", "TooManyRequests", "TooManyRequestsException", "RequestLimitExceeded",
            "BandwidthLimitExceeded", "LimitExceededException", "RequestTimeout", "RequestTimeoutException", "MisdirectedRequest",
            "OperationAborted", "ConditionalRequestConflict", "IncompleteBody", "BadDigest", "XAmzContentSHA256Mismatch",
            "KMS.ThrottlingException", "KMS.InternalException", "KMS.KMSInternalException", "KMS.DependencyTimeoutException",
        ]),
        (S3ErrorKind.ClockSkew, ["RequestTimeTooSkewed", "RequestInTheFuture"]),
        (S3ErrorKind.NotFound,
        [
            "NoSuchKey", "NoSuchBucket", "NoSuchVersion", "NoSuchAccessPoint", "InvalidBucketName", "InvalidURI", "KeyTooLongError",
            "XMinioInvalidObjectName",
        ]),
        (S3ErrorKind.WrongRegion,
        [
            "PermanentRedirect", "TemporaryRedirect", "Redirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException",
            "IncorrectEndpoint",
        ]),
        (S3ErrorKind.ExpiredCredentials, ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"]),
        (S3ErrorKind.InvalidCredentials,
        [
            "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidToken", "InvalidSecurity", "SignatureDoesNotMatch",
            "UnrecognizedClientException", "UnrecognizedClient", "MissingSecurityHeader", "NotSignedUp",
        ]),
        (S3ErrorKind.AccessDenied, ["AccessDenied", "AllAccessDisabled", "AccountProblem", "UnauthorizedAccess"]),
        (S3ErrorKind.Archived, ["InvalidObjectState"]),
        (S3ErrorKind.CustomerKey, ["InvalidEncryptionAlgorithmError"]),
        (S3ErrorKind.Changed, ["PreconditionFailed"]),
        (S3ErrorKind.RangeNotSatisfiable, ["InvalidRange"]),
    }
    .SelectMany(line => line.Codes, (line, code) => KeyValuePair.Create(code, line.Kind))
    .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns whether an exception comes from S3, its client or the network, and not from a cancellation by the caller.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <returns>Whether <see cref="Classify"/> applies to it.</returns>
    public static bool IsS3Error(Exception exception, CancellationToken cancellationToken) =>
        exception is AmazonServiceException or LoadException or InvalidDataException || IsInterruption(exception, cancellationToken);

    /// <summary>
    /// Returns whether a call of the client failed: any exception but the caller's cancellation, because the client throws exceptions of
    /// many types for responses that it does not understand.
    /// </summary>
    /// <param name="exception">The exception that the call of the client threw.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <returns>Whether <see cref="Classify"/> applies to it.</returns>
    public static bool IsFailedCall(Exception exception, CancellationToken cancellationToken) =>
        exception is not OutOfMemoryException
        && (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested);

    /// <summary>Returns whether an exception means that the connection failed or timed out.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <returns>Whether the connection failed; not so if the caller cancelled.</returns>
    public static bool IsInterruption(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && exception is IOException or HttpRequestException or SocketException or AmazonClientException or OperationCanceledException
            or TimeoutException;

    /// <summary>Returns what an error means.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="hasVersion">Whether the request named a version of the object.</param>
    /// <returns>The meaning.</returns>
    public static S3ErrorKind Classify(Exception exception, bool hasVersion = false) => exception switch
    {
        LoadException { IsTransient: true } => S3ErrorKind.Unavailable,
        LoadException => S3ErrorKind.WrongSettings,
        AmazonServiceException error => ClassifyResponse(error, hasVersion),

        // The client throws this before it sends a request: the credentials of the options or of the default chain are none.
        AmazonClientException when exception.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase)
            => S3ErrorKind.WrongSettings,
        _ => S3ErrorKind.Unavailable,
    };

    /// <summary>Translates an error of reading an object.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="file">The object.</param>
    /// <param name="isPinned">
    /// Whether an earlier response had bytes of the object, so that a range that it lacks means another object.
    /// </param>
    /// <returns>The failure.</returns>
    public static LoadException ReadFailure(Exception exception, SourceFile file, bool isPinned = false)
    {
        string name = PlainText.Escape(file.ToString());
        string version = file.VersionId is null ? "" : $" in version {PlainText.Escape(file.VersionId)}";
        string reason = Describe(exception);
        S3ErrorKind kind = Classify(exception, file.VersionId is not null);
        return kind switch
        {
            S3ErrorKind.WrongSettings => new ConfigurationException($"{name} cannot be read: {reason}", exception) { File = file },
            S3ErrorKind.Redirected => new ConfigurationException(Sentence(kind, name, "read", reason), exception) { File = file },
            S3ErrorKind.NotFound => new SourceNotFoundException($"{name}{version} does not exist ({reason}).", exception) { File = file },
            S3ErrorKind.WrongRegion => new SourceNotFoundException($"{name} is in another region ({reason}). {SetRegion}", exception)
            {
                File = file,
            },
            S3ErrorKind.AccessDenied => new SourceAccessDeniedException(
                $"Access denied reading {name}, or it does not exist: without s3:ListBucket, S3 does not tell ({reason}). "
                + "Check the key, and grant s3:GetObject, and kms:Decrypt if a KMS key encrypts it.",
                exception)
            { File = file },
            S3ErrorKind.RangeNotSatisfiable when !isPinned => new SourceCorruptException(
                $"{name} cannot be read as Parquet: it is empty. Upload it again.", exception)
            { File = file },
            S3ErrorKind.Changed or S3ErrorKind.RangeNotSatisfiable => new SourceChangedException(
                $"{name} was replaced while it was read. Load it again.", exception)
            { File = file },
            S3ErrorKind.Unavailable or S3ErrorKind.ClockSkew => new UnavailableException(Sentence(kind, name, "read", reason), exception)
            {
                File = file,
            },
            _ => new SourceAccessDeniedException(Sentence(kind, name, "read", reason), exception) { File = file },
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
        S3ErrorKind kind = Classify(exception);
        return kind switch
        {
            S3ErrorKind.WrongSettings => new ConfigurationException($"{name} cannot be listed: {reason}", exception),
            S3ErrorKind.Redirected => new ConfigurationException(Sentence(kind, name, "listed", reason), exception),
            S3ErrorKind.NotFound => new SourceNotFoundException($"The bucket of {name} does not exist ({reason}).", exception),
            S3ErrorKind.WrongRegion => new SourceNotFoundException(
                $"The bucket of {name} is in another region ({reason}). {SetRegion}", exception),
            S3ErrorKind.AccessDenied => new SourceAccessDeniedException(
                $"Access denied listing {name} ({reason}). Grant s3:ListBucket.", exception),
            S3ErrorKind.Unavailable or S3ErrorKind.ClockSkew => new UnavailableException(Sentence(kind, name, "listed", reason), exception),
            _ => new SourceAccessDeniedException(Sentence(kind, name, "listed", reason), exception),
        };
    }

    /// <summary>Returns the error's code and message, cut and safe to log.</summary>
    /// <param name="exception">The error.</param>
    /// <returns>The text.</returns>
    public static string Describe(Exception exception) => exception switch
    {
        AmazonServiceException error => Shorten($"{error.ErrorCode}: {error.Message}".Trim(' ', ':')),
        LoadException => exception.Message,
        InvalidDataException or TimeoutException => Shorten(exception.Message),
        _ when IsInterruption(exception, CancellationToken.None) => Shorten(exception.Message),
        _ => $"the response cannot be understood ({Shorten(exception.Message)}). Check that the endpoint is one of S3.",
    };

    /// <summary>Cuts a text of the store, and makes it safe to log.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The first 500 characters.</returns>
    public static string Shorten(string text) =>
        PlainText.Escape(text.Length > MaxTextLength ? string.Concat(text.AsSpan(0, MaxTextLength), "…") : text);

    /// <summary>Returns the message for kinds that mean the same to all operations.</summary>
    private static string Sentence(S3ErrorKind kind, string name, string verb, string reason) => kind switch
    {
        S3ErrorKind.Redirected => $"{name} cannot be {verb}: the endpoint redirects the request ({reason}). "
            + "Set AWS_REGION to the region of the bucket, or the endpoint to the address that serves S3.",
        S3ErrorKind.ClockSkew => $"{name} could not be {verb}: {reason}. The clock of this machine is wrong; set it.",
        S3ErrorKind.ExpiredCredentials => $"{name} cannot be {verb}: the credentials have expired ({reason}). "
            + "Get new ones, for example by signing in again.",
        S3ErrorKind.InvalidCredentials => $"{name} cannot be {verb}: S3 does not accept the credentials ({reason}). "
            + "Check the access key, the secret key and the session token.",
        S3ErrorKind.KmsKey => $"{name} cannot be {verb}: the KMS key that encrypts it cannot be used ({reason}). "
            + "Enable or restore the key, or upload the object with another one.",
        S3ErrorKind.CustomerKey => $"{name} cannot be {verb}: it is encrypted with a key that its owner keeps, SSE-C ({reason}). "
            + "Copy the object with an encryption that S3 manages.",
        S3ErrorKind.Archived => $"{name} cannot be {verb}: it is archived ({reason}). Restore the object, then load it.",
        S3ErrorKind.Unavailable or S3ErrorKind.WrongSettings => $"{name} could not be {verb}: {reason}",
        _ => $"{name} cannot be {verb}: S3 refuses the request ({reason}). Correct the cause; the same request would be refused again.",
    };

    private static S3ErrorKind ClassifyResponse(AmazonServiceException error, bool hasVersion)
    {
        string code = error.ErrorCode ?? "";
        if (hasVersion && code == "InvalidArgument")
        {
            return S3ErrorKind.NotFound;
        }

        // This code has two causes, and only the message of one speaks of the region.
        if (code == "AuthorizationHeaderMalformed" && !Mentions(error, "region"))
        {
            return S3ErrorKind.InvalidCredentials;
        }

        // S3 has no code of its own for an object that needs the key of its owner.
        if (code == "InvalidRequest" && (Mentions(error, "Server Side Encryption") || Mentions(error, "SSE-C")))
        {
            return S3ErrorKind.CustomerKey;
        }

        // The client makes up this code for status 308, which S3 does not use.
        if (error.StatusCode == HttpStatusCode.PermanentRedirect)
        {
            return S3ErrorKind.Redirected;
        }

        return Codes.TryGetValue(code, out S3ErrorKind kind) ? kind
            : code.StartsWith("KMS.", StringComparison.Ordinal) ? S3ErrorKind.KmsKey
            : ClassifyStatus(error.StatusCode);
    }

    private static bool Mentions(AmazonServiceException error, string words) =>
        error.Message.Contains(words, StringComparison.OrdinalIgnoreCase);

    /// <summary>Classifies responses without a known code: those of proxies and of other stores, and new codes.</summary>
    private static S3ErrorKind ClassifyStatus(HttpStatusCode status) => (int)status switch
    {
        401 => S3ErrorKind.InvalidCredentials,
        403 => S3ErrorKind.AccessDenied,
        404 or 405 or 410 => S3ErrorKind.NotFound,
        408 or 421 or 425 or 429 => S3ErrorKind.Unavailable,
        412 => S3ErrorKind.Changed,
        416 => S3ErrorKind.RangeNotSatisfiable,
        >= 300 and < 400 => S3ErrorKind.Redirected,
        >= 400 and < 500 => S3ErrorKind.Refused,
        _ => S3ErrorKind.Unavailable,
    };
}

/// <summary>What an error of S3 means.</summary>
internal enum S3ErrorKind
{
    /// <summary>A service or network error that may pass.</summary>
    Unavailable,

    /// <summary>The clock of this machine is wrong. The client corrects that, and failed to.</summary>
    ClockSkew,

    /// <summary>The settings of the client are missing or wrong.</summary>
    WrongSettings,

    /// <summary>The endpoint redirects to another address.</summary>
    Redirected,

    /// <summary>The bucket, the object or its version does not exist.</summary>
    NotFound,

    /// <summary>The bucket is in another region.</summary>
    WrongRegion,

    /// <summary>The credentials lack a permission, or the object does not exist.</summary>
    AccessDenied,

    /// <summary>The credentials have expired.</summary>
    ExpiredCredentials,

    /// <summary>The credentials are not those of an account.</summary>
    InvalidCredentials,

    /// <summary>The KMS key that encrypts the object is disabled, deleted or not usable.</summary>
    KmsKey,

    /// <summary>The object is encrypted with a key that only its owner has (SSE-C).</summary>
    CustomerKey,

    /// <summary>The object is archived and must be restored first.</summary>
    Archived,

    /// <summary>The object no longer has the ETag that the request named.</summary>
    Changed,

    /// <summary>The object has none of the bytes that the request named: it is empty, or shorter than before.</summary>
    RangeNotSatisfiable,

    /// <summary>Any other refusal of the request.</summary>
    Refused,
}
