using System.Text;

namespace Loader.Parquet.Thrift;

/// <summary>The wire types of Thrift's compact protocol, as field and list headers encode them.</summary>
internal enum ThriftType : byte
{
    Stop = 0,
    True = 1,
    False = 2,
    I8 = 3,
    I16 = 4,
    I32 = 5,
    I64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
    Uuid = 13,
}

/// <summary>
/// Reads Thrift's compact protocol strictly: never beyond the end, never deeper than 32 levels, and every known field only with its own
/// wire type.
/// </summary>
/// <remarks>
/// The protocol: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md. All bytes are untrusted; every error is
/// a
/// <see cref="MalformedFileException"/>, and too deep nesting an <see cref="UnsupportedFileException"/>. The work is linear in the number
/// of bytes, because a list never claims more elements than bytes remain.
/// </remarks>
internal ref struct ThriftReader(ReadOnlySpan<byte> data)
{
    private const int MaxDepth = 32;

    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;

    /// <summary>Gets the number of bytes consumed so far.</summary>
    public readonly int Position => _position;

    /// <summary>Reads the header of the next field of a struct.</summary>
    /// <param name="id">The id of the previous field, 0 for the first; receives the id of this field.</param>
    /// <param name="type">The field's wire type.</param>
    /// <returns><see langword="false"/> at the end of the struct.</returns>
    public bool NextField(ref int id, out ThriftType type)
    {
        byte header = NextByte();
        type = (ThriftType)(header & 0x0F);
        if (type == ThriftType.Stop)
        {
            return header == 0 ? false : throw Malformed("a field without a type");
        }

        int delta = header >> 4;
        id = delta != 0 ? id + delta : I16();
        return true;
    }

    /// <summary>Reads a boolean field, whose value is its wire type.</summary>
    public static bool Bool(ThriftType type) =>
        type is ThriftType.True or ThriftType.False ? type == ThriftType.True : throw WrongType("a boolean", type);

    public byte I8(ThriftType type)
    {
        Expect(type, ThriftType.I8);
        return NextByte();
    }

    public int I32(ThriftType type)
    {
        Expect(type, ThriftType.I32);
        long value = ZigZag();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Malformed("a 32-bit integer that is out of range");
    }

    public long I64(ThriftType type)
    {
        Expect(type, ThriftType.I64);
        return ZigZag();
    }

    public ReadOnlySpan<byte> Binary(ThriftType type)
    {
        Expect(type, ThriftType.Binary);
        return Take(ReadVarint());
    }

    public string String(ThriftType type) => Encoding.UTF8.GetString(Binary(type));

    public static void Struct(ThriftType type) => Expect(type, ThriftType.Struct);

    /// <summary>Checks the elements of the list whose header comes next, without reading it.</summary>
    /// <param name="element">The wire type of the elements.</param>
    /// <returns>Whether they have it.</returns>
    public readonly bool IsListOf(ThriftType element) => _position < _data.Length && (_data[_position] & 0x0F) == (int)element;

    /// <summary>Reads the header of a list.</summary>
    /// <param name="type">The field's wire type.</param>
    /// <param name="element">The required wire type of the elements.</param>
    /// <returns>The number of elements, never more than bytes remain.</returns>
    public int List(ThriftType type, ThriftType element)
    {
        Expect(type, ThriftType.List);
        int count = ListHeader(out ThriftType found);
        return count == 0 || found == element ? count : throw WrongType($"a list of {element}", found);
    }

    /// <summary>Skips a field of any type.</summary>
    public void Skip(ThriftType type) => Skip(type, MaxDepth);

    private void Skip(ThriftType type, int depth)
    {
        if (depth == 0)
        {
            throw new UnsupportedFileException(
                $"The Thrift metadata nests structures more than {MaxDepth} levels deep; at most {MaxDepth} are supported.");
        }

        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.I8:
                NextByte();
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                ReadVarint();
                break;
            case ThriftType.Double:
                Take(8);
                break;
            case ThriftType.Uuid:
                Take(16);
                break;
            case ThriftType.Binary:
                Take(ReadVarint());
                break;
            case ThriftType.List or ThriftType.Set:
                for (int left = ListHeader(out ThriftType element); left > 0; left--)
                {
                    SkipElement(element, depth - 1);
                }

                break;
            case ThriftType.Map:
                SkipMap(depth);
                break;
            case ThriftType.Struct:
                int id = 0;
                while (NextField(ref id, out ThriftType field))
                {
                    Skip(field, depth - 1);
                }

                break;
            default:
                throw Malformed("an unknown wire type");
        }
    }

    /// <summary>In lists and maps, a boolean occupies a byte of its own.</summary>
    private void SkipElement(ThriftType type, int depth)
    {
        if (type is ThriftType.True or ThriftType.False)
        {
            NextByte();
        }
        else
        {
            Skip(type, depth);
        }
    }

    private void SkipMap(int depth)
    {
        int count = Count(ReadVarint());
        if (count == 0)
        {
            return;
        }

        byte types = NextByte();
        for (; count > 0; count--)
        {
            SkipElement((ThriftType)(types >> 4), depth - 1);
            SkipElement((ThriftType)(types & 0x0F), depth - 1);
        }
    }

    private int ListHeader(out ThriftType element)
    {
        byte header = NextByte();
        element = (ThriftType)(header & 0x0F);
        int small = header >> 4;
        return Count(small == 15 ? ReadVarint() : (ulong)small);
    }

    /// <summary>Every element occupies at least one byte.</summary>
    private readonly int Count(ulong claimed) =>
        claimed <= (ulong)(_data.Length - _position) ? (int)claimed : throw Malformed("a list that is longer than the remaining bytes");

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_data.Length - _position))
        {
            throw Malformed("a string that is longer than the remaining bytes");
        }

        ReadOnlySpan<byte> taken = _data.Slice(_position, (int)length);
        _position += (int)length;
        return taken;
    }

    private int I16()
    {
        long value = ZigZag();
        return value is >= short.MinValue and <= short.MaxValue ? (int)value : throw Malformed("a 16-bit integer that is out of range");
    }

    private long ZigZag()
    {
        ulong value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte next = NextByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Malformed("an integer of more than ten bytes");
    }

    private byte NextByte() => _position < _data.Length ? _data[_position++] : throw Malformed("an unexpected end");

    private static void Expect(ThriftType found, ThriftType expected)
    {
        if (found != expected)
        {
            throw WrongType(expected.ToString(), found);
        }
    }

    private static MalformedFileException WrongType(string expected, ThriftType found) => Malformed($"{found} instead of {expected}");

    private static MalformedFileException Malformed(string what) => new($"The Thrift metadata contains {what}.");
}
