using System.Text.Json;

namespace Loader.Infrastructure.Timestream.Tables;

/// <summary>The properties of a table that matter to a person who sets it up. Unknown ones are <see langword="null"/>.</summary>
internal sealed record TableProperties
{
    /// <summary>Gets the status, such as <c>ACTIVE</c>.</summary>
    public string? Status { get; private init; }

    /// <summary>Gets the retention of the memory store in hours.</summary>
    public long? MemoryHours { get; private init; }

    /// <summary>Gets the retention of the magnetic store in days.</summary>
    public long? MagneticDays { get; private init; }

    /// <summary>Gets whether the table accepts rows that are older than its memory store.</summary>
    public bool? MagneticWrites { get; private init; }

    /// <summary>Gets where reports of rows go that the magnetic store rejects later, as <c>s3://bucket/prefix</c>.</summary>
    public string? RejectedDataLocation { get; private init; }

    /// <summary>Gets the partition key, such as <c>region (required)</c>, or <c>the measure name</c>, the default.</summary>
    public string? PartitionKey { get; private init; }

    /// <summary>Parses a response to DescribeTable that <see cref="TableDescription.Parse"/> understands.</summary>
    /// <param name="body">The response.</param>
    /// <returns>The properties.</returns>
    public static TableProperties Parse(ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        JsonElement table = document.RootElement.GetProperty("Table");
        JsonElement retention = Member(table, "RetentionProperties");
        JsonElement magnetic = Member(table, "MagneticStoreWriteProperties");
        JsonElement location = Member(Member(magnetic, "MagneticStoreRejectedDataLocation"), "S3Configuration");
        return new TableProperties
        {
            Status = Text(table, "TableStatus"),
            MemoryHours = Number(retention, "MemoryStoreRetentionPeriodInHours"),
            MagneticDays = Number(retention, "MagneticStoreRetentionPeriodInDays"),
            MagneticWrites = Member(magnetic, "EnableMagneticStoreWrites").ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => null,
            },
            RejectedDataLocation = Text(location, "BucketName") is { } bucket
                ? $"s3://{bucket}/{Text(location, "ObjectKeyPrefix")}"
                : null,
            PartitionKey = PartitionKeyOf(Member(Member(table, "Schema"), "CompositePartitionKey")),
        };
    }

    private static string? PartitionKeyOf(JsonElement keys)
    {
        if (keys.ValueKind != JsonValueKind.Array || keys.GetArrayLength() == 0)
        {
            return null;
        }

        return string.Join(", ", keys.EnumerateArray().Select(static key => Text(key, "Type") == "DIMENSION"
            ? $"{Text(key, "Name")} ({Text(key, "EnforcementInRecord")?.ToLowerInvariant() ?? "optional"})"
            : "the measure name"));
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value : default;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static long? Number(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long number) ? number : null;
}
