using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Loader.LocalAws.S3;

/// <summary>Determines the S3 operation from the method, the presence of a key, and the query parameters.</summary>
internal static class S3Operation
{
    /// <summary>Parts of objects and buckets that are not implemented. A request for one of them must not read, replace or delete the object itself.</summary>
    private static readonly string[] Subresources =
    [
        "acl", "accelerate", "analytics", "annotation", "cors", "delete", "encryption", "intelligent-tiering", "inventory", "legal-hold", "lifecycle", "logging",
        "metadataConfiguration", "metadataTable", "metrics", "notification", "object-lock", "ownershipControls", "policy", "policyStatus", "publicAccessBlock",
        "renameObject", "replication", "requestPayment", "restore", "retention", "select", "session", "tagging", "torrent", "versions", "website",
    ];

    public static string Name(HttpRequest request)
    {
        var (bucket, key) = S3Path.Parse(request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        if (bucket.Length == 0)
        {
            return HttpMethods.IsGet(request.Method) ? "ListBuckets" : "Unknown";
        }

        if (Subresources.Any(request.Query.ContainsKey))
        {
            return "Unknown";
        }

        return key.Length == 0 ? OfBucket(request.Method, request.Query) : OfObject(request.Method, request.Query, request.Headers);
    }

    private static string OfBucket(string method, IQueryCollection query) => method switch
    {
        "GET" when query.ContainsKey("location") => "GetBucketLocation",
        "GET" when query.ContainsKey("versioning") => "GetBucketVersioning",
        "GET" when string.Equals(query["list-type"], "2", StringComparison.Ordinal) => "ListObjectsV2",
        "PUT" when query.ContainsKey("versioning") => "PutBucketVersioning",
        "PUT" when query.Count == 0 => "CreateBucket",
        "HEAD" => "HeadBucket",
        "DELETE" when query.Count == 0 => "DeleteBucket",
        _ => "Unknown",
    };

    private static string OfObject(string method, IQueryCollection query, IHeaderDictionary headers) => method switch
    {
        "GET" when query.ContainsKey("attributes") => "GetObjectAttributes",
        "GET" when !query.ContainsKey("uploadId") && !query.ContainsKey("uploads") => "GetObject",
        "HEAD" => "HeadObject",
        "PUT" when query.ContainsKey("uploadId") => headers.ContainsKey("x-amz-copy-source") ? "UploadPartCopy" : "UploadPart",
        "PUT" when headers.ContainsKey("x-amz-copy-source") => "CopyObject",
        "PUT" => "PutObject",
        "POST" when query.ContainsKey("uploads") => "CreateMultipartUpload",
        "POST" when query.ContainsKey("uploadId") => "CompleteMultipartUpload",
        "DELETE" when query.ContainsKey("uploadId") => "AbortMultipartUpload",
        "DELETE" => "DeleteObject",
        _ => "Unknown",
    };
}
