namespace Loader.Infrastructure;

/// <summary>The parts of <c>s3://bucket/key</c>.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The key or prefix, as it is written; empty where only a bucket is named.</param>
internal readonly record struct S3Uri(string Bucket, string Key)
{
    private const string Scheme = "s3://";

    /// <summary>Takes a text apart. Keys are not URIs: nothing is decoded.</summary>
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
