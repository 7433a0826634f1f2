using System.Runtime.InteropServices;

namespace Loader.Benchmarks.Readers;

/// <summary>
/// Consumes what a reader delivers, in one of two ways: adds it up at little cost, which shows that readers delivered the same, or hashes
/// it in the order of
/// rows, which shows whether one reader delivered the same of a file and of its damaged copy.
/// </summary>
internal sealed class ColumnSum(bool isExact)
{
    private const ulong Prime = 0x9E37_79B9_7F4A_7C15;

    private ulong[] _entries = [];

    /// <summary>Gets the sum.</summary>
    public ulong Value { get; private set; }

    /// <summary>Gets the number of values and nulls.</summary>
    public long Count { get; private set; }

    /// <summary>Adds values of 64 bits without nulls between them; a null has to be added separately.</summary>
    public void Add(ReadOnlySpan<ulong> values)
    {
        Count += values.Length;
        ulong sum = Value;
        if (isExact)
        {
            foreach (ulong value in values)
            {
                sum = (sum + value + 1) * Prime;
            }
        }
        else
        {
            foreach (ulong value in values)
            {
                sum += value;
            }
        }

        Value = sum;
    }

    /// <inheritdoc cref="Add(ReadOnlySpan{ulong})"/>
    public void Add(ReadOnlySpan<long> values) => Add(MemoryMarshal.Cast<long, ulong>(values));

    /// <inheritdoc cref="Add(ReadOnlySpan{ulong})"/>
    public void Add(ReadOnlySpan<double> values) => Add(MemoryMarshal.Cast<double, ulong>(values));

    /// <summary>Adds a byte array.</summary>
    public void Add(ReadOnlySpan<byte> value)
    {
        ulong hash = Hash(value);
        Add(new ReadOnlySpan<ulong>(in hash));
    }

    /// <summary>Adds the position of nulls.</summary>
    public void AddNulls(ReadOnlySpan<int> definitionLevels)
    {
        if (!isExact)
        {
            return;
        }

        for (int row = 0; row < definitionLevels.Length; row++)
        {
            if (definitionLevels[row] == 0)
            {
                AddNull(row);
            }
        }
    }

    /// <summary>Adds the position of a null.</summary>
    public void AddNull(long row) => Value = isExact ? (Value ^ (ulong)row) * Prime : Value;

    /// <summary>Starts a dictionary.</summary>
    public void BeginDictionary(int count)
    {
        if (_entries.Length < count)
        {
            _entries = new ulong[count];
        }
    }

    /// <summary>Sets an entry of the dictionary.</summary>
    public void SetEntry(int index, ReadOnlySpan<byte> value) => _entries[index] = Hash(value);

    /// <summary>Adds entries of the dictionary.</summary>
    public void AddIndexes(ReadOnlySpan<int> indexes)
    {
        Count += indexes.Length;
        ulong sum = Value;
        ReadOnlySpan<ulong> entries = _entries;
        if (isExact)
        {
            foreach (int index in indexes)
            {
                sum = (sum + entries[index] + 1) * Prime;
            }
        }
        else
        {
            foreach (int index in indexes)
            {
                sum += entries[index];
            }
        }

        Value = sum;
    }

    /// <summary>Adds an entry of the dictionary several times.</summary>
    public void AddRun(int index, int count)
    {
        if (!isExact)
        {
            Count += count;
            Value += _entries[index] * (ulong)count;
            return;
        }

        for (int i = 0; i < count; i++)
        {
            AddIndexes([index]);
        }
    }

    /// <summary>Adds a description, such as that of the column's type.</summary>
    public void AddText(string text)
    {
        if (isExact)
        {
            Add(System.Text.Encoding.UTF8.GetBytes(text));
        }
    }

    private ulong Hash(ReadOnlySpan<byte> value)
    {
        ulong hash = (ulong)value.Length;
        if (isExact)
        {
            foreach (byte b in value)
            {
                hash = (hash + b + 1) * Prime;
            }
        }

        return hash;
    }
}
