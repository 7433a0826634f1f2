using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.Timestream.Querying;

/// <summary>Runs queries and reads their pages, with retries.</summary>
/// <remarks>
/// A page is asked for with the same query and the token of the page before it. A page may be empty and have a token: then the query still
/// runs (https://docs.aws.amazon.com/timestream/latest/developerguide/API_query_Query.html).
/// </remarks>
/// <param name="query">Sends one request to the query API. The body does not change until it completes.</param>
/// <param name="retries">The retry loop.</param>
internal sealed class QueryPages(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ServiceResponse>> query, RetryLoop retries)
{
    /// <summary>The maximum number of rows of a page.</summary>
    private const int MaxRows = 1_000;

    /// <summary>
    /// The number of empty pages after which a query counts as one that never ends. The service waits before it sends one.
    /// </summary>
    private const int MaxEmptyPages = 1_000;

    /// <summary>Runs a query.</summary>
    /// <param name="text">The query.</param>
    /// <param name="counts">Receives the counts of the current request.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <returns>The pages with rows. The last page is an error if the query failed.</returns>
    public async IAsyncEnumerable<QueryPage> RunAsync(
        string text, RetryCounts counts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The service runs a query once that is sent again with the same token.
        string clientToken = Guid.NewGuid().ToString("N");
        string? next = null;
        int emptyPages = 0;
        do
        {
            ServiceResponse answer = await retries.SendAsync(
                SendAsync,
                WriteRequest(text, clientToken, next),
                counts,
                cancellationToken).ConfigureAwait(false);
            QueryPage page = answer.Error is { } error ? QueryPage.Failed(error) : QueryPage.Parse(answer.Body)!;
            emptyPages = page.Rows.Count == 0 ? emptyPages + 1 : 0;
            if (emptyPages > MaxEmptyPages || (page.NextToken is not null && page.NextToken == next && page.Rows.Count > 0))
            {
                page = QueryPage.Failed(ServiceError.NoAnswer("UnusableAnswer", "the pages of the query do not end"));
            }

            if (page.Rows.Count > 0 || page.Error is not null)
            {
                yield return page;
            }

            next = page.NextToken;
        }
        while (next is not null);
    }

    /// <summary>Treats a response that is not a page as no response, so that it is retried.</summary>
    private async ValueTask<ServiceResponse> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        ServiceResponse answer = await query(body, cancellationToken).ConfigureAwait(false);
        return answer.Error is null && QueryPage.Parse(answer.Body) is null
            ? ServiceError.NoAnswer("UnusableAnswer", "the response to Query is not a page of rows")
            : answer;
    }

    private static ReadOnlyMemory<byte> WriteRequest(string text, string clientToken, string? next)
    {
        var body = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteString("QueryString"u8, text);
        writer.WriteNumber("MaxRows"u8, MaxRows);
        if (next is null)
        {
            writer.WriteString("ClientToken"u8, clientToken);
        }
        else
        {
            writer.WriteString("NextToken"u8, next);
        }

        writer.WriteEndObject();
        writer.Flush();
        return body.WrittenMemory;
    }
}

/// <summary>A page of the result of a query.</summary>
/// <param name="Rows">The rows: a text for each column, or null.</param>
/// <param name="NextToken">The token of the next page, or <see langword="null"/> after the last one.</param>
internal sealed record QueryPage(IReadOnlyList<string?[]> Rows, string? NextToken)
{
    /// <summary>Gets why there are no more rows, or <see langword="null"/>.</summary>
    public ServiceError? Error { get; private init; }

    /// <summary>Creates the page of a query that failed.</summary>
    /// <param name="error">The error.</param>
    /// <returns>The page.</returns>
    public static QueryPage Failed(ServiceError error) => new([], NextToken: null) { Error = error };

    /// <summary>Parses a response to Query.</summary>
    /// <param name="body">The response.</param>
    /// <returns>The page, or <see langword="null"/> if the response is none.</returns>
    public static QueryPage? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            JsonElement rows = root.GetProperty("Rows"u8);
            string? next = root.TryGetProperty("NextToken"u8, out JsonElement token) && token.ValueKind == JsonValueKind.String
                ? token.GetString()
                : null;
            return new QueryPage([.. rows.EnumerateArray().Select(ReadRow)], next);
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static string?[] ReadRow(JsonElement row) => [.. row.GetProperty("Data"u8).EnumerateArray().Select(ReadScalar)];

    private static string? ReadScalar(JsonElement datum) =>
        datum.TryGetProperty("ScalarValue"u8, out JsonElement value) ? value.GetString()
        : datum.TryGetProperty("NullValue"u8, out JsonElement isNull) && isNull.GetBoolean() ? null
        : throw new FormatException("A scalar value is expected.");
}
