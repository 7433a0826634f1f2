using System.Collections.Concurrent;

namespace Loader.LocalAws.Http;

/// <summary>The requests that the services received, in the order of their responses.</summary>
public sealed class RequestLog
{
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly LocalAwsOptions _options;
    private long _discarded;

    internal RequestLog(LocalAwsOptions options) => _options = options;

    /// <summary>Gets all kept requests.</summary>
    public IReadOnlyList<RecordedRequest> All => [.. _requests];

    /// <summary>Gets unexpected exceptions: defects of this server. A test can assert that there are none.</summary>
    public IReadOnlyList<Exception> Failures => [.. _failures];

    /// <summary>Gets the number of requests per operation, even if requests are not kept.</summary>
    public IReadOnlyDictionary<string, long> Counts
    {
        get
        {
            var counts = new Dictionary<string, long>(_counts, StringComparer.Ordinal);
            if (Interlocked.Read(ref _discarded) is var discarded and > 0)
            {
                counts["timestream:WriteRecords"] = counts.GetValueOrDefault("timestream:WriteRecords") + discarded;
            }

            return counts;
        }
    }

    /// <summary>Gets the kept requests of one operation.</summary>
    public IReadOnlyList<RecordedRequest> Of(string operation) =>
        [.. _requests.Where(request => string.Equals(request.Operation, operation, StringComparison.Ordinal))];

    /// <summary>Gets the number of calls of an operation.</summary>
    public long Count(string operation) => Counts.GetValueOrDefault(operation);

    /// <summary>Clears the log and the counts.</summary>
    public void Clear()
    {
        _requests.Clear();
        _counts.Clear();
        _failures.Clear();
        Interlocked.Exchange(ref _discarded, 0);
    }

    internal void CountDiscarded() => Interlocked.Increment(ref _discarded);

    internal void AddFailure(Exception failure) => _failures.Enqueue(failure);

    internal void Add(ServiceCall call, int status, string? fault)
    {
        _counts.AddOrUpdate(call.Operation, 1, static (_, count) => count + 1);
        if (!_options.KeepRequests)
        {
            return;
        }

        var headers = call.Http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var body = _options.KeepBodies ? call.Body : default;
        _requests.Enqueue(new(call.Operation, call.Method, call.Target, call.Resource, headers, body, status, fault, _options.TimeProvider.GetUtcNow()));
    }
}
