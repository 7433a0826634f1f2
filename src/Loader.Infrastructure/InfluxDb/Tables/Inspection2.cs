using System.Text.Json;
using Loader.Infrastructure.InfluxDb.Protocol;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.InfluxDb.Tables;

/// <summary>Reads the retention of a bucket and the columns of a table on engine 2. It changes nothing.</summary>
/// <param name="calls">Asks the server.</param>
/// <param name="options">The organization and the bucket.</param>
internal sealed class Inspection2(InfluxDbCalls calls, InfluxDbOptions options)
{
    /// <summary>Reads the bucket.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The bucket.</returns>
    /// <exception cref="InfluxDbCallException">The server does not answer, or has no such bucket.</exception>
    /// <remarks>https://docs.influxdata.com/influxdb/v2/api/v2/#get-/api/v2/buckets.</remarks>
    public async Task<InfluxDbBucket> GetBucketAsync(CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = await calls.GetAsync(
            $"/api/v2/buckets?org={Uri.EscapeDataString(options.Org)}&name={Uri.EscapeDataString(options.Bucket)}",
            cancellationToken).ConfigureAwait(false);
        return InfluxDbCalls.Parse(body, "the bucket", FindBucket) ?? throw new InfluxDbCallException(
            new ServiceError
            {
                Kind = ServiceErrorKind.NotFound,
                Code = "BucketMissing",
                Message = $"organization '{options.Org}' has no bucket '{options.Bucket}', or the token may not see it",
            },
            attempts: 1);
    }

    /// <summary>Reads the columns of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <returns>The columns; none if the table does not exist.</returns>
    /// <exception cref="InfluxDbCallException">The server does not answer.</exception>
    public async Task<IReadOnlyCollection<InfluxDbColumn>> GetColumnsAsync(string table, CancellationToken cancellationToken)
    {
        var columns = new List<InfluxDbColumn>();
        foreach (string[] row in await AskAsync($"SHOW TAG KEYS FROM \"{table}\"", cancellationToken).ConfigureAwait(false))
        {
            columns.Add(new InfluxDbColumn(row[0], InfluxDbColumnKind.Tag, "tag"));
        }

        foreach (string[] row in await AskAsync($"SHOW FIELD KEYS FROM \"{table}\"", cancellationToken).ConfigureAwait(false))
        {
            columns.Add(new InfluxDbColumn(row[0], KindOf(row[1]), row[1]));
        }

        return columns;
    }

    private InfluxDbBucket? FindBucket(JsonElement root)
    {
        foreach (JsonElement bucket in root.GetProperty("buckets").EnumerateArray())
        {
            if (bucket.GetProperty("name").GetString() == options.Bucket)
            {
                return new InfluxDbBucket(bucket.GetProperty("id").GetString()!, RetentionOf(bucket));
            }
        }

        return null;
    }

    /// <summary>Returns the shortest period after which points expire. 0 seconds mean that they never do.</summary>
    private static TimeSpan? RetentionOf(JsonElement bucket)
    {
        TimeSpan? shortest = null;
        if (bucket.TryGetProperty("retentionRules", out JsonElement rules))
        {
            foreach (JsonElement rule in rules.EnumerateArray())
            {
                long seconds = rule.GetProperty("everySeconds").GetInt64();
                if (seconds > 0 && (shortest is null || TimeSpan.FromSeconds(seconds) < shortest))
                {
                    shortest = TimeSpan.FromSeconds(seconds);
                }
            }
        }

        return shortest;
    }

    private async Task<List<string[]>> AskAsync(string statement, CancellationToken cancellationToken) =>
        InfluxDbCalls.Parse(
            await calls.GetAsync(InfluxQl.Path(options.Bucket, statement), cancellationToken).ConfigureAwait(false),
            "the columns",
            root => InfluxQl.SeriesOf(root).SelectMany(static series => series.GetProperty("values").EnumerateArray())
                .Select(static row => row.EnumerateArray().Select(static cell => cell.GetString()!).ToArray()).ToList());

    private static InfluxDbColumnKind KindOf(string type) => type switch
    {
        "float" => InfluxDbColumnKind.Float,
        "integer" => InfluxDbColumnKind.Integer,
        "string" => InfluxDbColumnKind.Text,
        _ => InfluxDbColumnKind.Other,
    };
}
