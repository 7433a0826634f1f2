using Loader.LocalAws.Faults;
using Loader.LocalAws.InfluxDb;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Loader.LocalAws.Http;

/// <summary>One request to a service. Predicates and hooks of faults receive it with its whole body.</summary>
public sealed class ServiceCall
{
    internal ServiceCall(HttpContext http, AwsService service, string operation)
    {
        Http = http;
        Service = service;
        Operation = operation;
        Target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
    }

    /// <summary>Gets the service and operation, such as <c>timestream:WriteRecords</c>.</summary>
    public string Operation { get; }

    /// <summary>Gets the path and query as sent, percent-encoded.</summary>
    public string Target { get; }

    /// <summary>Gets the HTTP method.</summary>
    public string Method => Http.Request.Method;

    /// <summary>Gets the decoded path; for S3 <c>/bucket/key</c>.</summary>
    public string Path => Uri.UnescapeDataString(Target.Split('?', 2)[0]);

    /// <summary>Gets the ARN of the resource, or null if it is not known.</summary>
    public string? Resource { get; internal set; }

    /// <summary>Gets the body, without transfer and chunk encodings.</summary>
    public ReadOnlyMemory<byte> Body { get; internal set; }

    /// <summary>Gets the request id of the response.</summary>
    public string RequestId { get; } = Guid.NewGuid().ToString();

    internal HttpContext Http { get; }

    internal AwsService Service { get; }

    /// <summary>Gets a value indicating whether the call uses the query protocol: a form, answered with XML.</summary>
    internal bool IsQuery { get; init; }

    /// <summary>Gets the engine that is called; null for AWS.</summary>
    internal InfluxEngine? InfluxEngine { get; init; }

    /// <summary>Gets or sets what hands the request to the server to be handled at some time after its response. InfluxDB only.</summary>
    internal Action? StoreLater { get; set; }

    internal RecordFaults? RecordFaults { get; set; }

    /// <summary>Gets a header's value, or null.</summary>
    public string? Header(string name) => Http.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>Gets a query parameter's value, or null.</summary>
    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var values) ? values.ToString() : null;
}
