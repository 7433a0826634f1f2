using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Parquet;
using Parquet.Schema;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Decodes the pages of a column chunk to values of the physical type, some ten thousand rows at a time.</summary>
/// <typeparam name="T">
/// The type that holds the physical type's bits: <see cref="int"/>, <see cref="long"/>, <see cref="float"/>, <see cref="double"/>,
/// <see cref="Int96"/>, or <see cref="ReadOnlyMemory{T}"/> of bytes.
/// </typeparam>
/// <remarks>
/// Plain and dictionary-encoded numbers are taken from their pages here, where they are a copy or a look-up; every other page goes through Parquet.Net, as
/// a file of its own (<see cref="OneChunkFile"/>). Owns pooled buffers that grow to the largest slice; kept for all chunks of a column.
/// </remarks>
internal sealed class ChunkDecoder<T> : IDisposable
    where T : struct
{
    /// <summary>The rows that a slice aims at: buffers of this length stay in the second-level cache.</summary>
    private const int SliceRows = 1 << 16;

    /// <summary>Every slice decodes the dictionary again, so a slice has at least this many times its entries.</summary>
    private const int RowsPerDictionaryEntry = 8;

    private static readonly bool IsNumber = !RuntimeHelpers.IsReferenceOrContainsReferences<T>();

    private readonly SchemaElement _column;
    private readonly T[] _canaries;
    private readonly PageReader _page;
    private readonly PageBody _dictionaryBody = new();
    private readonly OneChunkFile _file = new();
    private readonly List<PageHeader> _pages = [];
    private DataField? _field;
    private T[] _values = [];
    private int[] _levels = [];

    /// <summary>Initializes a new instance of the <see cref="ChunkDecoder{T}"/> class.</summary>
    /// <param name="column">The column.</param>
    /// <param name="canaries">Two different values that stand where nothing has been decoded.</param>
    public ChunkDecoder(SchemaElement column, params ReadOnlySpan<T> canaries)
    {
        _column = column;
        _canaries = canaries.ToArray();
        _page = new PageReader(column);
    }

    /// <summary>Takes one slice of rows.</summary>
    /// <typeparam name="TState">What the receiver works on.</typeparam>
    /// <param name="state">What the receiver works on.</param>
    /// <param name="slice">The rows; valid for the call.</param>
    public delegate void Receiver<TState>(TState state, in ColumnSlice<T> slice);

    /// <summary>Decodes a chunk.</summary>
    /// <typeparam name="TState">What the receiver works on.</typeparam>
    /// <param name="chunk">The chunk's bytes.</param>
    /// <param name="codec">Its codec.</param>
    /// <param name="pages">Its pages.</param>
    /// <param name="state">What the receiver works on.</param>
    /// <param name="receiver">Takes the slices, in the order of rows.</param>
    /// <param name="cancellationToken">Ends decoding between two slices.</param>
    /// <returns>A task that ends when all rows were taken.</returns>
    public async ValueTask DecodeAsync<TState>(
        ReadOnlyMemory<byte> chunk,
        CompressionCodec codec,
        ChunkPages pages,
        TState state,
        Receiver<TState> receiver,
        CancellationToken cancellationToken)
    {
        if (IsNumber && pages.Dictionary is { } dictionary)
        {
            _dictionaryBody.Open(chunk, dictionary, codec, isOptional: false);
        }

        int firstRow = 0;
        for (int next = 0; next < pages.Data.Count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int rows;
            if (IsNumber && PageReader.CanRead(pages.Data[next]))
            {
                PageHeader page = pages.Data[next++];
                rows = page.Values;
                if (rows > 0)
                {
                    _page.Open(chunk, page, codec);
                    receiver(state, new ColumnSlice<T>(firstRow, rows, page.UsesDictionary ? LookUp() : Copy(), _page.Levels));
                }
            }
            else
            {
                bool usesDictionary = pages.Data[next].UsesDictionary;
                rows = Gather(pages, ref next);
                if (rows > 0)
                {
                    _file.Present(chunk, _column, codec, usesDictionary ? pages.Dictionary : null, CollectionsMarshal.AsSpan(_pages), rows);
                    int defined = await DecodeSliceAsync(rows, cancellationToken).ConfigureAwait(false);
                    RequireNulls(rows - defined);
                    receiver(state, SliceOf(firstRow, rows, defined));
                }
            }

            firstRow += rows;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _page.Dispose();
        _dictionaryBody.Dispose();
        Grow(ref _values, 0);
        Grow(ref _levels, 0);
    }

    /// <summary>Gathers the pages of the next slice: of one kind, neither too few rows for their dictionary nor too many for the cache.</summary>
    /// <returns>The number of rows.</returns>
    private int Gather(ChunkPages pages, ref int next)
    {
        long target = Math.Max(SliceRows, (pages.Dictionary?.Values ?? 0) * (long)RowsPerDictionaryEntry);
        bool usesDictionary = pages.Data[next].UsesDictionary;
        int rows = 0;
        _pages.Clear();
        do
        {
            _pages.Add(pages.Data[next]);
            rows += pages.Data[next].Values;
            next++;
        }
        while (next < pages.Data.Count && rows + (long)pages.Data[next].Values <= target
            && pages.Data[next].UsesDictionary == usesDictionary && !(IsNumber && PageReader.CanRead(pages.Data[next])));
        return rows;
    }

    private ReadOnlySpan<T> Copy()
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(_page.Values);
        return values.Length == _page.Defined
            ? values
            : throw new MalformedFileException("a page holds fewer or more values than it claims");
    }

    private ReadOnlySpan<T> LookUp()
    {
        ReadOnlySpan<T> dictionary = MemoryMarshal.Cast<byte, T>(_dictionaryBody.Values);
        ReadOnlySpan<int> indexes = _page.ReadIndexes(dictionary.Length, out int only);
        Grow(ref _values, Math.Max(1, _page.Defined));
        Span<T> values = _values.AsSpan(0, _page.Defined);
        if (indexes.IsEmpty)
        {
            if (!values.IsEmpty)
            {
                values.Fill(dictionary[only]);
            }

            return values;
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = dictionary[indexes[i]];
        }

        return values;
    }

    private ColumnSlice<T> SliceOf(int firstRow, int rows, int defined) =>
        new(firstRow, rows, _values.AsSpan(0, defined), defined == rows ? default : _levels.AsSpan(0, rows));

    private DataField Field()
    {
        if (_field is null)
        {
            Type element = typeof(T) == typeof(ReadOnlyMemory<byte>) ? typeof(byte[]) : typeof(T);
            _field = new DataField(OneChunkFile.ColumnName, element, _column.Repetition == Repetition.Optional);
            _ = new ParquetSchema(_field);
        }

        return _field;
    }

    /// <summary>Decodes what <see cref="_file"/> presents and proves that every value was written.</summary>
    /// <returns>The number of values that are not null.</returns>
    private async ValueTask<int> DecodeSliceAsync(int rows, CancellationToken cancellationToken)
    {
        Grow(ref _values, rows + 1);
        bool optional = _column.Repetition == Repetition.Optional;
        if (optional)
        {
            Grow(ref _levels, rows);
        }

        foreach (T canary in _canaries)
        {
            _values.AsSpan(0, rows + 1).Fill(canary);
            Memory<int>? levels = null;
            if (optional)
            {
                _levels.AsSpan(0, rows).Fill(-1);
                levels = _levels.AsMemory(0, rows);
            }

            _file.Stream.Position = 0;
            ParquetReader reader = await ParquetReader.CreateAsync(_file.Stream, leaveStreamOpen: true, cancellationToken: cancellationToken)
                .ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                using ParquetRowGroupReader rowGroup = reader.OpenRowGroupReader(0);
                await rowGroup.ReadRawAsync(Field(), _values.AsMemory(0, rows), levels, null, cancellationToken).ConfigureAwait(false);
            }

            int defined = optional ? CountDefined(_levels.AsSpan(0, rows)) : rows;
            if (!IsCanary(_values[defined], canary))
            {
                throw new MalformedFileException("its pages hold more values than their definition levels say");
            }

            // A value may happen to be the canary; then it is not the other one.
            if (defined == 0 || !IsCanary(_values[defined - 1], canary))
            {
                return defined;
            }
        }

        throw new MalformedFileException("its pages hold fewer values than they claim");
    }

    /// <summary>Pages of version 2 say how many nulls they have.</summary>
    private void RequireNulls(int nulls)
    {
        int claimed = 0;
        foreach (PageHeader page in _pages)
        {
            if (page.Kind != PageKind.DataV2)
            {
                return;
            }

            claimed += page.Nulls;
        }

        if (claimed != nulls)
        {
            throw new MalformedFileException("its pages hold another number of nulls than they claim");
        }
    }

    private static int CountDefined(ReadOnlySpan<int> levels)
    {
        int defined = 0;
        int seen = 0;
        foreach (int level in levels)
        {
            defined += level;
            seen |= level;
        }

        return seen is 0 or 1 ? defined : throw new MalformedFileException("its definition levels are beyond those of its column");
    }

    private static bool IsCanary(T value, T canary) => EqualityComparer<T>.Default.Equals(value, canary);

    private static void Grow<TElement>(ref TElement[] buffer, int length)
    {
        if (buffer.Length >= length && length > 0)
        {
            return;
        }

        if (buffer.Length > 0)
        {
            ArrayPool<TElement>.Shared.Return(buffer, clearArray: true);
        }

        buffer = length == 0 ? [] : ArrayPool<TElement>.Shared.Rent(length);
    }
}
