using Loader.Parquet.Metadata;
using Loader.Parquet.Reading;
using ParquetSharp;
using Encoding = ParquetSharp.Encoding;
using LogicalType = ParquetSharp.LogicalType;
using PhysicalType = ParquetSharp.PhysicalType;

namespace Loader.Tests.Parquet;

/// <summary>Good files to damage. Together they have every codec, page version and encoding, from two writers.</summary>
internal static class GoodFiles
{
    private const int Rows = 400;

    private const string DuckDbRows =
        """
        SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS timestamp, CASE WHEN i % 9 = 0 THEN NULL ELSE i * 0.5 END AS value, 'R' || (i % 4) AS region, 'MW' AS unit,
            'type' || (i % 30) AS consumer_type, 'demand' AS measurement_type, i AS ignored FROM range(400) t(i)
        """;

    /// <summary>Writes and reads the files.</summary>
    public static async Task<DamagedFile[]> WriteAsync(Folder folder) => await Task.WhenAll(Files(folder).Select(ReadAsync));

    private static IEnumerable<(string Name, string Path)> Files(Folder folder)
    {
        yield return ("arrow none dictionary v1", Arrow(folder.File("a.parquet"), Compression.Uncompressed, ParquetDataPageVersion.V1, null, false));
        yield return ("arrow snappy dictionary v2", Arrow(folder.File("b.parquet"), Compression.Snappy, ParquetDataPageVersion.V2, null, false));
        yield return ("arrow zstd delta v1", Arrow(folder.File("c.parquet"), Compression.Zstd, ParquetDataPageVersion.V1, "delta", false));
        yield return ("arrow gzip plain v1", Arrow(folder.File("d.parquet"), Compression.Gzip, ParquetDataPageVersion.V1, "plain", false));
        yield return ("arrow lz4 dictionary v1 checksums", Arrow(folder.File("e.parquet"), Compression.Lz4, ParquetDataPageVersion.V1, null, true));
        yield return ("arrow none delta v2 checksums", Arrow(folder.File("f.parquet"), Compression.Uncompressed, ParquetDataPageVersion.V2, "delta", true));
        yield return ("arrow brotli split v2", Arrow(folder.File("g.parquet"), Compression.Brotli, ParquetDataPageVersion.V2, "split", false));
        yield return ("duckdb snappy v1", folder.Write("h.parquet", DuckDbRows, "ROW_GROUP_SIZE 2048"));
        yield return ("duckdb zstd v2", folder.Write("i.parquet", DuckDbRows, "CODEC zstd, PARQUET_VERSION v2"));
        yield return ("duckdb gzip v2", folder.Write("j.parquet", DuckDbRows, "CODEC gzip, PARQUET_VERSION v2"));
    }

    private static string Arrow(string path, Compression compression, ParquetDataPageVersion version, string? encoding, bool hasChecksums)
    {
        long?[] times = [.. Enumerable.Range(0, Rows).Select(i => (long?)(1_704_067_200_000_000 + (i * 3_600_000_000L)))];
        ArrowColumn[] columns =
        [
            ArrowColumn.Of("timestamp", PhysicalType.Int64, LogicalType.Timestamp(true, TimeUnit.Micros), times, isRequired: true) with
            {
                Encoding = encoding == "delta" ? Encoding.DeltaBinaryPacked : encoding == "split" ? Encoding.ByteStreamSplit : null,
            },
            ArrowColumn.Of<double>("value", PhysicalType.Double, LogicalType.None(), [.. Enumerable.Range(0, Rows).Select(i => i % 7 == 0 ? (double?)null : Math.Sqrt(i))], isRequired: false) with
            {
                Encoding = encoding == "split" ? Encoding.ByteStreamSplit : null,
            },
            Text("region", i => $"R{i % 4}", encoding == "delta" ? Encoding.DeltaByteArray : null),
            Text("unit", _ => "MW", null),
            Text("consumer_type", i => i % 11 == 0 ? null : $"type {i % 30}", encoding == "delta" ? Encoding.DeltaLengthByteArray : null),
            Text("measurement_type", i => i < 250 ? "demand" : "forecast", null),
            Text("ignored", i => $"{i}", null),
        ];
        return new ArrowFile(columns, Rows)
        {
            Compression = compression,
            PageVersion = version,
            UsesDictionary = encoding != "plain",
            PageBytes = 500,
            RowsPerGroup = 150,
            HasChecksums = hasChecksums,
        }.Write(path);

        static ArrowColumn Text(string name, Func<int, string?> value, Encoding? encoding) =>
            ArrowColumn.OfText(name, [.. Enumerable.Range(0, Rows).Select(value)], isRequired: false) with { Encoding = encoding };
    }

    private static async Task<DamagedFile> ReadAsync((string Name, string Path) file)
    {
        byte[] bytes = await File.ReadAllBytesAsync(file.Path);
        await using var source = new MemoryFile(bytes);
        await source.OpenAsync(CancellationToken.None);
        FileLayout layout = await FileLayout.ReadAsync(source, CancellationToken.None);
        var headers = new List<int>();
        foreach (ColumnChunkMetadata chunk in layout.Metadata.RowGroups.SelectMany(g => g.Chunks))
        {
            int end = (int)(chunk.Range.End);
            for (int at = (int)chunk.Range.Offset; at < end;)
            {
                PageHeader header = PageHeaderReader.Read(bytes.AsSpan(0, end), at);
                headers.AddRange(Enumerable.Range(at, header.BodyOffset - at));
                at = header.BodyOffset + header.CompressedSize;
            }
        }

        return new DamagedFile(file.Name, bytes, await Reading.RowsAsync("good.parquet", bytes), (int)layout.DataEnd, headers);
    }
}
