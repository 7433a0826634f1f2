using System.Numerics;
using Loader.Application.Ports;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet.Metadata;
using Loader.Parquet.Reading;

namespace Loader.Infrastructure.Parquet.Decoding;

/// <summary>Estimates an upper limit for the memory of a row group while it is decoded and written.</summary>
internal static class RowGroupMemory
{
    /// <summary>The maximum compressed size in bytes up to which a row group is fetched ahead.</summary>
    public const long MaxPrefetchBytes = 64 << 20;

    /// <summary>
    /// Time, value, series id and verdict, which are kept until the row group is written. A row's own version is added where it exists.
    /// </summary>
    private const int BatchBytesPerRow = 8 + 8 + 4 + 1;

    /// <summary>The order of rows and their write status, which a sink keeps.</summary>
    private const int OrderBytesPerRow = 16;

    /// <summary>Decoded times and combined codes before they are copied to the batch.</summary>
    private const int ScratchBytesPerRow = 8 + 4;

    /// <summary>What decoding keeps of a byte array in addition to its page: index, level, position, two lengths and its code.</summary>
    private const int BytesPerByteArray = 4 + 4 + 8 + 16 + 4;

    /// <summary>What decoding keeps of a number: index, level, difference and up to 96 bits of the number itself.</summary>
    private const int BytesPerNumber = 4 + 4 + 8 + 12;

    /// <summary>
    /// A decompressed page, a decompressed dictionary, and what is kept of each dictionary entry, which itself has at least four bytes.
    /// </summary>
    private const int DecodedPerUncompressed = 4;

    /// <summary>Estimates all row groups of a file.</summary>
    /// <param name="layout">The file's layout.</param>
    /// <param name="plan">The columns to read.</param>
    /// <returns>One entry for each row group.</returns>
    public static RowGroupInfo[] Estimate(FileLayout layout, ColumnPlan plan)
    {
        var infos = new RowGroupInfo[layout.Metadata.RowGroups.Count];
        long next = 0;
        for (int i = infos.Length - 1; i >= 0; i--)
        {
            RowGroupMetadata group = layout.Metadata.RowGroups[i];
            long compressed = 0;
            long pooled = 0;
            long decoding = 0;
            foreach (SchemaColumn column in plan.Columns)
            {
                ColumnChunkMetadata chunk = group.Chunks[column.LeafIndex];
                compressed += Clamp(chunk.CompressedSize);
                pooled += Pooled(Clamp(chunk.CompressedSize));
                bool isByteArray = column.Element.Type is PhysicalType.ByteArray or PhysicalType.FixedLenByteArray;
                int perValue = isByteArray ? BytesPerByteArray : BytesPerNumber;
                decoding = Math.Max(
                    decoding, (DecodedPerUncompressed * Clamp(chunk.UncompressedSize)) + (Pooled(group.RowCount) * perValue));
            }

            int perRow = BatchBytesPerRow + OrderBytesPerRow + ScratchBytesPerRow + (plan.Version is null ? 0 : sizeof(long));
            long rows = Clamp(group.RowCount) * plan.RowsPerRow;
            infos[i] = new RowGroupInfo(rows, rows == 0 ? 0 : pooled + next + decoding + (Pooled(rows) * perRow));

            // This row group may be fetched while the previous one is decoded.
            next = compressed <= MaxPrefetchBytes ? pooled : 0;
        }

        return infos;
    }

    /// <summary>Clamps a size that a footer claims, so that sums do not overflow.</summary>
    /// <param name="claimed">The claimed size in bytes.</param>
    /// <returns>The size, from 0 to 2⁴⁰ bytes (1 TiB).</returns>
    public static long Clamp(long claimed) => Math.Clamp(claimed, 0, 1L << 40);

    /// <summary>The array pool rounds up to a power of two.</summary>
    private static long Pooled(long length) => (long)BitOperations.RoundUpToPowerOf2((ulong)length);
}
