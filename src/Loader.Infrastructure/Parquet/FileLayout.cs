using Loader.Infrastructure.Parquet.Bytes;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Format;
using Loader.Infrastructure.Parquet.Judging;

namespace Loader.Infrastructure.Parquet;

/// <summary>A file's footer with its schema, checked against itself and against the size of the file.</summary>
internal sealed class FileLayout
{
    /// <summary>The most rows of one row group that are read; no known writer makes more than 67,108,864 unless told to.</summary>
    private const long MaxRowsPerRowGroup = 1 << 26;

    private FileLayout(FileFooter footer, FileSchema schema, long dataEnd)
    {
        Footer = footer;
        Schema = schema;
        DataEnd = dataEnd;
    }

    /// <summary>Gets the footer.</summary>
    public FileFooter Footer { get; }

    /// <summary>Gets the schema.</summary>
    public FileSchema Schema { get; }

    /// <summary>Gets the offset behind the last byte that may be data: where the footer begins.</summary>
    public long DataEnd { get; }

    /// <summary>Reads and checks a footer.</summary>
    /// <param name="source">The file.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The layout.</returns>
    /// <exception cref="MalformedFileException">The footer is none, or contradicts itself.</exception>
    /// <exception cref="UnsupportedFileException">The file is encrypted or beyond the limits.</exception>
    public static async Task<FileLayout> ReadAsync(SourceBytes source, CancellationToken cancellationToken)
    {
        (ReadOnlyMemory<byte> bytes, long offset) = await FooterBytes.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        FileFooter footer = FooterReader.Read(bytes);
        var layout = new FileLayout(footer, FileSchema.Of(footer.Schema), offset);
        layout.CheckRows();
        return layout;
    }

    /// <summary>Finds a column's chunk in a row group and checks what the footer says of it.</summary>
    /// <param name="rowGroup">The row group's index.</param>
    /// <param name="column">The column, not a group of columns.</param>
    /// <returns>The chunk; its range lies inside the file.</returns>
    /// <exception cref="MalformedFileException">The footer contradicts itself.</exception>
    /// <exception cref="UnsupportedFileException">The chunk's codec is not read, or it is encrypted or elsewhere.</exception>
    public ChunkMetadata ChunkOf(int rowGroup, SourceColumn column)
    {
        RowGroupMetadata group = Footer.RowGroups[rowGroup];
        ChunkMetadata chunk = group.Chunks[column.LeafIndex];
        if (chunk.Refusal is { } refusal)
        {
            throw new UnsupportedFileException(refusal);
        }

        if (!Footer.PathIs(chunk, column.Name) || chunk.Type != column.Element.Type)
        {
            throw new MalformedFileException("its footer places another column there");
        }

        if (chunk.Values != group.Rows)
        {
            throw new MalformedFileException($"its footer says {chunk.Values} values, and {group.Rows} rows");
        }

        if (!IsInside(chunk) || chunk.UncompressedSize < 0)
        {
            throw new MalformedFileException("its footer places it outside the file");
        }

        if (chunk.CompressedSize > Array.MaxLength / 2)
        {
            throw new UnsupportedFileException($"it has {chunk.CompressedSize} bytes in one row group; the most that is read is {Array.MaxLength / 2}");
        }

        return IsReadable(chunk.Codec)
            ? chunk
            : throw new UnsupportedFileException(chunk.Codec switch
            {
                CompressionCodec.Lz4Hadoop => "it is compressed with LZ4 in Hadoop's framing, whose readers and writers disagree; LZ4_RAW is read",
                CompressionCodec.Lzo => "it is compressed with LZO",
                _ => $"it is compressed with the unknown codec {(int)chunk.Codec}",
            });
    }

    /// <summary>Checks that chunks do not share bytes of the file: a few bytes could stand for any number of row groups.</summary>
    /// <param name="columns">The columns that are read.</param>
    /// <exception cref="MalformedFileException">They must overlap, for together they are larger than the file.</exception>
    public void CheckOverlaps(IReadOnlyList<SourceColumn> columns)
    {
        long left = DataEnd;
        foreach (RowGroupMetadata group in Footer.RowGroups.Where(group => group.Rows > 0))
        {
            // What is outside the file is refused when it is its turn, by its name.
            foreach (ChunkMetadata chunk in columns.Select(column => group.Chunks[column.LeafIndex]).Where(IsInside))
            {
                left -= chunk.CompressedSize;
                if (left < 0)
                {
                    throw new MalformedFileException("its footer gives one part of it to several columns or row groups");
                }
            }
        }
    }

    /// <summary>Says where a chunk is.</summary>
    /// <param name="chunk">A chunk that has been checked.</param>
    /// <returns>Its range.</returns>
    public static ByteRange RangeOf(ChunkMetadata chunk) => new(chunk.Start, chunk.CompressedSize);

    private bool IsInside(ChunkMetadata chunk) => chunk.Start >= 4 && chunk.CompressedSize > 0 && chunk.Start <= DataEnd - chunk.CompressedSize;

    private static bool IsReadable(CompressionCodec codec) =>
        codec is CompressionCodec.None or CompressionCodec.Snappy or CompressionCodec.Gzip or CompressionCodec.Brotli
            or CompressionCodec.Zstd or CompressionCodec.Lz4Raw;

    private void CheckRows()
    {
        long rows = 0;
        foreach (RowGroupMetadata group in Footer.RowGroups)
        {
            if (group.Rows < 0)
            {
                throw new MalformedFileException("its footer has a row group with a negative number of rows");
            }

            if (group.Rows > MaxRowsPerRowGroup)
            {
                throw new UnsupportedFileException($"it has a row group of {group.Rows} rows; the most that is read is {MaxRowsPerRowGroup}");
            }

            if (group.Chunks.Count != Schema.LeafCount)
            {
                throw new MalformedFileException("its footer has a row group with another number of columns than its schema");
            }

            rows += group.Rows;
        }

        if (rows != Footer.Rows)
        {
            throw new MalformedFileException($"its footer says {Footer.Rows} rows, and its row groups have {rows}");
        }
    }
}
