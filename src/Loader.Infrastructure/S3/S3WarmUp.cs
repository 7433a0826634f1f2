using System.Net;
using System.Net.Http.Headers;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Loader.Infrastructure.Aws.Configuration;

namespace Loader.Infrastructure.S3;

/// <summary>Does what only the first S3 client and the first request of a process do, without a connection.</summary>
/// <remarks>
/// In a native binary this takes 10 ms of CPU time: types are initialised, and the code of the generic methods of the SDK's pipeline is
/// looked up.
/// </remarks>
internal static class S3WarmUp
{
    /// <summary>Sends a GetObject that is answered in this process.</summary>
    /// <param name="options">The region and the endpoint, which decide how requests are addressed.</param>
    /// <returns>A task that completes when the work is done. It fails if the settings allow no client.</returns>
    public static async Task RunAsync(AwsOptions options)
    {
        using IAmazonS3 s3 = S3ClientFactory.Create(new AwsOptions
        {
            Region = options.Region,
            S3Endpoint = options.S3Endpoint,
            Credentials = new BasicAWSCredentials("warm-up", "warm-up"),
            WrapHttpHandler = static sockets => new Answer(sockets),
        });
        var request = new GetObjectRequest { BucketName = "warm-up", Key = "dataset=warm-up", ByteRange = new ByteRange("bytes=-1") };
        using GetObjectResponse response = await s3.GetObjectAsync(request).ConfigureAwait(false);
    }

    /// <summary>Answers every request with one byte.</summary>
    private sealed class Answer(HttpMessageHandler sockets) : DelegatingHandler(sockets)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = new HttpResponseMessage(HttpStatusCode.PartialContent)
            {
                RequestMessage = request,
                Content = new ByteArrayContent([0]),
            };
            response.Headers.ETag = new EntityTagHeaderValue("\"warm-up\"");
            response.Content.Headers.ContentRange = new ContentRangeHeaderValue(0, 0, 1);
            response.Content.Headers.LastModified = DateTimeOffset.UnixEpoch;
            return Task.FromResult(response);
        }
    }
}
