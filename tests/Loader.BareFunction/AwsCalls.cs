using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Loader.BareFunction;

/// <summary>Requests to AWS with one HttpClient, signed with Signature Version 4: no retries, no time limits.</summary>
internal sealed class AwsCalls(Uri endpoint, string region, string accessKey, string secretKey) : IDisposable
{
    private readonly HttpClient _http = new(Program.NewSockets());
    private readonly Dictionary<string, byte[]> _keys = [];

    public async Task<byte[]> GetObjectAsync(string bucket, string key, string range)
    {
        string path = $"/{bucket}/{string.Join('/', key.Split('/').Select(Uri.EscapeDataString))}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(endpoint, path));
        request.Headers.Range = RangeHeaderValue.Parse(range);
        string hash = Convert.ToHexStringLower(SHA256.HashData([]));
        request.Headers.TryAddWithoutValidation("x-amz-content-sha256", hash);
        Sign(request, "s3", path, hash, new SortedDictionary<string, string>(StringComparer.Ordinal) { ["x-amz-content-sha256"] = hash });
        return await SendAsync(request);
    }

    public async Task<byte[]> PostAsync(string service, string target, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        request.Headers.TryAddWithoutValidation("x-amz-target", target);
        Sign(request, service, "/", Convert.ToHexStringLower(SHA256.HashData(body)), new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["content-type"] = "application/x-amz-json-1.0",
            ["x-amz-target"] = target,
        });
        return await SendAsync(request);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<byte[]> SendAsync(HttpRequestMessage request)
    {
        using HttpResponseMessage response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsByteArrayAsync();
    }

    private void Sign(HttpRequestMessage request, string service, string path, string bodyHash, SortedDictionary<string, string> headers)
    {
        string time = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string scope = $"{time[..8]}/{region}/{service}/aws4_request";
        headers["host"] = endpoint.Authority;
        headers["x-amz-date"] = time;
        request.Headers.TryAddWithoutValidation("x-amz-date", time);
        string names = string.Join(';', headers.Keys);
        string canonical = $"{request.Method}\n{path}\n\n{string.Concat(headers.Select(h => $"{h.Key}:{h.Value}\n"))}\n{names}\n{bodyHash}";
        string toSign = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        string signature = Convert.ToHexStringLower(HMACSHA256.HashData(KeyOf(time[..8], service), Encoding.UTF8.GetBytes(toSign)));
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential={accessKey}/{scope}, SignedHeaders={names}, Signature={signature}");
    }

    /// <summary>Derives a key once. It is used on the day of the start only.</summary>
    private byte[] KeyOf(string date, string service)
    {
        lock (_keys)
        {
            if (!_keys.TryGetValue(service, out byte[]? key))
            {
                key = Encoding.UTF8.GetBytes($"AWS4{secretKey}");
                foreach (string part in (string[])[date, region, service, "aws4_request"])
                {
                    key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
                }

                _keys.Add(service, key);
            }

            return key;
        }
    }
}
