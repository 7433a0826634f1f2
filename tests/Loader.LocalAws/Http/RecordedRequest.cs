namespace Loader.LocalAws.Http;

/// <summary>One request that a service got.</summary>
/// <param name="Operation">Service and operation, such as <c>s3:GetObject</c>.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Target">Path and query as sent.</param>
/// <param name="Resource">ARN of the object, bucket, table or function; null where a fault answered before the service looked.</param>
/// <param name="Headers">All headers; names in any case.</param>
/// <param name="Body">The body when <see cref="LocalAwsOptions.KeepBodies"/> is set, else empty.</param>
/// <param name="Status">Status of the answer; 0 when the connection was reset instead.</param>
/// <param name="Fault">Name of the fault that decided the answer, or null.</param>
/// <param name="Time">When it was answered, by the server's clock.</param>
public sealed record RecordedRequest(
    string Operation,
    string Method,
    string Target,
    string? Resource,
    IReadOnlyDictionary<string, string> Headers,
    ReadOnlyMemory<byte> Body,
    int Status,
    string? Fault,
    DateTimeOffset Time)
{
    /// <summary>Gets a header's value, or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
