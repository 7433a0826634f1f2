using System.Text;

namespace Loader.Infrastructure.Aws.Json;

/// <summary>Passes the trace of a Lambda invocation on, so that AWS recognises a function that triggers itself.</summary>
/// <remarks>
/// https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html. The AWS SDK does the same for S3. The header is not signed,
/// because proxies may change it.
/// </remarks>
internal static class TraceHeader
{
    /// <summary>The environment variable that has the trace of the current invocation.</summary>
    public const string Variable = "_X_AMZN_TRACE_ID";

    private const string Name = "X-Amzn-Trace-Id";

    /// <summary>Adds the header if there is a trace that a header can hold.</summary>
    /// <param name="request">The request.</param>
    public static void Add(HttpRequestMessage request)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } trace && Ascii.IsValid(trace) && !trace.Any(char.IsControl))
        {
            request.Headers.TryAddWithoutValidation(Name, trace);
        }
    }
}
