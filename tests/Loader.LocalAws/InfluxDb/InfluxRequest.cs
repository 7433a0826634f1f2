using Loader.LocalAws.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Loader.LocalAws.InfluxDb;

/// <summary>What the service needs of a request. It outlives its connection, because a write may be applied after the client is gone.</summary>
internal sealed class InfluxRequest
{
    private readonly Dictionary<string, string> _query;

    public InfluxRequest(ServiceCall call)
    {
        Method = call.Method;
        Path = call.Path;
        Authorization = call.Header("Authorization");
        ContentEncoding = call.Header("Content-Encoding");
        ContentType = call.Header("Content-Type");
        Body = call.Body;
        _query = QueryHelpers.ParseQuery(call.Target.Contains('?', StringComparison.Ordinal) ? call.Target.Split('?', 2)[1] : string.Empty)
            .ToDictionary(item => item.Key, item => item.Value.ToString(), StringComparer.Ordinal);
    }

    public string Method { get; }

    public string Path { get; }

    public string? Authorization { get; }

    public string? ContentEncoding { get; }

    public string? ContentType { get; }

    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>A query parameter's value, or null.</summary>
    public string? Query(string name) => _query.GetValueOrDefault(name);
}
