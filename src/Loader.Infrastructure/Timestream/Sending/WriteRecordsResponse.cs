using System.Text.Json;
using Loader.Infrastructure.Aws.Json;

namespace Loader.Infrastructure.Timestream.Sending;

/// <summary>Parses the responses to WriteRecords.</summary>
internal static class WriteRecordsResponse
{
    /// <summary>Returns whether a successful response confirms that all records were ingested.</summary>
    /// <param name="body">
    /// The response: <c>{"RecordsIngested":{"Total":…,"MemoryStore":…,"MagneticStore":…}}</c>, where every member is optional.
    /// </param>
    /// <param name="count">The number of records in the request.</param>
    /// <returns>Whether the response is complete JSON and its total, if there is one, is not below <paramref name="count"/>.</returns>
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
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 2 && reader.ValueTextEquals("Total"u8))
                {
                    reader.Read();
                    total = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number) ? number : null;
                }
            }

            return total is null || total >= count;
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
    /// count as index 0.
    /// </returns>
    public static List<RejectedRecord>? ParseRejectedRecords(ReadOnlyMemory<byte> body, int count)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            var records = new List<RejectedRecord>();
            var seen = new HashSet<int>();
            foreach (JsonElement element in document.RootElement.GetProperty("RejectedRecords").EnumerateArray())
            {
                int index = element.GetProperty("RecordIndex").GetInt32();
                if (index < 0 || index >= count)
                {
                    return null;
                }

                if (seen.Add(index))
                {
                    records.Add(new RejectedRecord(index, ReasonIn(element), ExistingVersionIn(element)));
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

    private static string ReasonIn(JsonElement element) =>
        element.TryGetProperty("Reason"u8, out JsonElement reason) && reason.ValueKind == JsonValueKind.String
            && reason.GetString() is { Length: > 0 } text
            ? ServiceErrors.Printable(text)
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
