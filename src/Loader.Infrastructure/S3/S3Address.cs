using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Infrastructure.S3;

/// <summary>Makes sure that a request addresses the object with exactly the key that it names.</summary>
internal static class S3Address
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Returns the key to hand to the SDK, so that its request addresses an object.</summary>
    /// <param name="s3">The client.</param>
    /// <param name="file">The object.</param>
    /// <returns>The key, with one more slash where the SDK drops the first one.</returns>
    /// <exception cref="SourceNotFoundException">The bucket's name cannot be the name of a bucket.</exception>
    /// <exception cref="ConfigurationException">The object cannot be addressed reliably.</exception>
    public static string RequestKey(IAmazonS3 s3, SourceFile file)
    {
        CheckBucket(file.Bucket!, file.ToString(), file);
        string key = file.Key;
        string reason = ReasonAgainst(key);
        if (reason.Length > 0)
        {
            throw new ConfigurationException(
                $"{PlainText.Escape(file.ToString())} cannot be read: {reason} Copy the object to another key and load that one.")
            { File = file };
        }

        return key[0] == '/' && HasBucketInPath(s3, file) ? $"/{key}" : key;
    }

    /// <summary>Throws if a text cannot be the name of a bucket, because it would become another path or host.</summary>
    /// <param name="bucket">The text: a bucket's name, or the ARN or alias of an access point.</param>
    /// <param name="name">The name of the source in the message.</param>
    /// <param name="file">The object, or <see langword="null"/> for a prefix.</param>
    /// <exception cref="SourceNotFoundException">The text is not a bucket's name.</exception>
    public static void CheckBucket(string bucket, string name, SourceFile? file = null)
    {
        bool isArn = bucket.StartsWith("arn:", StringComparison.Ordinal);
        bool isName = bucket.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' || (isArn && c is ':' or '/'));
        if (!isName || bucket.All(c => c == '.'))
        {
            throw new SourceNotFoundException(
                $"{PlainText.Escape(name)} does not exist: '{PlainText.Escape(bucket)}' is not the name of a bucket. "
                + "Bucket names have lower-case letters, digits, dots and hyphens.")
            { File = file };
        }
    }

    /// <summary>Returns the host and port that requests for an object go to.</summary>
    /// <param name="s3">The client.</param>
    /// <param name="file">The object.</param>
    /// <returns>The host and port.</returns>
    public static string Host(IAmazonS3 s3, SourceFile file) => EndpointOf(s3, file).Authority;

    private static string ReasonAgainst(string key)
    {
        if (key.Split('/').Any(segment => segment is "." or ".."))
        {
            return "its key has a segment '.' or '..', which servers and proxies resolve, so that another object could be read.";
        }

        try
        {
            Utf8.GetByteCount(key);
            return "";
        }
        catch (EncoderFallbackException)
        {
            return "its key is not valid Unicode, so that another object could be read.";
        }
    }

    /// <summary>
    /// Returns whether requests name the bucket in the path: there the SDK drops the first slash of a key (seen with 4.1.0,
    /// https://github.com/aws/aws-sdk-net/issues/1388).
    /// </summary>
    private static bool HasBucketInPath(IAmazonS3 s3, SourceFile file) => EndpointOf(s3, file).AbsolutePath.Length > 1;

    private static Uri EndpointOf(IAmazonS3 s3, SourceFile file) =>
        new(s3.DetermineServiceOperationEndpoint(new GetObjectRequest { BucketName = file.Bucket, Key = file.Key }).URL);
}
