namespace Loader.Application.Quality;

/// <summary>A row that may be a finding.</summary>
/// <param name="Score">What decides whether it is one.</param>
/// <param name="Seconds">The time, in seconds since 1970 (UTC).</param>
/// <param name="Value">The value.</param>
/// <param name="Step">The distance of the row before it, in seconds.</param>
/// <param name="File">The number of the file in the run.</param>
/// <param name="Place">Where the row is in the file.</param>
internal readonly record struct RatedRow(double Score, long Seconds, double Value, int Step, int File, RowPlace Place);

/// <summary>The rows with the highest scores, the earliest of equal ones, and the scores of all others.</summary>
/// <param name="capacity">The maximum number of rows.</param>
/// <param name="keepsOthers">Whether the scores of all other rows are kept.</param>
internal struct TopRows(int capacity, bool keepsOthers = true)
{
    private const int RowBytes = 40;
    private const int MinLength = 4;

    /// <summary>A heap whose first row is below all others.</summary>
    private RatedRow[] _rows = [];
    private int _count;
    private MedianSketch _others;

    /// <summary>Gets the rows, in no order.</summary>
    public readonly ReadOnlySpan<RatedRow> Rows => _rows.AsSpan(0, _count);

    /// <summary>Gets the memory that is used, without that of the fields.</summary>
    public readonly int Bytes => (_rows.Length * RowBytes) + _others.Bytes;

    /// <summary>Gets the score above which a row is kept.</summary>
    public readonly double Lowest => _count < capacity ? double.NegativeInfinity : _rows[0].Score;

    /// <summary>Adds scores of rows that are not kept.</summary>
    /// <returns>The growth of <see cref="Bytes"/>.</returns>
    public int AddOthers(ReadOnlySpan<double> scores) => _others.Add(scores);

    /// <summary>Makes room for rows that are added next, at once.</summary>
    /// <param name="rows">Their number.</param>
    /// <returns>The growth of <see cref="Bytes"/>.</returns>
    public int Reserve(int rows)
    {
        int before = _rows.Length;
        int wanted = Math.Min(_count + rows, capacity);
        if (wanted <= before)
        {
            return 0;
        }

        int length = Math.Max(before, MinLength);
        while (length < wanted)
        {
            length *= 2;
        }

        Array.Resize(ref _rows, Math.Min(length, capacity));
        return (_rows.Length - before) * RowBytes;
    }

    /// <summary>Forgets all rows and scores.</summary>
    public void Clear()
    {
        _count = 0;
        _others.Clear();
    }

    /// <summary>Adds a row with a score above <see cref="Lowest"/>. Room for it was made with <see cref="Reserve"/>.</summary>
    /// <returns>The score of the row that is not kept any more, or NaN.</returns>
    public double Add(in RatedRow row)
    {
        if (_count < capacity)
        {
            Push(row);
            return double.NaN;
        }

        double lowest = _rows[0].Score;
        _rows[0] = row;
        SiftDown();
        return lowest;
    }

    /// <summary>Adds the rows of another set.</summary>
    public void Merge(in TopRows other)
    {
        Reserve(other._count);
        foreach (ref readonly RatedRow row in other.Rows)
        {
            double left = _count < capacity || IsBelow(_rows[0], row) ? Add(row) : row.Score;
            if (keepsOthers && !double.IsNaN(left))
            {
                AddOthers(new ReadOnlySpan<double>(in left));
            }
        }

        _others.Merge(other._others);
    }

    /// <summary>Adds the numbers of the files of <see cref="Rows"/>.</summary>
    public readonly void AddFiles(HashSet<int> files)
    {
        foreach (ref readonly RatedRow row in Rows)
        {
            files.Add(row.File);
        }
    }

    /// <summary>Returns how many rows that are not in <see cref="Rows"/> have a score above a limit.</summary>
    public readonly long CountOthersAbove(double limit) => _others.CountAbove(limit);

    private void Push(in RatedRow row)
    {
        int at = _count++;
        while (at > 0 && IsBelow(row, _rows[(at - 1) / 2]))
        {
            _rows[at] = _rows[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        _rows[at] = row;
    }

    private readonly void SiftDown()
    {
        Span<RatedRow> rows = _rows.AsSpan(0, _count);
        RatedRow row = rows[0];
        int at = 0;
        while (true)
        {
            int child = (at * 2) + 1;
            if (child >= rows.Length)
            {
                break;
            }

            if (child + 1 < rows.Length)
            {
                child += IsBelow(rows[child + 1], rows[child]) ? 1 : 0;
            }

            if (!IsBelow(rows[child], row))
            {
                break;
            }

            rows[at] = rows[child];
            at = child;
        }

        rows[at] = row;
    }

    /// <summary>Returns whether a row is left out before another one.</summary>
    /// <remarks>No processor can guess that, so it is not decided by branches.</remarks>
    private static bool IsBelow(in RatedRow row, in RatedRow other) =>
        (row.Score < other.Score) | ((row.Score == other.Score) & (row.Seconds > other.Seconds));
}
