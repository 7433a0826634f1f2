using System.Text.Json;

namespace Loader.Tests.LocalAws;

/// <summary>What a JSON service answered.</summary>
internal sealed record AwsJsonAnswer(int Status, string Text, JsonElement Root, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Gets the error's name without its namespace, or null.</summary>
    public string? Error => Root.ValueKind == JsonValueKind.Object && Root.TryGetProperty("__type", out var type) ? type.GetString()!.Split('#')[^1] : null;

    public string Message => Root.GetProperty("message").GetString()!;

    public int Ingested => Root.GetProperty("RecordsIngested").GetProperty("Total").GetInt32();

    public int[] RejectedIndexes => [.. Root.GetProperty("RejectedRecords").EnumerateArray().Select(record => record.GetProperty("RecordIndex").GetInt32())];

    public JsonElement Rejection(int index) => Root.GetProperty("RejectedRecords")[index];
}
