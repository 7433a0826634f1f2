using System.Net;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Aws.Signing;
using Loader.Infrastructure.Requests;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>An <see cref="HttpClient"/> with the loader's own signing handler and socket settings, and nothing else around it.</summary>
internal static class SignedClient
{
    public static HttpClient Create(int connections)
    {
        var sockets = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = connections,
            AutomaticDecompression = DecompressionMethods.None,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
        };
        var signing = new SigningHandler(
            new AwsCredentials(Loads.Credentials), new ClockSkew(TimeProvider.System), Loads.Region, AwsService.TimestreamWrite.SigningName, sockets);
        return new HttpClient(signing);
    }

    /// <summary>Posts one WriteRecords body and reads the answer to its end.</summary>
    public static async Task WriteRecordsAsync(this HttpClient client, Uri endpoint, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new RequestBody(body, AwsService.TimestreamWrite.ContentType) };
        request.Headers.TryAddWithoutValidation(SigningHandler.TargetHeader, "Timestream_20181101.WriteRecords");
        using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        _ = await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }
}
