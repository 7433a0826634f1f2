using System.Numerics;
using Loader.Application.Ports;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Format;
using Loader.Infrastructure.Parquet.Judging;

namespace Loader.Infrastructure.Parquet;

/// <summary>Estimates, from above, the memory that a row group takes while it is decoded and written.</summary>
internal static class RowGroupMemory
{
    /// <summary>Time, value, series id and verdict, which live until the row group is written; a version of its own besides.</summary>
    private const int BatchBytesPerRow = 8 + 8 + 4 + 1;

    /// <summary>The order of rows and the marks of those that were written, which a sink keeps.</summary>
    private const int OrderBytesPerRow = 16;

    /// <summary>Decoded times and folded series numbers before they are moved to the batch.</summary>
    private const int ScratchBytesPerRow = 8 + 4;

    /// <summary>What decoding keeps of a value besides the page that it lies in: index, level, place, two lengths and the number of its text.</summary>
    private const int BytesPerText = 4 + 4 + 8 + 16 + 4;

    /// <summary>What decoding keeps of a number: index, level, difference and the number itself, of up to 96 bits.</summary>
    private const int BytesPerNumber = 4 + 4 + 8 + 12;

    /// <summary>A page and a dictionary decompressed, and what is kept of each entry of the dictionary, which takes at least four bytes itself.</summary>
    private const int DecodedPerUncompressed = 4;

    /// <summary>Estimates every row group of a file.</summary>
    /// <param name="layout">The file's layout.</param>
    /// <param name="plan">What is read of it.</param>
    /// <returns>One entry for each row group.</returns>
    public static RowGroupInfo[] Estimate(FileLayout layout, ColumnPlan plan)
    {
        var infos = new RowGroupInfo[layout.Footer.RowGroups.Count];
        long next = 0;
        for (int i = infos.Length - 1; i >= 0; i--)
        {
            RowGroupMetadata group = layout.Footer.RowGroups[i];
            long compressed = 0;
            long pooled = 0;
            long decoding = 0;
            foreach (SourceColumn column in plan.Columns)
            {
                ChunkMetadata chunk = group.Chunks[column.LeafIndex];
                compressed += Bounded(chunk.CompressedSize);
                pooled += Pooled(Bounded(chunk.CompressedSize));
                bool isText = column.Element.Type is PhysicalType.ByteArray or PhysicalType.FixedLenByteArray;
                decoding = Math.Max(
                    decoding,
                    (DecodedPerUncompressed * Bounded(chunk.UncompressedSize)) + (Pooled(group.Rows) * (isText ? BytesPerText : BytesPerNumber)));
            }

            int perRow = BatchBytesPerRow + OrderBytesPerRow + ScratchBytesPerRow + (plan.Version is null ? 0 : sizeof(long));
            infos[i] = new RowGroupInfo(group.Rows, group.Rows == 0 ? 0 : pooled + next + decoding + (Pooled(group.Rows) * perRow));

            // The row group before may be decoded while this one's bytes are fetched already.
            next = compressed <= ParquetFile.MaxPrefetchBytes ? pooled : 0;
        }

        return infos;
    }

    /// <summary>Keeps a size that a footer claims to where sums of it do not overflow; no more than 1 TiB fits any machine.</summary>
    /// <param name="claimed">The size.</param>
    /// <returns>The size, from 0 to 2⁴⁰.</returns>
    public static long Bounded(long claimed) => Math.Clamp(claimed, 0, 1L << 40);

    /// <summary>Pools round up to a power of two.</summary>
    private static long Pooled(long length) => (long)BitOperations.RoundUpToPowerOf2((ulong)length);
}
