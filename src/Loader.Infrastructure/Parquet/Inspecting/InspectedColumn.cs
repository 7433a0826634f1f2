namespace Loader.Infrastructure.Parquet.Inspecting;

/// <summary>One column of a file as it was found.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type in Parquet's own words, such as <c>INT64 TIMESTAMP(ms, UTC)</c>.</param>
/// <param name="Use">What a load would use it for, or <see langword="null"/> where it would not be read.</param>
/// <param name="Codecs">The codecs of its chunks, each once; empty for a group of columns.</param>
/// <param name="CompressedBytes">Its bytes in the file.</param>
/// <param name="UncompressedBytes">Its bytes before compression.</param>
public sealed record InspectedColumn(string Name, string Type, string? Use, IReadOnlyList<string> Codecs, long CompressedBytes, long UncompressedBytes);
