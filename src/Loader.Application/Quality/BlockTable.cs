namespace Loader.Application.Quality;

/// <summary>Blocks of equal length by their number, in ascending order. Most numbers come in ascending order too.</summary>
/// <typeparam name="T">The elements of a block.</typeparam>
internal struct BlockTable<T>()
    where T : struct
{
    private const int MaxSpares = 8;

    private int[] _keys = [];
    private T[][] _blocks = [];
    private int _current = -1;

    /// <summary>Blocks to use again. Tables that are never cleared have none.</summary>
    private List<T[]>? _spares;

    /// <summary>Gets the number of blocks.</summary>
    public int Count { readonly get; private set; }

    /// <summary>Returns the number of the block at an index.</summary>
    public readonly int KeyAt(int index) => _keys[index];

    /// <summary>Returns the block at an index.</summary>
    public readonly T[] BlockAt(int index) => _blocks[index];

    /// <summary>Replaces the block at an index.</summary>
    public readonly void Replace(int index, T[] block) => _blocks[index] = block;

    /// <summary>Removes all blocks, and keeps some of them to use again.</summary>
    public void Clear()
    {
        _spares ??= [];
        foreach (T[] block in _blocks.AsSpan(0, Math.Min(Count, Math.Max(MaxSpares - _spares.Count, 0))))
        {
            _spares.Add(block);
        }

        Array.Clear(_blocks, 0, Count);
        Count = 0;
        _current = -1;
    }

    /// <summary>Returns an empty block that is not in the table.</summary>
    public readonly T[] Create(int length)
    {
        for (int i = 0; i < _spares?.Count; i++)
        {
            if (_spares[i].Length == length)
            {
                T[] spare = _spares[i];
                _spares.RemoveAt(i);
                Array.Clear(spare);
                return spare;
            }
        }

        return new T[length];
    }

    /// <summary>Returns a block, and adds it if it is new.</summary>
    /// <param name="key">The block's number.</param>
    /// <param name="length">The length of a new block.</param>
    public T[] Get(int key, int length)
    {
        if (_current >= 0 && _keys[_current] == key)
        {
            return _blocks[_current];
        }

        int index = Count > 0 && _keys[Count - 1] < key ? ~Count : Array.BinarySearch(_keys, 0, Count, key);
        if (index < 0)
        {
            index = ~index;
            Insert(index, key, Create(length));
        }

        _current = index;
        return _blocks[index];
    }

    private void Insert(int index, int key, T[] block)
    {
        if (Count == _keys.Length)
        {
            int length = Math.Max(Count * 2, 4);
            Array.Resize(ref _keys, length);
            Array.Resize(ref _blocks, length);
        }

        Array.Copy(_keys, index, _keys, index + 1, Count - index);
        Array.Copy(_blocks, index, _blocks, index + 1, Count - index);
        _keys[index] = key;
        _blocks[index] = block;
        Count++;
    }
}
