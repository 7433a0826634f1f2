using System.Runtime.CompilerServices;
using Loader.Infrastructure.InfluxDb.Encoding;
using Loader.Infrastructure.InfluxDb.Protocol;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.InfluxDb.Sending;

/// <summary>Sends write requests, and tells the limiter of the requests in flight how the server keeps up.</summary>
/// <param name="client">The client.</param>
/// <param name="options">The names of bucket or database.</param>
/// <param name="concurrency">Adapts the number of requests in flight.</param>
internal sealed class LineSender(InfluxDbClient client, InfluxDbOptions options, AdaptiveConcurrency concurrency)
{
    private readonly string _path2 =
        $"/api/v2/write?org={Uri.EscapeDataString(options.Org)}&bucket={Uri.EscapeDataString(options.Bucket)}&precision=";

    // no_sync stays off: the server would answer before the lines are durable.
    private readonly string _path3 =
        $"/api/v3/write_lp?db={Uri.EscapeDataString(options.Database)}&accept_partial=true&precision=";

    /// <summary>Gets a value indicating whether requests are compressed.</summary>
    public bool Gzip => options.Gzip;

    /// <summary>Sends one request.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="lines">The lines, which must not change until the call completes.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The response.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ServiceResponse> SendAsync(InfluxDbEngine engine, EncodedLines lines, CancellationToken cancellationToken)
    {
        string path = engine == InfluxDbEngine.Version2 ? _path2 + lines.Precision.Version2 : _path3 + lines.Precision.Version3;
        long begun = concurrency.Begin();
        ServiceResponse answer = await client.PostLinesAsync(path, lines.Body, options.Gzip, cancellationToken).ConfigureAwait(false);
        if (answer.Error?.Kind is ServiceErrorKind.Throttled or ServiceErrorKind.Unavailable)
        {
            concurrency.Congested(begun);
        }
        else
        {
            concurrency.Answered(begun);
        }

        return answer;
    }
}
