using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;
using Loader.Parquet.Storage;

namespace Loader.Parquet.Reading;

/// <summary>The footer and schema of a file, checked against each other and against the size of the file. Immutable.</summary>
public sealed class FileLayout
{
    /// <summary>The maximum number of rows in a row group: more than any known writer's default.</summary>
    private const long MaxRowsPerRowGroup = 1 << 26;

    private FileLayout(FileMetadata metadata, FileSchema schema, long dataEnd)
    {
        Metadata = metadata;
        Schema = schema;
        DataEnd = dataEnd;
    }

    /// <summary>Gets the content of the footer.</summary>
    public FileMetadata Metadata { get; }

    /// <summary>Gets the top-level columns.</summary>
    public FileSchema Schema { get; }

    /// <summary>Gets the offset in the file at which the footer begins and data must end.</summary>
    public long DataEnd { get; }

    /// <summary>Reads and checks the footer of a file.</summary>
    /// <param name="file">The file, already open.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The layout.</returns>
    /// <exception cref="MalformedFileException">The file has no valid footer.</exception>
    /// <exception cref="UnsupportedFileException">The file is encrypted, or exceeds a limit.</exception>
    public static async Task<FileLayout> ReadAsync(RandomAccessFile file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        (ReadOnlyMemory<byte> bytes, long offset) = await FooterBytes.ReadAsync(file, cancellationToken).ConfigureAwait(false);
        FileMetadata metadata = FooterReader.Read(bytes);
        var layout = new FileLayout(metadata, FileSchema.FromElements(metadata.Elements), offset);
        layout.CheckRowGroups();
        return layout;
    }

    /// <summary>Finds the chunk of a column in a row group and checks its metadata.</summary>
    /// <param name="rowGroup">The index of the row group.</param>
    /// <param name="column">The column, which must not be a group of columns.</param>
    /// <returns>The chunk's metadata; its range lies within the file.</returns>
    /// <exception cref="MalformedFileException">The footer contradicts itself.</exception>
    /// <exception cref="UnsupportedFileException">The chunk is encrypted, stored in another file, too large, or compressed with an
    /// unsupported codec.</exception>
    public ColumnChunkMetadata GetChunk(int rowGroup, SchemaColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        RowGroupMetadata group = Metadata.RowGroups[rowGroup];
        ColumnChunkMetadata chunk = group.Chunks[column.LeafIndex];
        if (chunk.UnsupportedReason is { } reason)
        {
            throw new UnsupportedFileException(reason);
        }

        if (!Metadata.HasPath(chunk, column.Name) || chunk.Type != column.Element.Type)
        {
            throw new MalformedFileException("The footer describes another column in its place.");
        }

        if (chunk.ValueCount != group.RowCount)
        {
            throw new MalformedFileException($"The footer claims {chunk.ValueCount} values, but {group.RowCount} rows.");
        }

        if (!IsInFile(chunk) || chunk.UncompressedSize < 0)
        {
            throw new MalformedFileException("The footer places the column chunk outside the file.");
        }

        if (chunk.CompressedSize > Array.MaxLength)
        {
            throw new UnsupportedFileException(
                $"The column chunk has {chunk.CompressedSize} bytes; at most {Array.MaxLength} are supported.");
        }

        return IsSupported(chunk.Codec)
            ? chunk
            : throw new UnsupportedFileException(chunk.Codec switch
            {
                CompressionCodec.Lz4Hadoop =>
                    "The codec LZ4 is not supported, because writers disagree about its framing (Hadoop's, the LZ4 frame format, " +
                    "or none). LZ4_RAW is supported.",
                CompressionCodec.Lzo => "The codec LZO is not supported.",
                _ => $"The codec {(int)chunk.Codec} is unknown.",
            });
    }

    /// <summary>Checks that column chunks do not overlap, so that a few bytes cannot stand for any number of row groups.</summary>
    /// <param name="columns">The columns to read.</param>
    /// <exception cref="MalformedFileException">The chunks are larger than the file together, so that they must overlap.</exception>
    public void CheckOverlaps(IReadOnlyList<SchemaColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        long left = DataEnd;
        foreach (RowGroupMetadata group in Metadata.RowGroups.Where(group => group.RowCount > 0))
        {
            // GetChunk rejects a chunk outside the file, with a message of its own.
            foreach (ColumnChunkMetadata chunk in columns.Select(column => group.Chunks[column.LeafIndex]).Where(IsInFile))
            {
                left -= chunk.CompressedSize;
                if (left < 0)
                {
                    throw new MalformedFileException("The footer assigns the same bytes to several columns or row groups.");
                }
            }
        }
    }

    /// <summary>Fetches the chunks of columns in one row group.</summary>
    /// <param name="file">The file.</param>
    /// <param name="rowGroup">The index of the row group.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The bytes, which the caller disposes.</returns>
    /// <exception cref="MalformedFileException">As <see cref="GetChunk"/>.</exception>
    /// <exception cref="UnsupportedFileException">As <see cref="GetChunk"/>.</exception>
    public Task<RowGroupBytes> FetchAsync(
        RandomAccessFile file, int rowGroup, IReadOnlyList<SchemaColumn> columns, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(columns);
        return RowGroupBytes.ReadAsync(file, [.. columns.Select(column => GetChunk(rowGroup, column).Range)], cancellationToken);
    }

    /// <summary>Reads and validates all page headers of a column chunk.</summary>
    /// <param name="rowGroup">The index of the row group.</param>
    /// <param name="column">The column.</param>
    /// <param name="bytes">The bytes of the row group, which must not be disposed as long as the result is used.</param>
    /// <returns>The chunk, ready to be decoded.</returns>
    /// <exception cref="MalformedFileException">The pages contradict the footer, the format or themselves, or a checksum does not
    /// match.</exception>
    /// <exception cref="UnsupportedFileException">The chunk uses a feature that is not supported.</exception>
    public ColumnChunk OpenChunk(int rowGroup, SchemaColumn column, RowGroupBytes bytes)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(bytes);
        ColumnChunkMetadata metadata = GetChunk(rowGroup, column);
        return ColumnChunk.Open(bytes[metadata.Range], column.Element, metadata, (int)Metadata.RowGroups[rowGroup].RowCount);
    }

    private bool IsInFile(ColumnChunkMetadata chunk) =>
        chunk.Range.Offset >= 4 && chunk.CompressedSize > 0 && chunk.Range.Offset <= DataEnd - chunk.CompressedSize;

    private static bool IsSupported(CompressionCodec codec) =>
        codec is CompressionCodec.None or CompressionCodec.Snappy or CompressionCodec.Gzip or CompressionCodec.Brotli
            or CompressionCodec.Zstd or CompressionCodec.Lz4Raw;

    private void CheckRowGroups()
    {
        long rows = 0;
        foreach (RowGroupMetadata group in Metadata.RowGroups)
        {
            if (group.RowCount < 0)
            {
                throw new MalformedFileException("The footer describes a row group with a negative number of rows.");
            }

            if (group.RowCount > MaxRowsPerRowGroup)
            {
                throw new UnsupportedFileException(
                    $"The file has a row group of {group.RowCount} rows; at most {MaxRowsPerRowGroup} are supported.");
            }

            if (group.Chunks.Count != Schema.LeafCount)
            {
                throw new MalformedFileException("The footer describes a row group whose number of columns differs from the schema.");
            }

            rows += group.RowCount;
        }

        if (rows != Metadata.RowCount)
        {
            throw new MalformedFileException($"The footer claims {Metadata.RowCount} rows, but its row groups have {rows}.");
        }
    }
}
