using Loader.Parquet.Thrift;

namespace Loader.Parquet.Metadata;

/// <summary>
/// Reads a footer's Thrift structures (https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift).
/// </summary>
internal static class FooterReader
{
    /// <summary>The maximum number of row groups.</summary>
    public const int MaxRowGroups = 1 << 21;

    /// <summary>
    /// The maximum number of schema nodes. A node takes at least three bytes of a footer, and thirty times as many in memory.
    /// </summary>
    private const int MaxSchemaElements = 1 << 20;

    /// <summary>Reads a footer.</summary>
    /// <param name="bytes">The footer's bytes, without its length and the magic number. The result refers to them.</param>
    /// <returns>The footer.</returns>
    /// <exception cref="MalformedFileException">The bytes are not a valid footer.</exception>
    /// <exception cref="UnsupportedFileException">The file is encrypted, or exceeds a limit.</exception>
    public static FileMetadata Read(ReadOnlyMemory<byte> bytes)
    {
        List<SchemaElement>? elements = null;
        List<RowGroupMetadata>? rowGroups = null;
        long? rowCount = null;
        string? createdBy = null;
        int keyValues = 0;
        var reader = new ThriftReader(bytes.Span);
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 2:
                    int nodes = reader.List(type, ThriftType.Struct);
                    RequireAtMost(MaxSchemaElements, nodes, "columns and groups of columns");
                    elements = [];
                    for (; nodes > 0; nodes--)
                    {
                        elements.Add(ReadSchemaElement(ref reader));
                    }

                    break;
                case 3:
                    rowCount = reader.I64(type);
                    break;
                case 4:
                    int groups = reader.List(type, ThriftType.Struct);
                    RequireAtMost(MaxRowGroups, groups, "row groups");
                    rowGroups = [];
                    for (; groups > 0; groups--)
                    {
                        rowGroups.Add(ReadRowGroup(ref reader, bytes));
                    }

                    break;
                case 5:
                    keyValues = type == ThriftType.List && reader.IsListOf(ThriftType.Struct) ? reader.Position : 0;
                    reader.Skip(type);
                    break;
                case 6:
                    createdBy = reader.String(type);
                    break;
                case 8 or 9:
                    throw new UnsupportedFileException("The file is encrypted.");
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (reader.Position != bytes.Length)
        {
            throw new MalformedFileException("The footer is longer than its content.");
        }

        return new FileMetadata(Required(elements, "schema"), Required(rowCount, "num_rows"), Required(rowGroups, "row_groups"), createdBy)
        {
            Bytes = bytes,
            KeyValuesPosition = keyValues,
        };
    }

    /// <summary>Returns the value of a field that every footer must have.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="value">The value, or <see langword="null"/> if the footer lacks the field.</param>
    /// <param name="name">The field's name in parquet.thrift.</param>
    /// <returns>The value.</returns>
    public static T Required<T>(T? value, string name)
        where T : struct => value ?? throw Missing(name);

    private static T Required<T>(T? value, string name)
        where T : class => value ?? throw Missing(name);

    private static SchemaElement ReadSchemaElement(ref ThriftReader reader)
    {
        PhysicalType? physical = null;
        Repetition? repetition = null;
        int typeLength = 0, childCount = 0, scale = 0, precision = 0;
        int? converted = null;
        string? name = null;
        LogicalType? logical = null;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 1: physical = (PhysicalType)reader.I32(type); break;
                case 2: typeLength = reader.I32(type); break;
                case 3: repetition = (Repetition)reader.I32(type); break;
                case 4: name = reader.String(type); break;
                case 5: childCount = reader.I32(type); break;
                case 6: converted = reader.I32(type); break;
                case 7: scale = reader.I32(type); break;
                case 8: precision = reader.I32(type); break;
                case 10: logical = LogicalTypeReader.Read(ref reader, type); break;
                default: reader.Skip(type); break;
            }
        }

        LogicalType logicalType = logical is { } known && (known.Kind != LogicalTypeKind.Unknown || converted is null)
            ? known
            : LogicalTypeReader.FromConvertedType(converted, precision, scale);

        // Some writers give the root a physical type. A node with children is a group, whatever else it has.
        return new SchemaElement(
            Required(name, "name"), childCount > 0 ? null : physical, typeLength, repetition, childCount, logicalType);
    }

    private static RowGroupMetadata ReadRowGroup(ref ThriftReader reader, ReadOnlyMemory<byte> footer)
    {
        List<ColumnChunkMetadata>? chunks = null;
        long? rowCount = null;
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
                        chunks.Add(ColumnChunkMetadataReader.Read(ref reader, footer));
                    }

                    break;
                case 3: rowCount = reader.I64(type); break;
                default: reader.Skip(type); break;
            }
        }

        return new RowGroupMetadata(Required(rowCount, "num_rows"), Required(chunks, "columns"));
    }

    private static void RequireAtMost(int max, int count, string what)
    {
        if (count > max)
        {
            throw new UnsupportedFileException($"The file has {count} {what}; at most {max} are supported.");
        }
    }

    private static MalformedFileException Missing(string name) => new($"The footer lacks {name}.");
}
