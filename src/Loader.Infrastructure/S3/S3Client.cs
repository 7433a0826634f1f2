using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;
using Amazon.S3.Model;
using Loader.Infrastructure.Aws.Configuration;

namespace Loader.Infrastructure.S3;

/// <summary>The client of the SDK, which signs with <see cref="AwsCredentials"/> and refreshes expired ones once.</summary>
/// <param name="credentials">The credentials.</param>
/// <param name="config">The settings.</param>
internal sealed class S3Client(AwsCredentials credentials, AmazonS3Config config) : AmazonS3Client(credentials.ForSdk(), config)
{
    /// <inheritdoc/>
    public override Task<GetObjectResponse> GetObjectAsync(GetObjectRequest request, CancellationToken cancellationToken = default) =>
        SendAsync(() => base.GetObjectAsync(request, cancellationToken));

    /// <inheritdoc/>
    public override Task<ListObjectsV2Response> ListObjectsV2Async(
        ListObjectsV2Request request, CancellationToken cancellationToken = default) =>
        SendAsync(() => base.ListObjectsV2Async(request, cancellationToken));

    /// <inheritdoc/>
    public override Task<PutObjectResponse> PutObjectAsync(PutObjectRequest request, CancellationToken cancellationToken = default)
    {
        long start = request.InputStream?.Position ?? 0;
        return SendAsync(() =>
        {
            request.InputStream?.Seek(start, SeekOrigin.Begin);
            return base.PutObjectAsync(request, cancellationToken);
        });
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Removes the handlers that have nothing to do: they call events of this client, which nobody uses, and compress requests and look for
    /// endpoints, which S3 does not have. In a native binary the first request is faster by 0.25 ms for each.
    /// </remarks>
    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        foreach (IPipelineHandler handler in pipeline.Handlers)
        {
            switch (handler)
            {
                case CallbackHandler:
                    pipeline.RemoveHandler<CallbackHandler>();
                    break;
                case ErrorCallbackHandler:
                    pipeline.RemoveHandler<ErrorCallbackHandler>();
                    break;
                case CompressionHandler:
                    pipeline.RemoveHandler<CompressionHandler>();
                    break;
                case EndpointDiscoveryHandler:
                    pipeline.RemoveHandler<EndpointDiscoveryHandler>();
                    break;
            }
        }
    }

    private async Task<T> SendAsync<T>(Func<Task<T>> send)
    {
        try
        {
            return await send().ConfigureAwait(false);
        }
        catch (AmazonServiceException exception)
            when (S3Errors.Classify(exception) == S3ErrorKind.ExpiredCredentials && credentials.TryDiscard())
        {
            return await send().ConfigureAwait(false);
        }
    }
}
