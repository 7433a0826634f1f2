using System.Text.Json;

namespace Loader.LocalAws.Timestream;

/// <summary>The Database and Table shapes of responses (protocols 1.4).</summary>
internal static class ControlPlaneJson
{
    public static void Database(Utf8JsonWriter json, TimestreamDatabase database)
    {
        json.WritePropertyName("Database");
        Members(json, database);
    }

    public static void Table(Utf8JsonWriter json, TimestreamTable table)
    {
        json.WritePropertyName("Table");
        Members(json, table);
    }

    public static void Databases(Utf8JsonWriter json, List<TimestreamDatabase> databases, string? nextToken)
    {
        json.WriteStartArray("Databases");
        databases.ForEach(database => Members(json, database));
        json.WriteEndArray();
        NextToken(json, nextToken);
    }

    public static void Tables(Utf8JsonWriter json, List<TimestreamTable> tables, string? nextToken)
    {
        json.WriteStartArray("Tables");
        tables.ForEach(table => Members(json, table));
        json.WriteEndArray();
        NextToken(json, nextToken);
    }

    private static void Members(Utf8JsonWriter json, TimestreamDatabase database)
    {
        json.WriteStartObject();
        json.WriteString("Arn", database.Arn);
        json.WriteString("DatabaseName", database.Name);
        json.WriteNumber("TableCount", database.Stored.Count);
        json.WriteString("KmsKeyId", database.KmsKeyId);
        Time(json, "CreationTime", database.CreationTime);
        Time(json, "LastUpdatedTime", database.LastUpdatedTime);
        json.WriteEndObject();
    }

    private static void Members(Utf8JsonWriter json, TimestreamTable table)
    {
        var settings = table.Settings;
        json.WriteStartObject();
        json.WriteString("Arn", table.Arn);
        json.WriteString("TableName", table.Name);
        json.WriteString("DatabaseName", table.Database.Name);
        json.WriteString("TableStatus", "ACTIVE");
        json.WriteStartObject("RetentionProperties");
        json.WriteNumber("MemoryStoreRetentionPeriodInHours", settings.MemoryStoreHours);
        json.WriteNumber("MagneticStoreRetentionPeriodInDays", settings.MagneticStoreDays);
        json.WriteEndObject();
        Time(json, "CreationTime", table.CreationTime);
        Time(json, "LastUpdatedTime", table.LastUpdatedTime);
        json.WriteStartObject("MagneticStoreWriteProperties");
        json.WriteBoolean("EnableMagneticStoreWrites", settings.MagneticStoreWrites);
        if (settings.RejectedDataBucket is { } bucket)
        {
            json.WriteStartObject("MagneticStoreRejectedDataLocation");
            json.WriteStartObject("S3Configuration");
            json.WriteString("BucketName", bucket);
            if (settings.RejectedDataPrefix is { } prefix)
            {
                json.WriteString("ObjectKeyPrefix", prefix);
            }

            json.WriteString("EncryptionOption", "SSE_S3");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        SchemaJson.Write(json, settings.PartitionKey);
        json.WriteEndObject();
    }

    // protocols 1.1: timestamps in responses are epoch seconds as a number.
    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset time) =>
        json.WriteNumber(name, time.ToUnixTimeMilliseconds() / 1000m);

    private static void NextToken(Utf8JsonWriter json, string? nextToken)
    {
        if (nextToken is not null)
        {
            json.WriteString("NextToken", nextToken);
        }
    }
}
