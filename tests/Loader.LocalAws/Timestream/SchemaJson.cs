using System.Text.Json;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.Timestream;

/// <summary>The Schema shape of tables (protocols 1.4).</summary>
internal static class SchemaJson
{
    private const string Path = "schema.compositePartitionKey";

    /// <summary>Reads the partition key of a request; null if it has none.</summary>
    public static IReadOnlyList<PartitionKey>? Read(JsonElement request)
    {
        if (JsonMembers.Structure(request, "Schema"u8) is not { } schema || JsonMembers.List(schema, "CompositePartitionKey"u8) is not { } list)
        {
            return null;
        }

        return list.GetArrayLength() > 0
            ? [.. list.EnumerateArray().Select(ReadKey)]
            : throw TimestreamError.Constraint(Path, "Member must have length greater than or equal to 1");
    }

    public static void Write(Utf8JsonWriter json, IReadOnlyList<PartitionKey> keys)
    {
        json.WriteStartObject("Schema");
        json.WriteStartArray("CompositePartitionKey");
        foreach (var key in keys)
        {
            json.WriteStartObject();
            json.WriteString("Type", key.Type);
            if (key.Name is not null)
            {
                json.WriteString("Name", key.Name);
            }

            if (key.EnforcementInRecord is not null)
            {
                json.WriteString("EnforcementInRecord", key.EnforcementInRecord);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static PartitionKey ReadKey(JsonElement key)
    {
        var type = JsonMembers.Text(key, "Type"u8) ?? throw TimestreamError.Constraint(Path + ".type", "Member must not be null");
        var name = JsonMembers.Text(key, "Name"u8);
        var enforcement = JsonMembers.Text(key, "EnforcementInRecord"u8);
        if (type is not ("DIMENSION" or "MEASURE"))
        {
            throw TimestreamError.Constraint(Path + ".type", "Member must satisfy enum value set: [DIMENSION, MEASURE]");
        }

        if (enforcement is not (null or "REQUIRED" or "OPTIONAL"))
        {
            throw TimestreamError.Constraint(Path + ".enforcementInRecord", "Member must satisfy enum value set: [REQUIRED, OPTIONAL]");
        }

        // A dimension key names its dimension; a measure key is the measure name and has neither name nor enforcement.
        if (type is "DIMENSION" ? string.IsNullOrEmpty(name) : name is not null || enforcement is not null)
        {
            throw TimestreamError.Validation("A partition key of type DIMENSION must have a name; one of type MEASURE must have neither name nor enforcement.");
        }

        if (name is not null)
        {
            NameRules.RequireColumnName(name, "dimension");
        }

        return new(type, name, enforcement);
    }
}
