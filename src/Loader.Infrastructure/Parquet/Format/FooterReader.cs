using Loader.Domain;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Reads a footer's Thrift structures (https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift).</summary>
internal static class FooterReader
{
    /// <summary>The most nodes of a schema that are read. A node takes three bytes of a footer at least, and thirty times as many once it is read.</summary>
    private const int MaxSchemaElements = 1 << 20;

    /// <summary>Reads a footer.</summary>
    /// <param name="bytes">Its bytes, without length and magic; kept by the result.</param>
    /// <returns>The footer.</returns>
    /// <exception cref="MalformedFileException">The bytes are no footer.</exception>
    /// <exception cref="UnsupportedFileException">The file is encrypted.</exception>
    public static FileFooter Read(ReadOnlyMemory<byte> bytes)
    {
        List<SchemaElement>? schema = null;
        List<RowGroupMetadata>? rowGroups = null;
        long? rows = null;
        string? createdBy = null;
        var reader = new ThriftReader(bytes.Span);
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 2:
                    int elements = reader.List(type, ThriftType.Struct);
                    RequireAtMost(MaxSchemaElements, elements, "columns and groups of columns");
                    schema = [];
                    for (; elements > 0; elements--)
                    {
                        schema.Add(ReadSchemaElement(ref reader));
                    }

                    break;
                case 3:
                    rows = reader.I64(type);
                    break;
                case 4:
                    int groups = reader.List(type, ThriftType.Struct);
                    RequireAtMost(ObjectVersion.MaxRowGroups, groups, "row groups");
                    rowGroups = [];
                    for (; groups > 0; groups--)
                    {
                        rowGroups.Add(ReadRowGroup(ref reader, bytes));
                    }

                    break;
                case 6:
                    createdBy = reader.Text(type);
                    break;
                case 8 or 9:
                    throw new UnsupportedFileException("it is encrypted");
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (reader.Position != bytes.Length)
        {
            throw new MalformedFileException("its footer is longer than its content");
        }

        return new FileFooter(bytes, Required(schema, "schema"), Required(rows, "num_rows"), Required(rowGroups, "row_groups"), createdBy);
    }

    private static SchemaElement ReadSchemaElement(ref ThriftReader reader)
    {
        PhysicalType? physical = null;
        Repetition? repetition = null;
        int typeLength = 0, children = 0, scale = 0, precision = 0;
        int? converted = null;
        string? name = null;
        Annotation? logical = null;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 1: physical = (PhysicalType)reader.I32(type); break;
                case 2: typeLength = reader.I32(type); break;
                case 3: repetition = (Repetition)reader.I32(type); break;
                case 4: name = reader.Text(type); break;
                case 5: children = reader.I32(type); break;
                case 6: converted = reader.I32(type); break;
                case 7: scale = reader.I32(type); break;
                case 8: precision = reader.I32(type); break;
                case 10: logical = AnnotationReader.ReadLogicalType(ref reader, type); break;
                default: reader.Skip(type); break;
            }
        }

        Annotation annotation = logical is { } known && (known.Kind != AnnotationKind.Unknown || converted is null)
            ? known
            : AnnotationReader.OfConvertedType(converted, precision, scale);
        return new SchemaElement(Required(name, "name"), physical, typeLength, repetition, children, annotation);
    }

    private static RowGroupMetadata ReadRowGroup(ref ThriftReader reader, ReadOnlyMemory<byte> footer)
    {
        List<ChunkMetadata>? chunks = null;
        long? rows = null;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 1:
                    int columns = reader.List(type, ThriftType.Struct);
                    chunks = [];
                    for (; columns > 0; columns--)
                    {
                        chunks.Add(ReadChunk(ref reader, footer));
                    }

                    break;
                case 3: rows = reader.I64(type); break;
                default: reader.Skip(type); break;
            }
        }

        return new RowGroupMetadata(Required(rows, "num_rows"), Required(chunks, "columns"));
    }

    private static ChunkMetadata ReadChunk(ref ThriftReader reader, ReadOnlyMemory<byte> footer)
    {
        string? refusal = null;
        ChunkMetadata? metadata = null;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 1:
                    refusal = reader.Binary(type).Length > 0 ? "its data is in another file" : refusal;
                    break;
                case 3:
                    ThriftReader.Struct(type);
                    metadata = ReadChunkMetadata(ref reader, footer);
                    break;
                case 8 or 9:
                    refusal = "it is encrypted";
                    reader.Skip(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        // An encrypted column's metadata may be left out altogether.
        return metadata is null
            ? new ChunkMetadata { Refusal = refusal ?? throw new MalformedFileException("its footer lacks the meta_data of a column") }
            : refusal is null ? metadata : new ChunkMetadata
            {
                Refusal = refusal,
                Type = metadata.Type,
                Codec = metadata.Codec,
                Values = metadata.Values,
                CompressedSize = metadata.CompressedSize,
                UncompressedSize = metadata.UncompressedSize,
                PathPosition = metadata.PathPosition,
            };
    }

    private static ChunkMetadata ReadChunkMetadata(ref ThriftReader reader, ReadOnlyMemory<byte> footer)
    {
        int? physical = null, codec = null, path = null;
        long? values = null, uncompressed = null, compressed = null, data = null, dictionary = null;
        Bounds bounds = default;
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
                    bounds = ReadStatistics(ref reader, footer);
                    break;
                default: reader.Skip(type); break;
            }
        }

        return new ChunkMetadata
        {
            Type = (PhysicalType)Required(physical, "type"),
            Codec = (CompressionCodec)Required(codec, "codec"),
            Values = Required(values, "num_values"),
            UncompressedSize = Required(uncompressed, "total_uncompressed_size"),
            CompressedSize = Required(compressed, "total_compressed_size"),
            DataOffset = Required(data, "data_page_offset"),
            DictionaryOffset = dictionary,
            PathPosition = Required(path, "path_in_schema"),
            Min = bounds.Min,
            Max = bounds.Max,
        };
    }

    private static Bounds ReadStatistics(ref ThriftReader reader, ReadOnlyMemory<byte> footer)
    {
        ReadOnlyMemory<byte>? max = null, min = null;
        bool exact = true;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 5: max = Slice(ref reader, type, footer); break;
                case 6: min = Slice(ref reader, type, footer); break;
                case 7 or 8: exact &= ThriftReader.Bool(type); break;
                default: reader.Skip(type); break;
            }
        }

        return exact ? new Bounds(min, max) : default;
    }

    private static ReadOnlyMemory<byte> Slice(ref ThriftReader reader, ThriftType type, ReadOnlyMemory<byte> footer)
    {
        int length = reader.Binary(type).Length;
        return footer.Slice(reader.Position - length, length);
    }

    private static void RequireAtMost(int most, int count, string what)
    {
        if (count > most)
        {
            throw new UnsupportedFileException($"it has {count} {what}; the most that is read is {most}");
        }
    }

    private static T Required<T>(T? value, string name)
        where T : class => value ?? throw Lacks(name);

    private static T Required<T>(T? value, string name)
        where T : struct => value ?? throw Lacks(name);

    private static MalformedFileException Lacks(string name) => new($"its footer lacks {name}");

    private readonly record struct Bounds(ReadOnlyMemory<byte>? Min, ReadOnlyMemory<byte>? Max);
}
