namespace Loader.LocalAws.Http;

/// <summary>One request that a service received.</summary>
/// <param name="Operation">Service and operation, such as <c>s3:GetObject</c>.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Target">The path and query as sent.</param>
/// <param name="Resource">ARN of the object, bucket, table or function; null if a fault responded before the service was called.</param>
/// <param name="Headers">All headers; names in any case.</param>
/// <param name="Body">The body if <see cref="LocalAwsOptions.KeepBodies"/> is set, otherwise empty.</param>
/// <param name="Status">The status of the response, or 0 if the connection was reset.</param>
/// <param name="Fault">The name of the fault that determined the response, or null.</param>
/// <param name="Time">The time of the response, by the server's clock.</param>
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
