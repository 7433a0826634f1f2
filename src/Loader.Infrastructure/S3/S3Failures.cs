using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Infrastructure.S3;

/// <summary>Tells what an error of S3 means for a load
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).</summary>
internal static class S3Failures
{
    /// <summary>Translates an error that the client gave up on.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="file">The object.</param>
    /// <returns>The failure.</returns>
    public static LoadException Translate(Exception exception, SourceFile file) =>
        exception is AmazonS3Exception error ? Translate(error, file)
        : exception is AmazonClientException && exception.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase)
            ? new SourceAccessDeniedException($"{NameOf(file)} may not be read: {PlainText.Escape(exception.Message)}", exception) { File = file }
            : new UnavailableException($"{NameOf(file)} could not be read: {PlainText.Escape(exception.Message)}", exception) { File = file };

    /// <summary>Says whether an exception means that the connection failed or timed out, and not that the caller wants no more.</summary>
    public static bool IsInterruption(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && exception is IOException or HttpRequestException or AmazonClientException or OperationCanceledException or TimeoutException;

    private static LoadException Translate(AmazonS3Exception error, SourceFile file)
    {
        string name = NameOf(file);
        string said = PlainText.Escape($"{error.ErrorCode}: {error.Message}".Trim(' ', ':'));
        return error.StatusCode switch
        {
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed =>
                new SourceNotFoundException($"{name}{VersionOf(file)} does not exist ({said}).", error) { File = file },
            HttpStatusCode.BadRequest when error.ErrorCode == "InvalidArgument" && file.VersionId is not null =>
                new SourceNotFoundException($"{name}{VersionOf(file)} does not exist ({said}).", error) { File = file },
            HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect =>
                new SourceNotFoundException($"{name} is in another region than AWS_REGION says ({said}).", error) { File = file },
            HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => Denied(name, said, error, file),
            HttpStatusCode.BadRequest when error.ErrorCode is "ExpiredToken" or "InvalidToken" or "TokenRefreshRequired" => Denied(name, said, error, file),
            HttpStatusCode.PreconditionFailed =>
                new SourceChangedException($"{name} was replaced while it was read. Load it again.", error) { File = file },

            // Asked for the last bytes of nothing, or for bytes that a shorter object no longer has.
            HttpStatusCode.RequestedRangeNotSatisfiable =>
                new SourceCorruptException($"{name} cannot be read as Parquet: it is empty. Get it again from where it was made.", error) { File = file },
            _ => new UnavailableException($"{name} could not be read: {said}", error) { File = file },
        };
    }

    private static SourceAccessDeniedException Denied(string name, string said, AmazonS3Exception error, SourceFile file) =>
        new($"{name} may not be read ({said}). Its reader needs s3:GetObject, and kms:Decrypt where it is encrypted with a key.", error) { File = file };

    private static string VersionOf(SourceFile file) => file.VersionId is null ? "" : $" in version {PlainText.Escape(file.VersionId)}";

    private static string NameOf(SourceFile file) => PlainText.Escape(file.ToString());
}
