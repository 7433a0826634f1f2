namespace Loader.Infrastructure.S3;

/// <summary>The parts of <c>s3://bucket/key</c>.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The key or prefix exactly as written; empty if there is only a bucket.</param>
internal readonly record struct S3Uri(string Bucket, string Key)
{
    private const string Scheme = "s3://";

    /// <summary>Splits a text into bucket and key. Decodes nothing, because keys are not URIs.</summary>
    /// <param name="text">The text.</param>
    /// <param name="uri">The parts.</param>
    /// <returns>Whether the text starts with <c>s3://</c> and a bucket.</returns>
    public static bool TryParse(string text, out S3Uri uri)
    {
        uri = default;
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        string rest = text[Scheme.Length..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        uri = slash < 0 ? new S3Uri(rest, "") : new S3Uri(rest[..slash], rest[(slash + 1)..]);
        return uri.Bucket.Length > 0;
    }
}
