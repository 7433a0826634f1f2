using System.Text.Json;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.InfluxDb.Protocol;

/// <summary>Queries to engine 2 in InfluxQL, which has a bucket of any name as a database of that name.</summary>
/// <remarks>https://docs.influxdata.com/influxdb/v2/query-data/influxql/, virtual DBRP mappings.</remarks>
internal static class InfluxQl
{
    /// <summary>Returns the path of a query.</summary>
    /// <param name="bucket">The bucket. A name with a slash is read as database and retention policy.</param>
    /// <param name="statement">The statement.</param>
    /// <returns>Path and query. Times of the response are counts of nanoseconds.</returns>
    public static string Path(string bucket, string statement)
    {
        int slash = bucket.IndexOf('/', StringComparison.Ordinal);
        string database = slash < 0
            ? $"db={Uri.EscapeDataString(bucket)}"
            : $"db={Uri.EscapeDataString(bucket[..slash])}&rp={Uri.EscapeDataString(bucket[(slash + 1)..])}";
        return $"/query?{database}&epoch=ns&q={Uri.EscapeDataString(statement)}";
    }

    /// <summary>Returns the series of a response.</summary>
    /// <param name="root">The response, which answers one statement.</param>
    /// <returns>The series.</returns>
    /// <exception cref="InfluxDbCallException">
    /// The response is an error, which InfluxQL tells with status 200; or it is only a part: then the cause is a
    /// <see cref="ResponseTooLongException"/>.
    /// </exception>
    public static IEnumerable<JsonElement> SeriesOf(JsonElement root)
    {
        JsonElement result = root.GetProperty("results")[0];
        if (result.TryGetProperty("error", out JsonElement error))
        {
            string message = ResponseReader.Printable(error.GetString() ?? "");
            throw new InfluxDbCallException(
                new ServiceError
                {
                    Kind = message.StartsWith("database not found", StringComparison.Ordinal)
                        ? ServiceErrorKind.NotFound
                        : ServiceErrorKind.Refused,
                    Code = "InfluxQL",
                    Message = message,
                },
                attempts: 1);
        }

        if (!result.TryGetProperty("series", out JsonElement list))
        {
            return [];
        }

        JsonElement[] series = [.. list.EnumerateArray()];
        return IsPartial(result) || Array.Exists(series, IsPartial)
            ? throw new InfluxDbCallException(
                ServiceError.NoAnswer("UnusableAnswer", "the response has only a part of the points", new ResponseTooLongException()),
                attempts: 1)
            : series;
    }

    /// <summary>A server that limits the rows of a response (<c>max-row-limit</c>) says so, and gives the first of them.</summary>
    private static bool IsPartial(JsonElement element) =>
        element.TryGetProperty("partial", out JsonElement partial) && partial.ValueKind == JsonValueKind.True;
}
