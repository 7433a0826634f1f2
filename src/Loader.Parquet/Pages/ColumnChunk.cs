using System.IO.Hashing;
using Loader.Parquet.Metadata;

namespace Loader.Parquet.Pages;

/// <summary>A column chunk whose page headers have been validated. Nothing is decoded yet.</summary>
public sealed class ColumnChunk
{
    /// <summary>Some writers do not count page headers or dictionaries; beyond this tolerance the footer would not limit memory.</summary>
    private const int SizeTolerance = 1 << 20;

    private ColumnChunk(ReadOnlyMemory<byte> bytes, CompressionCodec codec, int rowCount)
    {
        Bytes = bytes;
        Codec = codec;
        RowCount = rowCount;
    }

    /// <summary>Gets the number of rows.</summary>
    public int RowCount { get; }

    /// <summary>Gets the bytes of the chunk.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Gets the codec of the pages.</summary>
    internal CompressionCodec Codec { get; }

    /// <summary>Gets the dictionary page, or <see langword="null"/> if the chunk has none.</summary>
    internal PageHeader? DictionaryPage { get; private set; }

    /// <summary>Gets the data pages in order; their values add up to <see cref="RowCount"/>.</summary>
    internal List<PageHeader> DataPages { get; } = [];

    /// <summary>Reads and validates all page headers of a chunk.</summary>
    /// <param name="bytes">The bytes of the chunk, which must stay valid as long as the result is used.</param>
    /// <param name="column">The column.</param>
    /// <param name="metadata">The chunk's metadata from the footer.</param>
    /// <param name="rowCount">The number of rows of the row group.</param>
    /// <returns>The chunk.</returns>
    /// <exception cref="MalformedFileException">The pages contradict the footer, the format or themselves, or a checksum does not
    /// match.</exception>
    /// <exception cref="UnsupportedFileException">A page uses an encoding that is not supported, or exceeds a limit.</exception>
    internal static ColumnChunk Open(ReadOnlyMemory<byte> bytes, SchemaElement column, ColumnChunkMetadata metadata, int rowCount)
    {
        var chunk = new ColumnChunk(bytes, metadata.Codec, rowCount);
        var validator = new PageValidator(column, rowCount);
        long values = 0;
        long uncompressed = 0;
        int offset = 0;
        while (offset < bytes.Length)
        {
            PageHeader page = PageHeaderReader.Read(bytes.Span, offset);
            ReadOnlySpan<byte> body = bytes.Span.Slice(page.BodyOffset, page.CompressedSize);
            uncompressed += page.UncompressedSize;
            offset = page.BodyOffset + page.CompressedSize;
            MalformedFileException.ThrowUnless(
                page.Crc is not { } crc || Crc32.HashToUInt32(body) == crc, "The checksum of a page does not match its bytes.");
            switch (page.Type)
            {
                case PageType.Dictionary:
                    MalformedFileException.ThrowUnless(
                        chunk.DictionaryPage is null && chunk.DataPages.Count == 0, "A dictionary page is not the first page.");
                    validator.ValidateDictionary(page);
                    chunk.DictionaryPage = page;
                    break;
                case PageType.Data or PageType.DataV2:
                    MalformedFileException.ThrowUnless(
                        !page.UsesDictionary || chunk.DictionaryPage is not null, "A page refers to a dictionary, but there is none.");
                    validator.ValidateData(page);
                    values += page.ValueCount;
                    chunk.DataPages.Add(page);
                    break;
                default:
                    continue;
            }

            PageSizes.Validate(page, body, metadata.Codec);
        }

        if (values != rowCount)
        {
            throw new MalformedFileException($"The pages hold {values} values, but the row group has {rowCount} rows.");
        }

        MalformedFileException.ThrowUnless(
            uncompressed <= metadata.UncompressedSize + SizeTolerance, "The pages are larger than the footer says.");
        return chunk;
    }
}
