using Loader.LocalAws.InfluxDb;

namespace Loader.Tests.InfluxDb;

/// <summary>Writes lines past the sink, as another writer does.</summary>
internal static class RawLines
{
    public static async Task PostAsync(LocalInfluxServer server, string lines)
    {
        string path = server.Engine == InfluxEngine.Version2
            ? "/api/v2/write?org=energy-org&bucket=energy"
            : "/api/v3/write_lp?db=energy&precision=nanosecond";
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Endpoint, path)) { Content = new StringContent(lines) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Token {server.Environment()["INFLUXDB_TOKEN"]}");
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.EqualTo(204), await response.Content.ReadAsStringAsync());
    }
}
