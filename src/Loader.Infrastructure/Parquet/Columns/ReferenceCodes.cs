using System.Runtime.CompilerServices;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Remembers a number for each array by identity: the values of a dictionary-encoded slice are a few arrays, met again and again.</summary>
internal sealed class ReferenceCodes
{
    private byte[]?[] _keys = new byte[256][];
    private int[] _codes = new int[256];
    private int _count;

    /// <summary>Forgets all arrays.</summary>
    public void Clear()
    {
        if (_count > 0)
        {
            Array.Clear(_keys);
            _count = 0;
        }
    }

    /// <summary>Finds the number of an array.</summary>
    /// <param name="key">The array.</param>
    /// <param name="code">Its number.</param>
    /// <returns>Whether it has one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(byte[] key, out int code)
    {
        byte[]?[] keys = _keys;
        for (int slot = RuntimeHelpers.GetHashCode(key) & (keys.Length - 1); ; slot = (slot + 1) & (keys.Length - 1))
        {
            byte[]? found = keys[slot];
            if (ReferenceEquals(found, key))
            {
                code = _codes[slot];
                return true;
            }

            if (found is null)
            {
                code = 0;
                return false;
            }
        }
    }

    /// <summary>Adds an array that has no number yet.</summary>
    /// <param name="key">The array.</param>
    /// <param name="code">Its number.</param>
    public void Add(byte[] key, int code)
    {
        if (++_count * 2 > _keys.Length)
        {
            (byte[]?[] keys, int[] codes) = (_keys, _codes);
            _keys = new byte[keys.Length * 2][];
            _codes = new int[codes.Length * 2];
            for (int i = 0; i < keys.Length; i++)
            {
                if (keys[i] is { } old)
                {
                    Put(old, codes[i]);
                }
            }
        }

        Put(key, code);
    }

    private void Put(byte[] key, int code)
    {
        int slot = RuntimeHelpers.GetHashCode(key) & (_keys.Length - 1);
        while (_keys[slot] is not null)
        {
            slot = (slot + 1) & (_keys.Length - 1);
        }

        _keys[slot] = key;
        _codes[slot] = code;
    }
}
