using Loader.Parquet.Thrift;

namespace Loader.Parquet.Metadata;

/// <summary>Reads the part of a footer that describes a column chunk.</summary>
internal static class ColumnChunkMetadataReader
{
    /// <summary>Reads a column chunk.</summary>
    /// <param name="reader">The reader, positioned at the structure.</param>
    /// <param name="footer">The footer's bytes, which the statistics refer to.</param>
    /// <returns>The chunk.</returns>
    public static ColumnChunkMetadata Read(ref ThriftReader reader, ReadOnlyMemory<byte> footer)
    {
        string? unsupported = null;
        ColumnChunkMetadata? metadata = null;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 1:
                    unsupported = reader.Binary(type).Length > 0 ? "The column chunk is stored in another file." : unsupported;
                    break;
                case 3:
                    ThriftReader.Struct(type);
                    metadata = ReadMetadata(ref reader, footer);
                    break;
                case 8 or 9:
                    unsupported = "The column is encrypted.";
                    reader.Skip(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        // The footer may omit the metadata of an encrypted column. Offsets and statistics of an unsupported chunk do not refer to this
        // file.
        if (metadata is null)
        {
            return unsupported is null
                ? throw new MalformedFileException("The footer lacks the meta_data of a column.")
                : new ColumnChunkMetadata { UnsupportedReason = unsupported };
        }

        return unsupported is null
            ? metadata
            : metadata with
            {
                UnsupportedReason = unsupported,
                DataOffset = 0,
                DictionaryOffset = null,
                Min = null,
                Max = null,
                NullCount = null,
            };
    }

    private static ColumnChunkMetadata ReadMetadata(ref ThriftReader reader, ReadOnlyMemory<byte> footer)
    {
        int? physical = null, codec = null, path = null;
        long? values = null, uncompressed = null, compressed = null, data = null, dictionary = null;
        Statistics statistics = default;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 1: physical = reader.I32(type); break;
                case 3:
                    path = reader.Position;
                    reader.Skip(type);
                    break;
                case 4: codec = reader.I32(type); break;
                case 5: values = reader.I64(type); break;
                case 6: uncompressed = reader.I64(type); break;
                case 7: compressed = reader.I64(type); break;
                case 9: data = reader.I64(type); break;
                case 11: dictionary = reader.I64(type); break;
                case 12:
                    ThriftReader.Struct(type);
                    statistics = ReadStatistics(ref reader, footer);
                    break;
                default: reader.Skip(type); break;
            }
        }

        return new ColumnChunkMetadata
        {
            Type = (PhysicalType)FooterReader.Required(physical, "type"),
            Codec = (CompressionCodec)FooterReader.Required(codec, "codec"),
            ValueCount = FooterReader.Required(values, "num_values"),
            UncompressedSize = FooterReader.Required(uncompressed, "total_uncompressed_size"),
            CompressedSize = FooterReader.Required(compressed, "total_compressed_size"),
            DataOffset = FooterReader.Required(data, "data_page_offset"),
            DictionaryOffset = dictionary,
            PathPosition = FooterReader.Required(path, "path_in_schema"),
            Min = statistics.Min,
            Max = statistics.Max,
            NullCount = statistics.NullCount,
        };
    }

    private static Statistics ReadStatistics(ref ThriftReader reader, ReadOnlyMemory<byte> footer)
    {
        ReadOnlyMemory<byte>? max = null, min = null;
        long? nulls = null;
        bool isExact = true;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 3: nulls = reader.I64(type); break;
                case 5: max = Slice(ref reader, type, footer); break;
                case 6: min = Slice(ref reader, type, footer); break;
                case 7 or 8: isExact &= ThriftReader.Bool(type); break;
                default: reader.Skip(type); break;
            }
        }

        return isExact ? new Statistics(min, max, nulls) : new Statistics(Min: null, Max: null, nulls);
    }

    private static ReadOnlyMemory<byte> Slice(ref ThriftReader reader, ThriftType type, ReadOnlyMemory<byte> footer)
    {
        int length = reader.Binary(type).Length;
        return footer.Slice(reader.Position - length, length);
    }

    private readonly record struct Statistics(ReadOnlyMemory<byte>? Min, ReadOnlyMemory<byte>? Max, long? NullCount);
}
