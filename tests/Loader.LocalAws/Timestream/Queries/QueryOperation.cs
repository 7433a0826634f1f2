using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.Timestream.Queries;

/// <summary>Query (protocols, section 2): answers <see cref="QueryStatement"/> from the stored records, in pages.</summary>
internal sealed class QueryOperation(TimestreamState state)
{
    private const int MaxQueryLength = 262_144;

    private readonly ConcurrentDictionary<string, Running> _running = new(StringComparer.Ordinal);

    public Reply Handle(ServiceCall call)
    {
        using var document = JsonMembers.Parse(call.Body);
        var request = document.RootElement;
        var text = JsonMembers.Text(request, "QueryString"u8) ?? string.Empty;
        if (text.Length is 0 or > MaxQueryLength)
        {
            throw TimestreamError.Constraint("queryString", "Member must have length from 1 to 262144");
        }

        if (JsonMembers.Text(request, "ClientToken"u8) is { Length: < 32 or > 128 })
        {
            throw TimestreamError.Constraint("clientToken", "Member must have length from 32 to 128");
        }

        var maxRows = JsonMembers.Number(request, "MaxRows"u8) ?? 1_000;
        if (maxRows is < 1 or > 1_000)
        {
            throw TimestreamError.Constraint("maxRows", "Member must have value from 1 to 1000");
        }

        var query = JsonMembers.Text(request, "NextToken"u8) is { } token ? Find(token, text) : Begin(call, text);
        return Page(call, query, (int)Math.Min(maxRows, state.QueryPageRows));
    }

    private Running Find(string token, string text) => _running.TryRemove(token, out var query) && query.Text == text
        ? query
        : throw TimestreamError.Validation("The NextToken is not valid for this query.");

    private Running Begin(ServiceCall call, string text)
    {
        var statement = QueryStatement.Parse(text);
        if (state.FindTable(statement.Database, statement.Table) is not { } table)
        {
            throw TimestreamError.Validation($"The table \"{statement.Database}\".\"{statement.Table}\" does not exist.");
        }

        call.Resource = table.Arn;
        foreach (var dimension in statement.Dimensions.Concat(statement.Conditions.Select(condition => condition.Dimension)))
        {
            // A table has the columns of the records that were written to it.
            if (!table.HasDimension(dimension))
            {
                var at = text.IndexOf($"\"{dimension}\"", StringComparison.Ordinal) + 1;
                throw TimestreamError.Validation($"line 1:{at.ToString(CultureInfo.InvariantCulture)}: Column '{dimension}' does not exist");
            }
        }

        var rows = table.Records
            .Where(record => record.TimeNanoseconds >= statement.From && record.TimeNanoseconds <= statement.To && record.MeasureName == statement.MeasureName
                && statement.Conditions.TrueForAll(condition => record.Dimension(condition.Dimension) is { } value && condition.Values.Contains(value)))
            .Select(record => (string?[])[Time(record.TimeNanoseconds), record.Value, .. statement.Dimensions.Select(record.Dimension)]);
        return new(text, Guid.NewGuid().ToString("N"), statement.Dimensions, [.. rows], Next: 0, EmptyPages: state.QueryEmptyPages);
    }

    private Reply Page(ServiceCall call, Running query, int size)
    {
        var isEmpty = query.EmptyPages > 0;
        string?[][] rows = isEmpty ? [] : [.. query.Rows.Skip(query.Next).Take(size)];
        var next = query.Next + rows.Length;
        string? token = null;
        if (isEmpty || next < query.Rows.Length)
        {
            token = Guid.NewGuid().ToString("N");
            _running[token] = query with { Next = next, EmptyPages = isEmpty ? query.EmptyPages - 1 : state.QueryEmptyPages };
        }

        return JsonReply.Ok(call, json => Write(json, query, rows, token));
    }

    private static void Write(Utf8JsonWriter json, Running query, string?[][] rows, string? token)
    {
        json.WriteString("QueryId", query.Id);
        if (token is not null)
        {
            json.WriteString("NextToken", token);
        }

        json.WriteStartArray("Rows");
        foreach (var row in rows)
        {
            json.WriteStartObject();
            json.WriteStartArray("Data");
            foreach (var value in row)
            {
                json.WriteStartObject();
                if (value is null)
                {
                    json.WriteBoolean("NullValue", true);
                }
                else
                {
                    json.WriteString("ScalarValue", value);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("ColumnInfo");
        WriteColumn(json, "time", "TIMESTAMP");
        WriteColumn(json, "measure_value::double", "DOUBLE");
        query.Dimensions.ForEach(dimension => WriteColumn(json, dimension, "VARCHAR"));
        json.WriteEndArray();
        json.WriteStartObject("QueryStatus");
        json.WriteNumber("ProgressPercentage", token is null ? 100 : 50);
        json.WriteNumber("CumulativeBytesScanned", query.Rows.Length * 100L);
        json.WriteNumber("CumulativeBytesMetered", Math.Max(10_000_000L, query.Rows.Length * 100L));
        json.WriteEndObject();
    }

    private static void WriteColumn(Utf8JsonWriter json, string name, string type)
    {
        json.WriteStartObject();
        json.WriteString("Name", name);
        json.WriteStartObject("Type");
        json.WriteString("ScalarType", type);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // A time is a text to the nanosecond, in UTC and without a zone.
    private static string Time(long nanoseconds)
    {
        var seconds = (long)Math.Floor(nanoseconds / 1_000_000_000m);
        var text = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return $"{text}.{(nanoseconds - (seconds * 1_000_000_000)).ToString("000000000", CultureInfo.InvariantCulture)}";
    }

    /// <summary>A query whose pages are being read.</summary>
    private sealed record Running(string Text, string Id, List<string> Dimensions, string?[][] Rows, int Next, int EmptyPages);
}
