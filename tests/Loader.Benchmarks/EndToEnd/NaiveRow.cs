using System.Text.Json.Serialization;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>A row as the serializer of Parquet.Net fills it.</summary>
internal sealed class NaiveRow
{
    [JsonPropertyName("timestamp")]
    public DateTime? Timestamp { get; set; }

    [JsonPropertyName("region")]
    public string? Region { get; set; }

    [JsonPropertyName("value")]
    public double? Value { get; set; }

    [JsonPropertyName("energy_source")]
    public string? EnergySource { get; set; }

    [JsonPropertyName("measurement_type")]
    public string? MeasurementType { get; set; }

    [JsonPropertyName("quality_flag")]
    public string? QualityFlag { get; set; }
}
