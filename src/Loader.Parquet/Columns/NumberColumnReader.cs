using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Loader.Parquet.Encodings;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;

namespace Loader.Parquet.Columns;

/// <summary>A 96-bit timestamp as it is stored in a page.</summary>
/// <param name="NanosecondsOfDay">The nanoseconds since midnight.</param>
/// <param name="JulianDay">The Julian day; 2,440,588 is 1970-01-01.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public readonly record struct Int96Timestamp(long NanosecondsOfDay, int JulianDay);

/// <summary>The numbers of one data page.</summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
public readonly ref struct NumberPage<T>
{
    /// <summary>Gets the row of the page's first value, from 0 in each row group.</summary>
    public int FirstRow { get; init; }

    /// <summary>Gets the number of rows.</summary>
    public int RowCount { get; init; }

    /// <summary>Gets 1 for each row with a value and 0 for each null; empty if no row is null.</summary>
    public ReadOnlySpan<int> DefinitionLevels { get; init; }

    /// <summary>Gets the values that are not null, without gaps.</summary>
    public ReadOnlySpan<T> Values { get; init; }
}

/// <summary>Decodes a flat column whose physical type has a fixed width, page by page.</summary>
/// <remarks>Not thread-safe.</remarks>
/// <typeparam name="T">
/// The type with the bits of the physical type: <see cref="int"/>, <see cref="long"/>, <see cref="float"/>, <see cref="double"/> or
/// <see cref="Int96Timestamp"/>.
/// </typeparam>
/// <param name="column">The column.</param>
/// <param name="buffers">The buffers of the file.</param>
/// <exception cref="ArgumentException">The column has another physical type, or is repeated.</exception>
public sealed class NumberColumnReader<T>(SchemaElement column, PageBuffers buffers)
    where T : unmanaged
{
    private readonly DataPageReader _page = new(Checked(column), buffers);
    private readonly PageBody _dictionary = new(buffers, buffers.Dictionary);
    private int _dictionaryCount;

    /// <summary>Starts a column chunk.</summary>
    /// <param name="chunk">The chunk, of this reader's column.</param>
    public void Open(ColumnChunk chunk)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        _page.Begin(chunk);
        _dictionaryCount = 0;
        if (chunk.DictionaryPage is { } dictionary)
        {
            _dictionary.Open(chunk.Bytes, dictionary, chunk.Codec, isOptional: false);
            _dictionaryCount = dictionary.ValueCount;
        }
    }

    /// <summary>Decodes the next data page.</summary>
    /// <param name="page">The page, valid until the next call or until another reader uses the buffers.</param>
    /// <returns><see langword="false"/> after the last page.</returns>
    /// <exception cref="MalformedFileException">The page is damaged.</exception>
    public bool TryReadPage(out NumberPage<T> page)
    {
        if (!_page.MoveNext())
        {
            page = default;
            return false;
        }

        page = new NumberPage<T>
        {
            FirstRow = _page.FirstRow,
            RowCount = _page.RowCount,
            DefinitionLevels = _page.DefinitionLevels,
            Values = _page.ValueCount == 0 ? default : _page.Encoding switch
            {
                PageEncoding.Plain => DecodePlain(),
                PageEncoding.DeltaBinaryPacked => DecodeDeltas(),
                PageEncoding.ByteStreamSplit => DecodeByteStreamSplit(),
                _ => DecodeIndexes(),
            },
        };
        return true;
    }

    private static SchemaElement Checked(SchemaElement column)
    {
        ArgumentNullException.ThrowIfNull(column);
        bool matches = column.Type switch
        {
            PhysicalType.Int32 => typeof(T) == typeof(int),
            PhysicalType.Int64 => typeof(T) == typeof(long),
            PhysicalType.Int96 => typeof(T) == typeof(Int96Timestamp),
            PhysicalType.Float => typeof(T) == typeof(float),
            PhysicalType.Double => typeof(T) == typeof(double),
            _ => false,
        };
        return matches && column.Repetition is Repetition.Required or Repetition.Optional
            ? column
            : throw new ArgumentException($"{column.Describe()} cannot be read as {typeof(T).Name}.", nameof(column));
    }

    private ReadOnlySpan<T> DecodePlain() => Take(_page.ValueBytes, _page.ValueCount);

    private ReadOnlySpan<T> DecodeByteStreamSplit()
    {
        ReadOnlySpan<byte> streams = MemoryMarshal.AsBytes(Take(_page.ValueBytes, _page.ValueCount));
        Span<byte> values = buffers.Values.Reserve(streams.Length);
        ByteStreamSplit.Decode(streams, Unsafe.SizeOf<T>(), values);
        return MemoryMarshal.Cast<byte, T>(values);
    }

    private ReadOnlySpan<T> DecodeDeltas()
    {
        Span<long> deltas = buffers.Deltas.Reserve(_page.ValueCount);
        DeltaBinaryPacked.Decode(_page.ValueBytes, deltas);
        if (typeof(T) == typeof(long))
        {
            return MemoryMarshal.Cast<long, T>(deltas);
        }

        Span<int> values = MemoryMarshal.Cast<byte, int>(buffers.Values.Reserve(_page.ValueCount * sizeof(int)));
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = unchecked((int)deltas[i]);
        }

        return MemoryMarshal.Cast<int, T>(values);
    }

    private ReadOnlySpan<T> DecodeIndexes()
    {
        ReadOnlySpan<T> dictionary = Take(_dictionary.ValueBytes, _dictionaryCount);
        ReadOnlySpan<int> indexes = _page.ReadIndexes(dictionary.Length, out int repeatedIndex);
        Span<T> values = MemoryMarshal.Cast<byte, T>(buffers.Values.Reserve(_page.ValueCount * Unsafe.SizeOf<T>()));
        if (indexes.IsEmpty)
        {
            values.Fill(dictionary[repeatedIndex]);
            return values;
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = dictionary[indexes[i]];
        }

        return values;
    }

    /// <summary>Returns the values at the start of a page. Some writers append bytes that mean nothing: fastparquet eight zeros.</summary>
    private static ReadOnlySpan<T> Take(ReadOnlySpan<byte> bytes, int count)
    {
        MalformedFileException.ThrowUnless(
            bytes.Length >= (long)count * Unsafe.SizeOf<T>(), "A page holds fewer values than it claims.");
        return MemoryMarshal.Cast<byte, T>(bytes)[..count];
    }
}
