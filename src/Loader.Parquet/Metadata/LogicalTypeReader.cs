using Loader.Parquet.Thrift;

namespace Loader.Parquet.Metadata;

/// <summary>Reads a <see cref="LogicalType"/> from a logical or a converted type
/// (https://github.com/apache/parquet-format/blob/master/LogicalTypes.md).</summary>
internal static class LogicalTypeReader
{
    /// <summary>Reads the union of logical types.</summary>
    /// <param name="reader">The reader, positioned at the union.</param>
    /// <param name="type">The field's wire type.</param>
    /// <returns>The logical type; <see cref="LogicalTypeKind.Unknown"/> for members that this library does not know.</returns>
    public static LogicalType Read(ref ThriftReader reader, ThriftType type)
    {
        ThriftReader.Struct(type);
        var logicalType = new LogicalType(LogicalTypeKind.Unknown);
        int id = 0;
        while (reader.NextField(ref id, out ThriftType member))
        {
            switch (id)
            {
                case 5: logicalType = ReadDecimal(ref reader, member); break;
                case 8: logicalType = ReadTimestamp(ref reader, member); break;
                case 10: logicalType = ReadInteger(ref reader, member); break;
                default:
                    logicalType = new LogicalType(id switch
                    {
                        1 => LogicalTypeKind.String,
                        2 or 3 => LogicalTypeKind.Nested,
                        4 => LogicalTypeKind.Enum,
                        6 => LogicalTypeKind.Date,
                        7 => LogicalTypeKind.Time,
                        11 => LogicalTypeKind.Null,
                        12 => LogicalTypeKind.Json,
                        13 => LogicalTypeKind.Bson,
                        14 => LogicalTypeKind.Uuid,
                        15 => LogicalTypeKind.Float16,
                        _ => LogicalTypeKind.Unknown,
                    });
                    reader.Skip(member);
                    break;
            }
        }

        return logicalType;
    }

    /// <summary>Translates a converted type. Its timestamps are always in UTC.</summary>
    /// <param name="converted">The converted type's number, or <see langword="null"/>.</param>
    /// <param name="precision">The number of digits of a decimal.</param>
    /// <param name="scale">The number of digits of a decimal after the decimal point.</param>
    /// <returns>The logical type.</returns>
    public static LogicalType FromConvertedType(int? converted, int precision, int scale) => converted switch
    {
        null => new(LogicalTypeKind.None),
        0 => new(LogicalTypeKind.String),
        1 or 2 or 3 => new(LogicalTypeKind.Nested),
        4 => new(LogicalTypeKind.Enum),
        5 => new(LogicalTypeKind.Decimal) { Precision = precision, Scale = scale },
        6 => new(LogicalTypeKind.Date),
        7 or 8 => new(LogicalTypeKind.Time),
        9 => new(LogicalTypeKind.Timestamp) { Unit = TimestampUnit.Milliseconds, IsAdjustedToUtc = true },
        10 => new(LogicalTypeKind.Timestamp) { Unit = TimestampUnit.Microseconds, IsAdjustedToUtc = true },
        >= 11 and <= 14 => new(LogicalTypeKind.Integer) { BitWidth = 8 << (converted.Value - 11) },
        >= 15 and <= 18 => new(LogicalTypeKind.Integer) { BitWidth = 8 << (converted.Value - 15), IsSigned = true },
        19 => new(LogicalTypeKind.Json),
        20 => new(LogicalTypeKind.Bson),
        21 => new(LogicalTypeKind.Interval),
        _ => new(LogicalTypeKind.Unknown),
    };

    private static LogicalType ReadDecimal(ref ThriftReader reader, ThriftType type)
    {
        ThriftReader.Struct(type);
        int scale = 0, precision = 0, id = 0;
        while (reader.NextField(ref id, out ThriftType field))
        {
            switch (id)
            {
                case 1: scale = reader.I32(field); break;
                case 2: precision = reader.I32(field); break;
                default: reader.Skip(field); break;
            }
        }

        return new LogicalType(LogicalTypeKind.Decimal) { Precision = precision, Scale = scale };
    }

    private static LogicalType ReadInteger(ref ThriftReader reader, ThriftType type)
    {
        ThriftReader.Struct(type);
        int width = 0, id = 0;
        bool signed = false;
        while (reader.NextField(ref id, out ThriftType field))
        {
            switch (id)
            {
                case 1: width = reader.I8(field); break;
                case 2: signed = ThriftReader.Bool(field); break;
                default: reader.Skip(field); break;
            }
        }

        LogicalTypeKind kind = width is 8 or 16 or 32 or 64 ? LogicalTypeKind.Integer : LogicalTypeKind.Unknown;
        return new LogicalType(kind) { BitWidth = width, IsSigned = signed };
    }

    private static LogicalType ReadTimestamp(ref ThriftReader reader, ThriftType type)
    {
        ThriftReader.Struct(type);
        TimestampUnit? unit = null;
        bool utc = false;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType field))
        {
            switch (id)
            {
                case 1: utc = ThriftReader.Bool(field); break;
                case 2: unit = ReadUnit(ref reader, field); break;
                default: reader.Skip(field); break;
            }
        }

        return unit is { } known
            ? new LogicalType(LogicalTypeKind.Timestamp) { Unit = known, IsAdjustedToUtc = utc }
            : new LogicalType(LogicalTypeKind.Unknown);
    }

    private static TimestampUnit? ReadUnit(ref ThriftReader reader, ThriftType type)
    {
        ThriftReader.Struct(type);
        TimestampUnit? unit = null;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType member))
        {
            unit = id switch
            {
                1 => TimestampUnit.Milliseconds,
                2 => TimestampUnit.Microseconds,
                3 => TimestampUnit.Nanoseconds,
                _ => null,
            };
            reader.Skip(member);
        }

        return unit;
    }
}
