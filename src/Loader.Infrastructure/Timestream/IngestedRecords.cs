using System.Text.Json;

namespace Loader.Infrastructure.Timestream;

/// <summary>Reads the answer to a WriteRecords request that was accepted.</summary>
internal static class IngestedRecords
{
    /// <summary>Says whether an answer confirms that all records were taken.</summary>
    /// <param name="body">The answer: <c>{"RecordsIngested":{"Total":…,"MemoryStore":…,"MagneticStore":…}}</c>, all of it optional.</param>
    /// <param name="count">The records in the request.</param>
    /// <returns>Whether the answer is whole and names no smaller total.</returns>
    public static bool Confirms(ReadOnlySpan<byte> body, int count)
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
}
