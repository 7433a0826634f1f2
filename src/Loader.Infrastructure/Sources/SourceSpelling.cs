using Loader.Infrastructure.S3;

namespace Loader.Infrastructure.Sources;

/// <summary>Recognises sources that are spelt for another program, and says how this one wants them.</summary>
internal static class SourceSpelling
{
    private const string S3Arn = ":s3:::";
    private const string AmazonHost = ".amazonaws.com";

    /// <summary>Returns what is wrong with a source, or <see langword="null"/>.</summary>
    /// <param name="source">The source as the user wrote it.</param>
    /// <returns>The cause and the remedy, as the end of a sentence that begins with the source.</returns>
    public static string? FindFault(string source)
    {
        if (S3Uri.TryParse(source, out _))
        {
            return null;
        }

        int end = source.IndexOf("://", StringComparison.Ordinal);
        string scheme = end < 0 ? "" : source[..end].ToUpperInvariant();
        string rest = end < 0 ? "" : source[(end + 3)..];
        return scheme switch
        {
            "S3" => "has no bucket. Write s3://bucket/key or s3://bucket/prefix/.",
            "S3A" or "S3N" => $"is Hadoop's spelling. Write s3://{rest}.",
            "HTTP" or "HTTPS" => $"is a web address. {DescribeWebAddress(source)}",
            "FILE" => $"is a file URL. Write the path, such as {Uri.UnescapeDataString(rest)}.",
            not "" when scheme.All(char.IsAsciiLetterOrDigit) =>
                "is not a source: a source is a file, a folder, s3://bucket/key or s3://bucket/prefix/.",
            _ when source.StartsWith("s3:/", StringComparison.OrdinalIgnoreCase) =>
                $"lacks a slash. Write s3://{source["s3:/".Length..]}.",
            _ when source.StartsWith("arn:", StringComparison.OrdinalIgnoreCase) => DescribeArn(source),
            _ => null,
        };
    }

    private static string DescribeArn(string source)
    {
        int at = source.IndexOf(S3Arn, StringComparison.OrdinalIgnoreCase);
        return at < 0
            ? "is an ARN. Write s3://bucket/key or s3://bucket/prefix/."
            : $"is an ARN. Write s3://{source[(at + S3Arn.Length)..]}.";
    }

    /// <summary>
    /// Translates an address of S3: <c>bucket.s3.region.amazonaws.com/key</c> or <c>s3.region.amazonaws.com/bucket/key</c>.
    /// </summary>
    private static string DescribeWebAddress(string source)
    {
        const string Download = "Download the file and name it on disk.";
        if (!Uri.TryCreate(source, UriKind.Absolute, out Uri? address)
            || !address.Host.EndsWith(AmazonHost, StringComparison.OrdinalIgnoreCase))
        {
            return Download;
        }

        string path = Uri.UnescapeDataString(address.AbsolutePath);
        if (address.Host.StartsWith("s3.", StringComparison.OrdinalIgnoreCase)
            || address.Host.StartsWith("s3-", StringComparison.OrdinalIgnoreCase))
        {
            return $"Write s3:/{path}.";
        }

        int bucket = address.Host.LastIndexOf(".s3", StringComparison.OrdinalIgnoreCase);
        return bucket > 0 ? $"Write s3://{address.Host[..bucket]}{path}." : Download;
    }
}
