namespace Loader.LocalAws.S3;

/// <summary>Bucket and key of a path-style request target. It uses the raw target, because a normalised path would lose "//", ".." and "%2F".</summary>
internal readonly record struct S3Path(string Bucket, string Key)
{
    public static S3Path Parse(string target)
    {
        var path = target.AsSpan();
        var query = path.IndexOf('?');
        path = (query < 0 ? path : path[..query]).TrimStart("/");
        var slash = path.IndexOf('/');
        return slash < 0
            ? new(Uri.UnescapeDataString(path.ToString()), string.Empty)
            : new(Uri.UnescapeDataString(path[..slash].ToString()), Uri.UnescapeDataString(path[(slash + 1)..].ToString()));
    }
}
