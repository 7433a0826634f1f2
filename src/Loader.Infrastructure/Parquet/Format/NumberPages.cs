using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Decodes the pages of a column whose physical type has a fixed width.</summary>
/// <typeparam name="T">
/// The type that holds the physical type's bits: <see cref="int"/>, <see cref="long"/>, <see cref="float"/>, <see cref="double"/> or <see cref="Int96"/>.
/// </typeparam>
/// <param name="column">The column.</param>
/// <param name="buffers">The room of the file.</param>
internal sealed class NumberPages<T>(SchemaElement column, PageBuffers buffers)
    where T : unmanaged
{
    private readonly PageBody _dictionary = new(buffers, buffers.Dictionary);
    private readonly PageReader _page = new(column, buffers);
    private ColumnChunk _chunk;

    /// <summary>Begins a chunk.</summary>
    /// <param name="chunk">The chunk.</param>
    public void Begin(in ColumnChunk chunk)
    {
        _chunk = chunk;
        if (chunk.Pages.Dictionary is { } dictionary)
        {
            _dictionary.Open(chunk.Bytes, dictionary, chunk.Codec, isOptional: false);
        }
    }

    /// <summary>Decodes a data page.</summary>
    /// <param name="page">The page.</param>
    /// <returns>Its numbers; valid until the next page is decoded.</returns>
    public NumberPage<T> Read(in PageHeader page)
    {
        _page.Open(_chunk, page);
        if (_page.Defined == 0)
        {
            return new NumberPage<T>(default, _page.Levels);
        }

        ReadOnlySpan<T> values = page.Encoding switch
        {
            PageEncoding.Plain => Plain(),
            PageEncoding.DeltaBinaryPacked => Deltas(),
            PageEncoding.ByteStreamSplit => Split(),
            _ => LookUp(),
        };
        return new NumberPage<T>(values, _page.Levels);
    }

    private ReadOnlySpan<T> Plain()
    {
        RequireExactly(_page.Values.Length);
        return MemoryMarshal.Cast<byte, T>(_page.Values);
    }

    private ReadOnlySpan<T> Split()
    {
        RequireExactly(_page.Values.Length);
        Span<byte> values = buffers.Values.Take(_page.Values.Length);
        ByteStreamSplit.Decode(_page.Values, Unsafe.SizeOf<T>(), values);
        return MemoryMarshal.Cast<byte, T>(values);
    }

    private ReadOnlySpan<T> Deltas()
    {
        Span<long> deltas = buffers.Deltas.Take(_page.Defined);
        DeltaBinaryPacked.Decode(_page.Values, deltas);
        if (typeof(T) == typeof(long))
        {
            return MemoryMarshal.Cast<long, T>(deltas);
        }

        Span<int> values = MemoryMarshal.Cast<byte, int>(buffers.Values.Take(_page.Defined * sizeof(int)));
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = unchecked((int)deltas[i]);
        }

        return MemoryMarshal.Cast<int, T>(values);
    }

    private ReadOnlySpan<T> LookUp()
    {
        ReadOnlySpan<T> dictionary = MemoryMarshal.Cast<byte, T>(_dictionary.Values);
        ReadOnlySpan<int> indexes = _page.ReadIndexes(dictionary.Length, out int only);
        Span<T> values = MemoryMarshal.Cast<byte, T>(buffers.Values.Take(_page.Defined * Unsafe.SizeOf<T>()));
        if (indexes.IsEmpty)
        {
            values.Fill(dictionary[only]);
            return values;
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = dictionary[indexes[i]];
        }

        return values;
    }

    private void RequireExactly(int bytes)
    {
        if (bytes != (long)_page.Defined * Unsafe.SizeOf<T>())
        {
            throw new MalformedFileException("a page holds fewer or more values than it claims");
        }
    }
}
