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

/// <summary>The local days of a series, by their number since 1970-01-01.</summary>
internal sealed class DayTable
{
    private const int BlockDays = 16;
    private const int BlockBytes = (BlockDays * 32) + 40;

    private readonly BlockTable<DayRecord> _blocks = new();

    /// <summary>Gets the memory that is used.</summary>
    public int Bytes => 48 + (_blocks.Count * BlockBytes);

    /// <summary>Adds a part of a day.</summary>
    /// <returns>The growth of <see cref="Bytes"/>.</returns>
    public int Add(int day, in DayRecord part)
    {
        int before = _blocks.Count;
        _blocks.Get(day >> 4, BlockDays)[day & (BlockDays - 1)].Merge(part);
        return (_blocks.Count - before) * BlockBytes;
    }

    /// <summary>Counts a row with the time of another row and another value.</summary>
    /// <returns>The growth of <see cref="Bytes"/>.</returns>
    public int AddConflict(int day)
    {
        int before = _blocks.Count;
        _blocks.Get(day >> 4, BlockDays)[day & (BlockDays - 1)].Conflicts++;
        return (_blocks.Count - before) * BlockBytes;
    }

    /// <summary>Adds the days of another table.</summary>
    public void Merge(DayTable other)
    {
        foreach ((int day, DayRecord record) in other.Days())
        {
            Add(day, record);
        }
    }

    /// <summary>Lists the days with rows in ascending order.</summary>
    public IEnumerable<(int Day, DayRecord Record)> Days()
    {
        for (int i = 0; i < _blocks.Count; i++)
        {
            DayRecord[] block = _blocks.BlockAt(i);
            for (int day = 0; day < BlockDays; day++)
            {
                if (block[day].Rows > 0)
                {
                    yield return ((_blocks.KeyAt(i) << 4) + day, block[day]);
                }
            }
        }
    }
}
