using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

/// <summary>S3 with path-style addresses: finds the bucket and dispatches the operation.</summary>
internal sealed class S3Service(S3State state, LocalAwsOptions options)
{
    public Reply Handle(ServiceCall call)
    {
        var (name, key) = S3Path.Parse(call.Target);
        call.Resource = key.Length == 0 ? $"arn:aws:s3:::{name}" : $"arn:aws:s3:::{name}/{key}";
        var operation = call.Operation["s3:".Length..];
        switch (operation)
        {
            case "ListBuckets":
                return BucketOperations.List(call, state);
            case "CreateBucket":
                return BucketOperations.Create(call, state, name);
            case "Unknown":
                throw new ServiceException(501, "NotImplemented", $"{call.Method} {call.Target} is not implemented here.");
            default:
                break;
        }

        var bucket = state.FindBucket(name) ?? throw S3Error.NoSuchBucket();
        return operation switch
        {
            "HeadBucket" => new Reply { Status = 200, HeadersOnly = true }.With("x-amz-bucket-region", options.Region),
            "DeleteBucket" => BucketOperations.Delete(state, bucket),
            "GetBucketLocation" => S3Xml.Ok(call, "LocationConstraint", options.Region),
            "GetBucketVersioning" => BucketOperations.GetVersioning(call, bucket),
            "PutBucketVersioning" => BucketOperations.PutVersioning(call, bucket),
            "ListObjectsV2" => ObjectListing.Handle(call, bucket),
            "GetObject" => ObjectReading.Handle(call, bucket, key, headersOnly: false),
            "GetObjectAttributes" => ObjectAttributes.Handle(call, bucket, key),
            "HeadObject" => ObjectReading.Handle(call, bucket, key, headersOnly: true),
            "PutObject" => ObjectWriting.Put(call, bucket, key),
            "CopyObject" => ObjectWriting.Copy(call, state, bucket, key),
            "DeleteObject" => ObjectWriting.Delete(call, bucket, key),
            "CreateMultipartUpload" => MultipartOperations.Create(call, state, bucket, key),
            "UploadPart" => MultipartOperations.UploadPart(call, state, bucket, key),
            "UploadPartCopy" => MultipartOperations.CopyPart(call, state, bucket, key),
            "CompleteMultipartUpload" => MultipartOperations.Complete(call, state, bucket, key),
            "AbortMultipartUpload" => MultipartOperations.Abort(call, state, bucket, key),
            _ => throw new InvalidOperationException($"{operation} has no handler."),
        };
    }
}
