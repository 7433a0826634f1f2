using System.Globalization;
using System.Text.Json;

namespace Loader.Infrastructure.Timestream.Tables;

/// <summary>The properties of a table that matter to a writer.</summary>
/// <param name="Identity">
/// The table's ARN and creation time, which a table that was deleted and created again does not share, or <see langword="null"/> if either
/// is unknown.
/// </param>
/// <param name="Retention">The maximum age of a row that the table accepts, or <see langword="null"/> if it is not known.</param>
/// <param name="LacksRejectedDataLocation">
/// Whether the table accepts rows for its magnetic store but has no location for reports of rows that are rejected later.
/// </param>
internal sealed record TableDescription(string? Identity, TimeSpan? Retention, bool LacksRejectedDataLocation)
{
    /// <summary>The description of a table that the credentials cannot describe.</summary>
    public static TableDescription Unknown { get; } = new(Identity: null, Retention: null, LacksRejectedDataLocation: false);

    /// <summary>Parses the response to DescribeTable.</summary>
    /// <param name="body">The response.</param>
    /// <returns>The description, or <see langword="null"/> if the response is not a table description.</returns>
    /// <remarks>
    /// If magnetic store writes are enabled, the table accepts rows that are older than the memory store's retention, up to the magnetic
    /// store's retention. Some responses do not say whether they are enabled. The longer retention then applies, and the service rejects
    /// what is too old.
    /// </remarks>
    public static TableDescription? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement table = document.RootElement.GetProperty("Table");
            if (table.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            JsonElement magneticStore = Property(table, "MagneticStoreWriteProperties");
            bool? magneticWrites = Property(magneticStore, "EnableMagneticStoreWrites").ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => null,
            };
            JsonElement retention = Property(table, "RetentionProperties");
            TimeSpan? maxAge = magneticWrites == false
                ? Count(retention, "MemoryStoreRetentionPeriodInHours") is { } hours ? TimeSpan.FromHours(hours) : null
                : Count(retention, "MagneticStoreRetentionPeriodInDays") is { } days ? TimeSpan.FromDays(days) : null;
            bool hasLocation = Property(
                Property(magneticStore, "MagneticStoreRejectedDataLocation"), "S3Configuration").ValueKind == JsonValueKind.Object;
            return new TableDescription(IdentityOf(table), maxAge, magneticWrites == true && !hasLocation);
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static string? IdentityOf(JsonElement table) =>
        Property(table, "Arn") is { ValueKind: JsonValueKind.String } arn
        && Property(table, "CreationTime") is { ValueKind: JsonValueKind.Number } created
            ? string.Create(CultureInfo.InvariantCulture, $"{arn.GetString()}#{created.GetDouble():R}")
            : null;

    private static JsonElement Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value : default;

    /// <summary>Returns a retention period, or null if it is outside the service's range: at most 8,766 hours or 73,000 days.</summary>
    private static int? Count(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int count)
            && count is > 0 and <= 73_000 ? count : null;
}
