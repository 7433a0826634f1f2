using System.Runtime.InteropServices;
using ParquetSharp;
using ParquetSharp.Schema;

namespace Loader.Tests.Parquet;

/// <summary>One column of a file that Arrow C++ writes, by physical type: values with null for a missing one.</summary>
internal abstract record ArrowColumn(string Name, PhysicalType Type, LogicalType Logical, bool IsRequired, int TypeLength)
{
    public Encoding? Encoding { get; init; }

    public Node Node() => new PrimitiveNode(Name, IsRequired ? Repetition.Required : Repetition.Optional, Logical, Type, TypeLength);

    public abstract void Write(ColumnWriter writer, int first, int count);

    public static ArrowColumn Of<T>(string name, PhysicalType type, LogicalType logical, IReadOnlyList<T?> values, bool isRequired, int typeLength = -1)
        where T : unmanaged => new Fixed<T>(name, type, logical, values, isRequired, typeLength);

    public static ArrowColumn OfBytes(string name, PhysicalType type, LogicalType logical, IReadOnlyList<byte[]?> values, bool isRequired, int typeLength = -1) =>
        new Bytes(name, type, logical, values, isRequired, typeLength);

    public static ArrowColumn OfText(string name, IReadOnlyList<string?> values, bool isRequired, LogicalType? logical = null) =>
        new Bytes(name, PhysicalType.ByteArray, logical ?? LogicalType.String(), [.. values.Select(v => v is null ? null : System.Text.Encoding.UTF8.GetBytes(v))], isRequired, -1);

    private sealed record Fixed<T>(string Name, PhysicalType Type, LogicalType Logical, IReadOnlyList<T?> Values, bool IsRequired, int TypeLength)
        : ArrowColumn(Name, Type, Logical, IsRequired, TypeLength)
        where T : unmanaged
    {
        public override void Write(ColumnWriter writer, int first, int count)
        {
            T?[] rows = [.. Values.Skip(first).Take(count)];
            T[] packed = [.. rows.Where(v => v is not null).Select(v => v!.Value)];
            var typed = (ColumnWriter<T>)writer;
            if (IsRequired)
            {
                typed.WriteBatch(packed);
            }
            else
            {
                typed.WriteBatch(count, [.. rows.Select(v => (short)(v is null ? 0 : 1))], [], packed);
            }
        }
    }

    private sealed record Bytes(string Name, PhysicalType Type, LogicalType Logical, IReadOnlyList<byte[]?> Values, bool IsRequired, int TypeLength)
        : ArrowColumn(Name, Type, Logical, IsRequired, TypeLength)
    {
        public override void Write(ColumnWriter writer, int first, int count)
        {
            byte[]?[] rows = [.. Values.Skip(first).Take(count)];
            byte[][] packed = [.. rows.Where(v => v is not null).Select(v => v!)];
            byte[] all = [.. packed.SelectMany(v => v), 0];
            short[] levels = IsRequired ? [] : [.. rows.Select(v => (short)(v is null ? 0 : 1))];
            var pin = GCHandle.Alloc(all, GCHandleType.Pinned);
            try
            {
                nint next = pin.AddrOfPinnedObject();
                if (Type == PhysicalType.ByteArray)
                {
                    Put((ColumnWriter<ByteArray>)writer, [.. packed.Select(v => new ByteArray(Take(v.Length), v.Length))], levels, count);
                }
                else
                {
                    Put((ColumnWriter<FixedLenByteArray>)writer, [.. packed.Select(v => new FixedLenByteArray(Take(v.Length)))], levels, count);
                }

                nint Take(int length)
                {
                    nint taken = next;
                    next += length;
                    return taken;
                }
            }
            finally
            {
                pin.Free();
            }
        }

        private void Put<T>(ColumnWriter<T> writer, T[] values, short[] levels, int count)
            where T : unmanaged
        {
            if (IsRequired)
            {
                writer.WriteBatch(values);
            }
            else
            {
                writer.WriteBatch(count, levels, [], values);
            }
        }
    }
}
