using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Infrastructure.S3;

/// <summary>Checks whether objects can be read, and rejected rows be kept. It stores nothing.</summary>
/// <remarks>
/// The right to keep rows is shown by an upload with a wrong checksum, which S3 must refuse. S3 authorizes a request before it reads the
/// body: a wrong checksum shows the right to put objects, and access denied shows that it is missing. Rights on a KMS key are not shown,
/// because nothing is encrypted before the checksum is compared.
/// </remarks>
/// <param name="s3">The client.</param>
internal sealed class S3HealthCheck(IAmazonS3 s3)
{
    private const string KeepName = "rejected rows";

    /// <summary>Reads the first bytes of an object.</summary>
    /// <param name="file">The object.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>What was found.</returns>
    public async Task<CheckResult> ReadAsync(SourceFile file, CancellationToken cancellationToken)
    {
        const string Name = "source object";
        try
        {
            using GetObjectResponse response = await s3.GetObjectAsync(
                new GetObjectRequest { BucketName = file.Bucket, Key = file.Key, ByteRange = new ByteRange(0, 3) },
                cancellationToken).ConfigureAwait(false);
            byte[] first = new byte[4];
            int count = await response.ResponseStream.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            return count == first.Length && first.AsSpan().SequenceEqual("PAR1"u8)
                ? CheckResult.Ok(Name, $"{PlainText.Escape(file.ToString())} can be read, and begins like a Parquet file.")
                : CheckResult.Failed(
                    Name,
                    $"{PlainText.Escape(file.ToString())} can be read, but is no Parquet file.",
                    "Name a Parquet file, or a prefix below which only Parquet files end with .parquet.");
        }
        catch (Exception exception) when (S3Errors.IsFailedCall(exception, cancellationToken))
        {
            return CheckResult.Failed(Name, S3Errors.ReadFailure(exception, file));
        }
    }

    /// <summary>Shows whether rejected rows can be kept, without keeping any.</summary>
    /// <param name="location">The location, as <c>s3://bucket/prefix/</c>.</param>
    /// <param name="storesEverything">The name of a server that would store the upload that is sent to be refused.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>What was found.</returns>
    public async Task<CheckResult> TryKeepAsync(S3Uri location, string? storesEverything, CancellationToken cancellationToken)
    {
        string prefix = location.Key.Length == 0 || location.Key.EndsWith('/') ? location.Key : location.Key + "/";
        string key = $"{prefix}loader-check";
        string place = PlainText.Escape($"s3://{location.Bucket}/{prefix}");
        if (storesEverything is not null)
        {
            return CheckResult.Skipped(
                KeepName, $"The endpoint of {place} is one of {storesEverything}, which would store the upload that shows the right.");
        }

        try
        {
            await s3.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = location.Bucket,
                    Key = key,
                    ContentBody = "This upload has a wrong checksum, so that it is refused.",

                    // The MD5 of other bytes.
                    MD5Digest = "AAAAAAAAAAAAAAAAAAAAAA==",
                },
                cancellationToken).ConfigureAwait(false);
            return CheckResult.Failed(
                KeepName,
                PlainText.Escape($"The upload that S3 must refuse was stored as s3://{location.Bucket}/{key}. This is no S3, or one that "
                    + "does not compare checksums."),
                "Delete the object, and use a store that compares checksums: rows that are damaged on the way would be kept.");
        }
        catch (AmazonServiceException refusal)
            when (refusal is { ErrorCode: "BadDigest" or "InvalidDigest", StatusCode: HttpStatusCode.BadRequest })
        {
            return CheckResult.Ok(
                KeepName,
                $"Rows can be kept in {place}: S3 accepted the upload and refused its checksum, as it must. Rights on a KMS key are not "
                + "shown.");
        }
        catch (Exception exception) when (S3Errors.IsFailedCall(exception, cancellationToken))
        {
            return Refused(exception, place);
        }
    }

    private static CheckResult Refused(Exception exception, string place)
    {
        string reason = S3Errors.Describe(exception);
        return S3Errors.Classify(exception) switch
        {
            S3ErrorKind.AccessDenied => CheckResult.Failed(
                KeepName, $"Access denied writing to {place} ({reason}).", "Grant s3:PutObject below the location."),
            S3ErrorKind.NotFound => CheckResult.Failed(
                KeepName,
                $"The bucket of {place} does not exist ({reason}).",
                "Create it, or correct REJECTED_ROWS_LOCATION or --rejected."),
            S3ErrorKind.WrongSettings or S3ErrorKind.WrongRegion or S3ErrorKind.Redirected or S3ErrorKind.InvalidCredentials
                or S3ErrorKind.ExpiredCredentials => CheckResult.Failed(
                KeepName,
                $"Rows cannot be kept in {place}: {reason}.",
                "Check AWS_REGION, the endpoint and the credentials: the bucket must be in this region."),
            _ => CheckResult.Warning(
                KeepName,
                $"Not shown: writing to {place} ended with {reason}, and not with the refusal "
                + "of the checksum that shows the right.",
                "Run the check again. If it stays so, load a file with an invalid row to find out."),
        };
    }
}
