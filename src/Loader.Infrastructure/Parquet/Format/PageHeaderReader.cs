namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Reads page headers.</summary>
internal static class PageHeaderReader
{
    /// <summary>Reads the header that begins at an offset.</summary>
    /// <param name="chunk">The whole chunk.</param>
    /// <param name="offset">Where the header begins.</param>
    /// <returns>The header, with <see cref="PageHeader.BodyOffset"/> set. Its body is known to lie inside the chunk.</returns>
    /// <exception cref="MalformedFileException">There is no header, or its body would reach beyond the chunk.</exception>
    public static PageHeader Read(ReadOnlySpan<byte> chunk, int offset)
    {
        var reader = new ThriftReader(chunk[offset..]);
        int? kind = null, uncompressed = null, compressed = null;
        uint? crc = null;
        PageHeader? details = null;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 1: kind = reader.I32(type); break;
                case 2: uncompressed = reader.I32(type); break;
                case 3: compressed = reader.I32(type); break;
                case 4: crc = unchecked((uint)reader.I32(type)); break;
                case 5 when details is null: details = ReadData(ref reader, type); break;
                case 7 when details is null: details = ReadDictionary(ref reader, type); break;
                case 8 when details is null: details = ReadDataV2(ref reader, type); break;
                case 6: reader.Skip(type); break;
                default: throw new MalformedFileException($"a page header has the unknown field {id}");
            }
        }

        int body = offset + reader.Position;
        if (kind is null || uncompressed is null or < 0 || compressed is null or < 0)
        {
            throw new MalformedFileException("a page header lacks its kind or its sizes");
        }

        if (compressed > chunk.Length - body)
        {
            throw new MalformedFileException("a page reaches beyond its column chunk");
        }

        if (kind == (int)PageKind.Index)
        {
            details = new PageHeader { Kind = PageKind.Index };
        }

        if (details is not { } header || (int)header.Kind != kind)
        {
            throw new MalformedFileException("a page header has the details of another kind of page");
        }

        return header with
        {
            UncompressedSize = uncompressed.Value,
            CompressedSize = compressed.Value,
            Crc = crc,
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
            Kind = PageKind.Data,
            Values = Count(values),
            Encoding = Encoding(encoding),
            DefinitionEncoding = Encoding(definition),
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

        return new PageHeader { Kind = PageKind.Dictionary, Values = Count(values), Encoding = Encoding(encoding), IsCompressed = true };
    }

    private static PageHeader ReadDataV2(ref ThriftReader reader, ThriftType type)
    {
        ThriftReader.Struct(type);
        int? values = null, nulls = null, rows = null, encoding = null, definitionBytes = null, repetitionBytes = null;
        bool compressed = true;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType field))
        {
            switch (id)
            {
                case 1: values = reader.I32(field); break;
                case 2: nulls = reader.I32(field); break;
                case 3: rows = reader.I32(field); break;
                case 4: encoding = reader.I32(field); break;
                case 5: definitionBytes = reader.I32(field); break;
                case 6: repetitionBytes = reader.I32(field); break;
                case 7: compressed = ThriftReader.Bool(field); break;
                default: reader.Skip(field); break;
            }
        }

        return new PageHeader
        {
            Kind = PageKind.DataV2,
            Values = Count(values),
            Nulls = Count(nulls),
            Rows = Count(rows),
            Encoding = Encoding(encoding),
            DefinitionEncoding = PageEncoding.Rle,
            DefinitionBytes = Count(definitionBytes),
            RepetitionBytes = Count(repetitionBytes),
            IsCompressed = compressed,
        };
    }

    private static int Count(int? value) => value is >= 0 ? value.Value : throw new MalformedFileException("a page header has a count that is missing or negative");

    private static PageEncoding Encoding(int? value) =>
        value is { } number ? (PageEncoding)number : throw new MalformedFileException("a page header lacks its encoding");
}
