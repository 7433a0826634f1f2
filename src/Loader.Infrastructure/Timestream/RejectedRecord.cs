using System.Text.Json;
using Loader.Infrastructure.Aws.Json;

namespace Loader.Infrastructure.Timestream;

/// <summary>A record that the service refused, the others of its request being stored.</summary>
/// <param name="Index">Its place in the request.</param>
/// <param name="Reason">The service's words.</param>
/// <param name="ExistingVersion">The version of the record that the service has in its place, where versions are the reason.</param>
internal readonly record struct RejectedRecord(int Index, string Reason, long? ExistingVersion)
{
    /// <summary>Reads the records that a RejectedRecordsException names.</summary>
    /// <param name="body">The answer.</param>
    /// <param name="count">The records in the request.</param>
    /// <returns>
    /// The records, each once; <see langword="null"/> where the answer names none, or not clearly: a missing place must not be taken for the first one.
    /// </returns>
    public static List<RejectedRecord>? ReadAll(ReadOnlyMemory<byte> body, int count)
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
                    records.Add(new RejectedRecord(index, ReasonOf(element), ExistingVersionOf(element)));
                }
            }

            return records.Count > 0 ? records : null;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static string ReasonOf(JsonElement element) =>
        element.TryGetProperty(nameof(Reason), out JsonElement reason) && reason.ValueKind == JsonValueKind.String && reason.GetString() is { Length: > 0 } text
            ? ServiceErrors.Printable(text)
            : "the service gave no reason";

    private static long? ExistingVersionOf(JsonElement element) =>
        element.TryGetProperty(nameof(ExistingVersion), out JsonElement version) && version.ValueKind == JsonValueKind.Number ? version.GetInt64() : null;
}
