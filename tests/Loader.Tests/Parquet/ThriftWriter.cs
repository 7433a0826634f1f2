using System.Buffers;
using Loader.Parquet.Thrift;

namespace Loader.Tests.Parquet;

/// <summary>Writes the parts of Thrift's compact protocol that footers and page headers need.</summary>
internal sealed class ThriftWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(256);
    private readonly Stack<int> _outerIds = new();
    private int _id;

    /// <summary>Gets what has been written; valid until the next write.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    /// <summary>Gets the number of bytes written.</summary>
    public int Length => _bytes.WrittenCount;

    public void Clear()
    {
        _bytes.ResetWrittenCount();
        _outerIds.Clear();
        _id = 0;
    }

    public void I32(int id, int value)
    {
        Field(id, ThriftType.I32);
        ZigZag(value);
    }

    public void I64(int id, long value)
    {
        Field(id, ThriftType.I64);
        ZigZag(value);
    }

    public void Bool(int id, bool value) => Field(id, value ? ThriftType.True : ThriftType.False);

    public void Binary(int id, ReadOnlySpan<byte> value)
    {
        Field(id, ThriftType.Binary);
        BinaryElement(value);
    }

    /// <summary>Begins a list of fewer than 15 elements, which follow.</summary>
    public void List(int id, ThriftType element, int count)
    {
        Field(id, ThriftType.List);
        Byte((byte)((count << 4) | (int)element));
    }

    public void BinaryElement(ReadOnlySpan<byte> value)
    {
        Varint((ulong)value.Length);
        _bytes.Write(value);
    }

    public void I32Element(int value) => ZigZag(value);

    public void BeginStruct(int id)
    {
        Field(id, ThriftType.Struct);
        BeginElement();
    }

    /// <summary>Begins a struct that is an element of a list.</summary>
    public void BeginElement()
    {
        _outerIds.Push(_id);
        _id = 0;
    }

    public void EndStruct()
    {
        Byte((byte)ThriftType.Stop);
        _id = _outerIds.Pop();
    }

    /// <summary>Ends the outermost struct.</summary>
    public void End()
    {
        Byte((byte)ThriftType.Stop);
        _id = 0;
    }

    public void Raw(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    private void Field(int id, ThriftType type)
    {
        Byte((byte)(((id - _id) << 4) | (int)type));
        _id = id;
    }

    private void ZigZag(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Byte((byte)(value | 0x80));
        }

        Byte((byte)value);
    }

    private void Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }
}
