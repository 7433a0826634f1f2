using System.Text.Json;

namespace Loader.Infrastructure.Timestream;

/// <summary>What matters of a table to one who writes to it.</summary>
/// <param name="Retention">How old a row may be, or <see langword="null"/> where that is not known.</param>
/// <param name="LacksRejectedDataLocation">Whether rows may go to the magnetic store while the table has no place for what is refused there later.</param>
internal sealed record TableDescription(TimeSpan? Retention, bool LacksRejectedDataLocation)
{
    /// <summary>The description of a table that may not be described.</summary>
    public static TableDescription Unknown { get; } = new(null, LacksRejectedDataLocation: false);

    /// <summary>Reads an answer to DescribeTable.</summary>
    /// <param name="body">The answer.</param>
    /// <returns>The description, or <see langword="null"/> where the answer is none.</returns>
    /// <remarks>
    /// A row older than the memory store's retention is taken where writes to the magnetic store are on, up to that store's retention. Some answers
    /// leave out whether they are on; then the service is left to judge.
    /// </remarks>
    public static TableDescription? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement table = document.RootElement.GetProperty("Table");
            JsonElement magnetic = Property(table, "MagneticStoreWriteProperties");
            bool? writes = Property(magnetic, "EnableMagneticStoreWrites").ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => null,
            };
            JsonElement retention = Property(table, "RetentionProperties");
            TimeSpan? kept = writes == false
                ? Count(retention, "MemoryStoreRetentionPeriodInHours") is { } hours ? TimeSpan.FromHours(hours) : null
                : Count(retention, "MagneticStoreRetentionPeriodInDays") is { } days ? TimeSpan.FromDays(days) : null;
            bool hasLocation = Property(Property(magnetic, "MagneticStoreRejectedDataLocation"), "S3Configuration").ValueKind == JsonValueKind.Object;
            return new TableDescription(kept, writes == true && !hasLocation);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static JsonElement Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value : default;

    /// <summary>The service's own bounds are 8,766 hours and 73,000 days.</summary>
    private static int? Count(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int count) && count is > 0 and <= 73_000 ? count : null;
}
