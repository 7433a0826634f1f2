using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Loader.LocalAws;

namespace Loader.Tests.LocalAws;

/// <summary>Sends awsJson1_0 calls without any SDK, so that a test says exactly what goes over the wire.</summary>
internal static class AwsJson
{
    private static readonly HttpClient Client = new();

    public static Task<AwsJsonAnswer> TimestreamAsync(this LocalAwsServer server, string operation, string json, string scope = "eu-west-1/timestream", Uri? at = null) =>
        PostAsync(at ?? server.Endpoint, "Timestream_20181101." + operation, Encoding.UTF8.GetBytes(json), scope);

    public static async Task<AwsJsonAnswer> PostAsync(Uri endpoint, string target, byte[] body, string? scope, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        request.Headers.Add("X-Amz-Target", target);
        if (scope is not null)
        {
            request.Headers.TryAddWithoutValidation(
                "Authorization", $"AWS4-HMAC-SHA256 Credential=AKIA/20261122/{scope}/aws4_request, SignedHeaders=host, Signature=0");
        }

        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var root = response.Content.Headers.ContentType?.MediaType is "application/x-amz-json-1.0" ? JsonDocument.Parse(text).RootElement : default;
        var all = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        return new((int)response.StatusCode, text, root, all);
    }
}
