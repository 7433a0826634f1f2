using System.Text;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Reads Thrift's compact protocol strictly: never past the end, never deeper than 32, and every known field by its own wire type.</summary>
/// <remarks>
/// The protocol: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md. All bytes are untrusted; whatever is wrong
/// with them ends in <see cref="MalformedFileException"/>. Work is linear in the bytes: a list never claims more elements than bytes are left.
/// </remarks>
internal ref struct ThriftReader(ReadOnlySpan<byte> data)
{
    private const int MaxDepth = 32;

    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;

    /// <summary>Gets the number of bytes read so far.</summary>
    public readonly int Position => _position;

    /// <summary>Moves to the next field of a struct.</summary>
    /// <param name="id">The id of the field before, 0 at first; becomes the field's id.</param>
    /// <param name="type">The field's wire type.</param>
    /// <returns><see langword="false"/> at the end of the struct.</returns>
    public bool NextField(ref int id, out ThriftType type)
    {
        byte header = NextByte();
        type = (ThriftType)(header & 0x0F);
        if (type == ThriftType.Stop)
        {
            return header == 0 ? false : throw Broken("a field without a type");
        }

        int delta = header >> 4;
        id = delta != 0 ? id + delta : I16();
        return true;
    }

    /// <summary>Reads a boolean field, whose value is in its header.</summary>
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
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Broken("a 32-bit number beyond its range");
    }

    public long I64(ThriftType type)
    {
        Expect(type, ThriftType.I64);
        return ZigZag();
    }

    public ReadOnlySpan<byte> Binary(ThriftType type)
    {
        Expect(type, ThriftType.Binary);
        return Take(Varint());
    }

    public string Text(ThriftType type) => Encoding.UTF8.GetString(Binary(type));

    public static void Struct(ThriftType type) => Expect(type, ThriftType.Struct);

    /// <summary>Reads the header of a list.</summary>
    /// <param name="type">The field's wire type.</param>
    /// <param name="element">The wire type that the elements must have.</param>
    /// <returns>The number of elements, never more than bytes are left.</returns>
    public int List(ThriftType type, ThriftType element)
    {
        Expect(type, ThriftType.List);
        int count = ListHeader(out ThriftType found);
        return count == 0 || found == element ? count : throw WrongType($"a list of {element}", found);
    }

    /// <summary>Passes over a field of any type.</summary>
    public void Skip(ThriftType type) => Skip(type, MaxDepth);

    private void Skip(ThriftType type, int depth)
    {
        if (depth == 0)
        {
            throw Broken($"structures nested more than {MaxDepth} deep");
        }

        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.I8:
                NextByte();
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                Varint();
                break;
            case ThriftType.Double:
                Take(8);
                break;
            case ThriftType.Uuid:
                Take(16);
                break;
            case ThriftType.Binary:
                Take(Varint());
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
                throw Broken("an unknown wire type");
        }
    }

    /// <summary>In lists and maps a boolean takes a byte of its own.</summary>
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
        int count = Count(Varint());
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
        return Count(small == 15 ? Varint() : (ulong)small);
    }

    /// <summary>Every element takes a byte at least.</summary>
    private readonly int Count(ulong claimed) =>
        claimed <= (ulong)(_data.Length - _position) ? (int)claimed : throw Broken("a list longer than the bytes that are left");

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_data.Length - _position))
        {
            throw Broken("a text longer than the bytes that are left");
        }

        ReadOnlySpan<byte> taken = _data.Slice(_position, (int)length);
        _position += (int)length;
        return taken;
    }

    private int I16()
    {
        long value = ZigZag();
        return value is >= short.MinValue and <= short.MaxValue ? (int)value : throw Broken("a 16-bit number beyond its range");
    }

    private long ZigZag()
    {
        ulong value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong Varint()
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

        throw Broken("a number of more than ten bytes");
    }

    private byte NextByte() => _position < _data.Length ? _data[_position++] : throw Broken("an end in mid-structure");

    private static void Expect(ThriftType found, ThriftType expected)
    {
        if (found != expected)
        {
            throw WrongType(expected.ToString(), found);
        }
    }

    private static MalformedFileException WrongType(string expected, ThriftType found) => new($"its structure has {found} where {expected} belongs");

    private static MalformedFileException Broken(string what) => new($"its structure has {what}");
}
