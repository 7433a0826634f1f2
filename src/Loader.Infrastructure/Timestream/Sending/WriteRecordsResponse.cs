using System.Text.Json;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.Timestream.Sending;

/// <summary>Parses the responses to WriteRecords.</summary>
internal static class WriteRecordsResponse
{
    /// <summary>Returns whether a successful response confirms that all records were ingested.</summary>
    /// <param name="body">The response: <c>{"RecordsIngested":{"Total":…,"MemoryStore":…,"MagneticStore":…}}</c>.</param>
    /// <param name="count">The number of records in the request.</param>
    /// <returns>
    /// Whether the response is complete JSON and its total is <paramref name="count"/>. The service model has every member optional; a
    /// response without the total does not say how many records were ingested.
    /// </returns>
    public static bool ConfirmsAll(ReadOnlySpan<byte> body, int count)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            long? total = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isIngested = reader.ValueTextEquals("RecordsIngested"u8);
                reader.Read();
                if (isIngested && reader.TokenType == JsonTokenType.StartObject)
                {
                    total = TotalIn(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }

            // Reads to the end, because text after the object is not JSON.
            return !reader.Read() && total == count;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Parses the rejected records of a RejectedRecordsException.</summary>
    /// <param name="body">The response.</param>
    /// <param name="count">The number of records in the request.</param>
    /// <returns>
    /// The rejected records, each once; or <see langword="null"/> if the response names none or is not valid. A missing index must not
    /// count as index 0. Of several rejections of a record, one that is no version conflict counts before one that is.
    /// </returns>
    public static List<RejectedRecord>? ParseRejectedRecords(ReadOnlyMemory<byte> body, int count)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            var records = new List<RejectedRecord>();
            var positions = new Dictionary<int, int>();
            foreach (JsonElement element in document.RootElement.GetProperty("RejectedRecords").EnumerateArray())
            {
                int index = element.GetProperty("RecordIndex").GetInt32();
                if (index < 0 || index >= count)
                {
                    return null;
                }

                var record = new RejectedRecord(index, ReasonIn(element), ExistingVersionIn(element));
                if (positions.TryAdd(index, records.Count))
                {
                    records.Add(record);
                }
                else if (record.ExistingVersion is null && records[positions[index]].ExistingVersion is not null)
                {
                    records[positions[index]] = record;
                }
            }

            return records.Count > 0 ? records : null;
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Reads an object to its end and returns its total, or null if it has none.</summary>
    private static long? TotalIn(ref Utf8JsonReader reader)
    {
        long? total = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isTotal = reader.ValueTextEquals("Total"u8);
            reader.Read();
            if (isTotal)
            {
                total = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number) ? number : null;
            }

            reader.Skip();
        }

        return total;
    }

    private static string ReasonIn(JsonElement element) =>
        element.TryGetProperty("Reason"u8, out JsonElement reason) && reason.ValueKind == JsonValueKind.String
            && reason.GetString() is { Length: > 0 } text
            ? ResponseReader.Printable(text)
            : "the service gave no reason";

    private static long? ExistingVersionIn(JsonElement element) =>
        element.TryGetProperty("ExistingVersion"u8, out JsonElement version) && version.ValueKind == JsonValueKind.Number
            ? version.GetInt64()
            : null;
}

/// <summary>A record that the service rejected. The other records of its request were stored.</summary>
/// <param name="Index">The record's index in the request.</param>
/// <param name="Reason">The reason that the service gives.</param>
/// <param name="ExistingVersion">The version of the stored record, if the rejection is a version conflict.</param>
internal readonly record struct RejectedRecord(int Index, string Reason, long? ExistingVersion);
