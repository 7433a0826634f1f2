using Loader.Parquet.Thrift;

namespace Loader.Parquet.Metadata;

/// <summary>Reads page headers.</summary>
internal static class PageHeaderReader
{
    /// <summary>Reads the page header at an offset.</summary>
    /// <param name="chunk">The whole chunk.</param>
    /// <param name="offset">The offset of the header's first byte.</param>
    /// <returns>The header; its body lies within the chunk.</returns>
    /// <exception cref="MalformedFileException">The bytes are not a valid header, or the body would extend beyond the chunk.</exception>
    public static PageHeader Read(ReadOnlySpan<byte> chunk, int offset)
    {
        var reader = new ThriftReader(chunk[offset..]);
        int? pageType = null, uncompressed = null, compressed = null;
        uint? crc = null;
        PageHeader? details = null;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 1: pageType = reader.I32(type); break;
                case 2: uncompressed = reader.I32(type); break;
                case 3: compressed = reader.I32(type); break;
                case 4: crc = unchecked((uint)reader.I32(type)); break;
                case 5 or 7 or 8 when details is not null: throw new MalformedFileException("A page header describes several pages.");
                case 5: details = ReadData(ref reader, type); break;
                case 7: details = ReadDictionary(ref reader, type); break;
                case 8: details = ReadDataV2(ref reader, type); break;
                default: reader.Skip(type); break;
            }
        }

        int body = offset + reader.Position;
        if (pageType is null || uncompressed is null or < 0 || compressed is null or < 0)
        {
            throw new MalformedFileException("A page header lacks its type or its sizes.");
        }

        if (compressed > chunk.Length - body)
        {
            throw new MalformedFileException("A page extends beyond its column chunk.");
        }

        // Pages of other types hold no values: the index page, and types that are newer than this library.
        if (pageType is not ((int)PageType.Data or (int)PageType.Dictionary or (int)PageType.DataV2))
        {
            details = new PageHeader { Type = (PageType)pageType };
        }

        if (details is not { } header || (int)header.Type != pageType)
        {
            throw new MalformedFileException("A page header contradicts its page type.");
        }

        return header with
        {
            UncompressedSize = uncompressed.Value,
            CompressedSize = compressed.Value,

            // Parquet.jl writes 0 instead of leaving the checksum out.
            Crc = crc is 0 ? null : crc,
            BodyOffset = body,
        };
    }

    private static PageHeader ReadData(ref ThriftReader reader, ThriftType type)
    {
        ThriftReader.Struct(type);
        int? values = null, encoding = null, definition = null;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType field))
        {
            switch (id)
            {
                case 1: values = reader.I32(field); break;
                case 2: encoding = reader.I32(field); break;
                case 3: definition = reader.I32(field); break;
                default: reader.Skip(field); break;
            }
        }

        return new PageHeader
        {
            Type = PageType.Data,
            ValueCount = Count(values),
            Encoding = Encoding(encoding),
            DefinitionLevelEncoding = Encoding(definition),
            IsCompressed = true,
        };
    }

    private static PageHeader ReadDictionary(ref ThriftReader reader, ThriftType type)
    {
        ThriftReader.Struct(type);
        int? values = null, encoding = null;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType field))
        {
            switch (id)
            {
                case 1: values = reader.I32(field); break;
                case 2: encoding = reader.I32(field); break;
                default: reader.Skip(field); break;
            }
        }

        return new PageHeader
        {
            Type = PageType.Dictionary,
            ValueCount = Count(values),
            Encoding = Encoding(encoding),
            IsCompressed = true,
        };
    }

    private static PageHeader ReadDataV2(ref ThriftReader reader, ThriftType type)
    {
        ThriftReader.Struct(type);
        int? values = null, encoding = null, definitionSize = null, repetitionSize = null;
        bool compressed = true;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType field))
        {
            switch (id)
            {
                case 1: values = reader.I32(field); break;
                case 4: encoding = reader.I32(field); break;
                case 5: definitionSize = reader.I32(field); break;
                case 6: repetitionSize = reader.I32(field); break;
                case 7: compressed = ThriftReader.Bool(field); break;

                // Also the numbers of nulls and rows, which writers get wrong: parquet-java wrote -1 nulls, Arrow before 12 none, and a
                // Go writer 0 rows. The levels and the number of values say the same.
                default: reader.Skip(field); break;
            }
        }

        return new PageHeader
        {
            Type = PageType.DataV2,
            ValueCount = Count(values),
            Encoding = Encoding(encoding),
            DefinitionLevelEncoding = PageEncoding.Rle,
            DefinitionLevelSize = Count(definitionSize),
            RepetitionLevelSize = Count(repetitionSize),
            IsCompressed = compressed,
        };
    }

    private static int Count(int? value) =>
        value is >= 0 ? value.Value : throw new MalformedFileException("A page header has a missing or negative count.");

    private static PageEncoding Encoding(int? value) =>
        value is { } number ? (PageEncoding)number : throw new MalformedFileException("A page header lacks its encoding.");
}
