using System.Text.Json;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.Timestream;

/// <summary>Retention, magnetic-store and schema members of CreateTable and UpdateTable (protocols 1.4).</summary>
internal static class TableSettingsJson
{
    public static TableSettings Read(JsonElement request, TableSettings before)
    {
        var settings = before with { PartitionKey = SchemaJson.Read(request) ?? before.PartitionKey };
        if (JsonMembers.Structure(request, "RetentionProperties"u8) is { } retention)
        {
            settings = settings with
            {
                MemoryStoreHours = Number(retention, "MemoryStoreRetentionPeriodInHours", 8766),
                MagneticStoreDays = Number(retention, "MagneticStoreRetentionPeriodInDays", 73_000),
            };
        }

        if (JsonMembers.Structure(request, "MagneticStoreWriteProperties"u8) is not { } magnetic)
        {
            return settings;
        }

        JsonElement? location = JsonMembers.Structure(magnetic, "MagneticStoreRejectedDataLocation"u8) is { } given
            ? JsonMembers.Structure(given, "S3Configuration"u8)
            : null;
        return settings with
        {
            MagneticStoreWrites = JsonMembers.Flag(magnetic, "EnableMagneticStoreWrites"u8) ??
                throw TimestreamError.Constraint("magneticStoreWriteProperties.enableMagneticStoreWrites", "Member must not be null"),
            RejectedDataBucket = location is { } bucket ? JsonMembers.Text(bucket, "BucketName"u8) : null,
            RejectedDataPrefix = location is { } prefix ? JsonMembers.Text(prefix, "ObjectKeyPrefix"u8) : null,
        };
    }

    private static int Number(JsonElement retention, string member, int max)
    {
        var value = JsonMembers.Number(retention, System.Text.Encoding.UTF8.GetBytes(member)) ??
            throw TimestreamError.Constraint("retentionProperties." + member, "Member must not be null");
        return value >= 1 && value <= max
            ? (int)value
            : throw TimestreamError.Constraint("retentionProperties." + member, $"Member must have value between 1 and {max}");
    }
}
