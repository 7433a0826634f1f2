namespace Loader.Application.Quality;

/// <summary>What is known of the values of one local day.</summary>
internal struct DayRecord
{
    /// <summary>The smallest value.</summary>
    public float Min;

    /// <summary>The largest value.</summary>
    public float Max;

    /// <summary>The median of the magnitudes, of the file with most rows of the day.</summary>
    public float Median;

    /// <summary>The number of rows that <see cref="Median"/> comes from.</summary>
    public int MedianRows;

    /// <summary>The number of rows; 0 for a day without any.</summary>
    public int Rows;

    /// <summary>The number of rows with the time of another row and another value. It takes no memory of its own.</summary>
    public int Conflicts;

    /// <summary>The sum of the values.</summary>
    public double Sum;

    /// <summary>Adds another part of the same day.</summary>
    public void Merge(in DayRecord other)
    {
        Min = Rows == 0 ? other.Min : Math.Min(Min, other.Min);
        Max = Rows == 0 ? other.Max : Math.Max(Max, other.Max);
        if (other.MedianRows > MedianRows || (other.MedianRows == MedianRows && other.Median < Median))
        {
            Median = other.Median;
            MedianRows = other.MedianRows;
        }

        Rows += other.Rows;
        Conflicts += other.Conflicts;
        Sum += other.Sum;
    }
}

/// <summary>The local days of a series with rows, by their number since 1970-01-01, in ascending order.</summary>
internal struct DayTable()
{
    private const int DayBytes = 32 + sizeof(int);
    private const int FewDays = 4;
    private const int MinDays = 16;

    private int[] _days = [];
    private DayRecord[] _records = [];

    /// <summary>Gets the number of days.</summary>
    public int Count { readonly get; private set; }

    /// <summary>Gets the days.</summary>
    public readonly ReadOnlySpan<int> Days => _days.AsSpan(0, Count);

    /// <summary>Gets what is known of each of <see cref="Days"/>.</summary>
    public readonly ReadOnlySpan<DayRecord> Records => _records.AsSpan(0, Count);

    /// <summary>Gets the memory that is used, without that of the fields.</summary>
    public readonly int Bytes => _days.Length * DayBytes;

    /// <summary>Adds a part of a day.</summary>
    /// <returns>The growth of <see cref="Bytes"/>.</returns>
    public int Add(int day, in DayRecord part)
    {
        int index = Find(day, out int grown);
        _records[index].Merge(part);
        return grown;
    }

    /// <summary>Counts a row with the time of another row and another value.</summary>
    /// <returns>The growth of <see cref="Bytes"/>.</returns>
    public int AddConflict(int day)
    {
        int index = Find(day, out int grown);
        _records[index].Conflicts++;
        return grown;
    }

    /// <summary>Makes room for days that are added next, at once.</summary>
    /// <param name="days">Their number.</param>
    /// <returns>The growth of <see cref="Bytes"/>.</returns>
    public int Reserve(int days)
    {
        int before = _days.Length;
        if (Count + days > before)
        {
            // A series of more than some days mostly has many.
            int length = Count + days <= FewDays ? before * 2 : Math.Max(MinDays, before + (before / 2));
            length = Math.Max(Count + days, length);
            Array.Resize(ref _days, length);
            Array.Resize(ref _records, length);
        }

        return (_days.Length - before) * DayBytes;
    }

    /// <summary>Removes all days.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds the days of another table.</summary>
    public void Merge(in DayTable other)
    {
        for (int i = 0; i < other.Count; i++)
        {
            Add(other._days[i], other._records[i]);
        }
    }

    /// <summary>Finds a day, or inserts it without rows.</summary>
    private int Find(int day, out int grown)
    {
        // Most days come after all others.
        int index = Count == 0 || _days[Count - 1] < day ? ~Count : Array.BinarySearch(_days, 0, Count, day);
        grown = 0;
        if (index < 0)
        {
            index = ~index;
            grown = Insert(index, day);
        }

        return index;
    }

    private int Insert(int index, int day)
    {
        int grown = Reserve(1);
        Array.Copy(_days, index, _days, index + 1, Count - index);
        Array.Copy(_records, index, _records, index + 1, Count - index);
        _days[index] = day;
        _records[index] = default;
        Count++;
        return grown;
    }
}
