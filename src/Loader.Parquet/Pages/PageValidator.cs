using System.Globalization;
using Loader.Parquet.Metadata;

namespace Loader.Parquet.Pages;

/// <summary>Validates the page headers of one column chunk before memory is reserved for its values.</summary>
/// <param name="column">The column.</param>
/// <param name="rowCount">The number of rows of the row group.</param>
internal sealed class PageValidator(SchemaElement column, int rowCount)
{
    /// <summary>
    /// The number of entries that a dictionary may have even if the row group has fewer rows: writers of categories keep unused ones, but
    /// the memory for an
    /// entry may exceed its bytes.
    /// </summary>
    private const int MaxSpareEntries = 1 << 20;

    private readonly bool _isOptional = column.Repetition == Repetition.Optional;

    /// <summary>The width of a value in bytes; 0 if values have different widths, or less than a byte.</summary>
    private readonly int _width = column.Type switch
    {
        PhysicalType.Int32 or PhysicalType.Float => 4,
        PhysicalType.Int64 or PhysicalType.Double => 8,
        PhysicalType.Int96 => 12,
        PhysicalType.FixedLenByteArray => column.TypeLength,
        _ => 0,
    };

    /// <summary>Validates the header of a dictionary page.</summary>
    /// <param name="page">The header.</param>
    public void ValidateDictionary(in PageHeader page)
    {
        MalformedFileException.ThrowUnless(
            page.Encoding is PageEncoding.Plain or PageEncoding.PlainDictionary, "The dictionary has an unknown encoding.");
        MalformedFileException.ThrowUnless(
            (long)page.ValueCount * (_width > 0 ? _width : sizeof(int)) <= page.UncompressedSize,
            "The dictionary claims a number of entries that its bytes cannot hold.");
        if (page.ValueCount > Math.Max(rowCount, MaxSpareEntries))
        {
            throw new UnsupportedFileException(
                $"The dictionary has {page.ValueCount} entries, but the row group has {rowCount} rows; at most "
                + $"{MaxSpareEntries} entries that no row uses are supported.");
        }
    }

    /// <summary>Validates the header of a data page.</summary>
    /// <param name="page">The header.</param>
    public void ValidateData(in PageHeader page)
    {
        if (!IsSupported(page.Encoding))
        {
            throw new UnsupportedFileException($"The encoding {Describe(page.Encoding)} is not supported for {column.Describe()}.");
        }

        if (page.Type == PageType.DataV2)
        {
            // Some writers store levels that a flat column does not need. They say nothing, so they are skipped.
            MalformedFileException.ThrowUnless(
                (long)page.RepetitionLevelSize + page.DefinitionLevelSize <= Math.Min(page.CompressedSize, page.UncompressedSize),
                "The levels of a page are larger than the page.");
        }
        else if (_isOptional && page.DefinitionLevelEncoding != PageEncoding.Rle)
        {
            throw new UnsupportedFileException(
                $"The encoding {Describe(page.DefinitionLevelEncoding)} is not supported for definition levels.");
        }

        ValidatePlainSize(page);
    }

    /// <summary>
    /// A PLAIN value occupies its width, or the four bytes of its length, which limits the number of values in a page. How many values of
    /// an optional column are null is known only from the levels: writers disagree about the number in the header.
    /// </summary>
    private void ValidatePlainSize(in PageHeader page)
    {
        if (!_isOptional && page.Encoding is PageEncoding.Plain or PageEncoding.ByteStreamSplit)
        {
            MalformedFileException.ThrowUnless(
                (long)page.ValueCount * (_width > 0 ? _width : sizeof(int)) <= page.UncompressedSize - page.LevelSize,
                "A page holds fewer values than it claims.");
        }
    }

    private bool IsSupported(PageEncoding encoding) => encoding switch
    {
        PageEncoding.Plain or PageEncoding.PlainDictionary or PageEncoding.RleDictionary => true,
        PageEncoding.DeltaBinaryPacked => column.Type is PhysicalType.Int32 or PhysicalType.Int64,
        PageEncoding.DeltaLengthByteArray => column.Type is PhysicalType.ByteArray,
        PageEncoding.DeltaByteArray => column.Type is PhysicalType.ByteArray or PhysicalType.FixedLenByteArray,
        PageEncoding.ByteStreamSplit => column.Type is PhysicalType.Int32 or PhysicalType.Int64 or PhysicalType.Float or PhysicalType.Double
            or PhysicalType.FixedLenByteArray,
        _ => false,
    };

    private static string Describe(PageEncoding encoding) =>
        Enum.IsDefined(encoding) ? encoding.ToString() : ((int)encoding).ToString(CultureInfo.InvariantCulture);
}
