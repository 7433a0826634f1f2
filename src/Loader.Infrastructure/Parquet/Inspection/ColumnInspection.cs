namespace Loader.Infrastructure.Parquet.Inspection;

/// <summary>One column at the top of a file's schema.</summary>
/// <param name="Name">The name, as the file has it.</param>
/// <param name="Type">The type in Parquet's words, such as <c>INT64 TIMESTAMP(ms, UTC)</c>.</param>
/// <param name="IsOptional">Whether the column may hold nulls.</param>
/// <param name="Use">What a load of the dataset uses it for.</param>
/// <param name="CompressedBytes">The bytes of its chunks in the file; 0 for a group of columns.</param>
/// <param name="UncompressedBytes">The bytes of its pages before compression; 0 for a group of columns.</param>
/// <param name="Codecs">The codecs of its chunks.</param>
public sealed record ColumnInspection(
    string Name, string Type, bool IsOptional, ColumnUse Use, long CompressedBytes, long UncompressedBytes, IReadOnlyList<string> Codecs);
