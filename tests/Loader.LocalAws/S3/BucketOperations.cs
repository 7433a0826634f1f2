using System.Text;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

internal static class BucketOperations
{
    public static Reply List(ServiceCall call, S3State state) => S3Xml.Ok(
        call,
        "ListAllMyBucketsResult",
        S3Xml.Element("Owner", S3Xml.Element("ID", "local")),
        S3Xml.Element("Buckets", state.Buckets.Select(bucket => S3Xml.Element(
            "Bucket",
            new object[] { S3Xml.Element("Name", bucket.Name), S3Xml.Element("CreationDate", S3Xml.Time(bucket.CreationTime)) }))));

    public static Reply Create(ServiceCall call, S3State state, string name)
    {
        if (name.Length is < 3 or > 63 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.'))
        {
            throw new ServiceException(400, "InvalidBucketName", "The specified bucket is not valid.");
        }

        if (state.FindBucket(name) is not null)
        {
            throw new ServiceException(409, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.");
        }

        state.CreateBucket(name);
        return new Reply { Status = 200 }.With("Location", "/" + name).With("x-amz-request-id", call.RequestId);
    }

    public static Reply Delete(S3State state, S3Bucket bucket)
    {
        if (bucket.Objects.Count > 0)
        {
            throw new ServiceException(409, "BucketNotEmpty", "The bucket you tried to delete is not empty");
        }

        state.DropBucket(bucket.Name);
        return new Reply { Status = 204 };
    }

    public static Reply GetVersioning(ServiceCall call, S3Bucket bucket) =>
        S3Xml.Ok(call, "VersioningConfiguration", bucket.Versioned ? S3Xml.Element("Status", "Enabled") : null);

    public static Reply PutVersioning(ServiceCall call, S3Bucket bucket)
    {
        bucket.Versioned = Encoding.UTF8.GetString(call.Body.Span).Contains("<Status>Enabled</Status>", StringComparison.Ordinal);
        return new Reply { Status = 200 };
    }
}
