using Loader.Domain;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Makes an <see cref="Annotation"/> of a logical type or of the older converted type
/// (https://github.com/apache/parquet-format/blob/master/LogicalTypes.md).</summary>
internal static class AnnotationReader
{
    /// <summary>Reads the union of logical types.</summary>
    /// <param name="reader">The reader, at the union.</param>
    /// <param name="type">The field's wire type.</param>
    /// <returns>The annotation; of kind <see cref="AnnotationKind.Unknown"/> for members that are not known here.</returns>
    public static Annotation ReadLogicalType(ref ThriftReader reader, ThriftType type)
    {
        ThriftReader.Struct(type);
        var annotation = new Annotation(AnnotationKind.Unknown);
        int id = 0;
        while (reader.NextField(ref id, out ThriftType member))
        {
            switch (id)
            {
                case 5: annotation = ReadDecimal(ref reader, member); break;
                case 8: annotation = ReadTimestamp(ref reader, member); break;
                case 10: annotation = ReadInteger(ref reader, member); break;
                default:
                    annotation = new Annotation(id switch
                    {
                        1 => AnnotationKind.String,
                        2 or 3 => AnnotationKind.Nested,
                        4 => AnnotationKind.Enum,
                        6 => AnnotationKind.Date,
                        7 => AnnotationKind.Time,
                        12 => AnnotationKind.Json,
                        13 => AnnotationKind.Bson,
                        14 => AnnotationKind.Uuid,
                        15 => AnnotationKind.Float16,
                        _ => AnnotationKind.Unknown,
                    });
                    reader.Skip(member);
                    break;
            }
        }

        return annotation;
    }

    /// <summary>Translates a converted type; timestamps of this kind count in UTC.</summary>
    public static Annotation OfConvertedType(int? converted, int precision, int scale) => converted switch
    {
        null => new(AnnotationKind.None),
        0 => new(AnnotationKind.String),
        1 or 2 or 3 => new(AnnotationKind.Nested),
        4 => new(AnnotationKind.Enum),
        5 => new(AnnotationKind.Decimal) { Precision = precision, Scale = scale },
        6 => new(AnnotationKind.Date),
        7 or 8 => new(AnnotationKind.Time),
        9 => new(AnnotationKind.Timestamp) { Unit = TimeUnit.Milliseconds, IsUtc = true },
        10 => new(AnnotationKind.Timestamp) { Unit = TimeUnit.Microseconds, IsUtc = true },
        >= 11 and <= 14 => new(AnnotationKind.Integer) { BitWidth = 8 << (converted.Value - 11) },
        >= 15 and <= 18 => new(AnnotationKind.Integer) { BitWidth = 8 << (converted.Value - 15), IsSigned = true },
        19 => new(AnnotationKind.Json),
        20 => new(AnnotationKind.Bson),
        21 => new(AnnotationKind.Interval),
        _ => new(AnnotationKind.Unknown),
    };

    private static Annotation ReadDecimal(ref ThriftReader reader, ThriftType type)
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

        return new Annotation(AnnotationKind.Decimal) { Precision = precision, Scale = scale };
    }

    private static Annotation ReadInteger(ref ThriftReader reader, ThriftType type)
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

        return new Annotation(width is 8 or 16 or 32 or 64 ? AnnotationKind.Integer : AnnotationKind.Unknown) { BitWidth = width, IsSigned = signed };
    }

    private static Annotation ReadTimestamp(ref ThriftReader reader, ThriftType type)
    {
        ThriftReader.Struct(type);
        TimeUnit? unit = null;
        bool utc = false;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType field))
        {
            switch (id)
            {
                case 1: utc = ThriftReader.Bool(field); break;
                case 2: unit = ReadTimeUnit(ref reader, field); break;
                default: reader.Skip(field); break;
            }
        }

        return unit is { } known
            ? new Annotation(AnnotationKind.Timestamp) { Unit = known, IsUtc = utc }
            : new Annotation(AnnotationKind.Unknown);
    }

    private static TimeUnit? ReadTimeUnit(ref ThriftReader reader, ThriftType type)
    {
        ThriftReader.Struct(type);
        TimeUnit? unit = null;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType member))
        {
            unit = id switch
            {
                1 => TimeUnit.Milliseconds,
                2 => TimeUnit.Microseconds,
                3 => TimeUnit.Nanoseconds,
                _ => null,
            };
            reader.Skip(member);
        }

        return unit;
    }
}
