namespace Loader.Application.Quality;

/// <summary>A row that may be a finding.</summary>
/// <param name="Score">What decides whether it is one.</param>
/// <param name="Seconds">The time, in seconds since 1970 (UTC).</param>
/// <param name="Value">The value.</param>
/// <param name="Step">The distance of the row before it, in seconds.</param>
/// <param name="File">The number of the file in the run.</param>
/// <param name="Place">Where the row is in the file.</param>
internal readonly record struct RatedRow(double Score, long Seconds, double Value, int Step, int File, RowPlace Place);

/// <summary>The rows with the highest scores, and the scores of all others.</summary>
/// <param name="capacity">The maximum number of rows.</param>
/// <param name="keepsOthers">Whether the scores of all other rows are kept.</param>
internal sealed class TopRows(int capacity, bool keepsOthers = true)
{
    private const int RowBytes = 40;
    private const int MinLength = 4;

    /// <summary>A heap whose first row has the lowest score.</summary>
    private RatedRow[] _rows = [];
    private int _count;
    private MedianSketch? _others;

    /// <summary>Gets the rows, in no order.</summary>
    public ReadOnlySpan<RatedRow> Rows => _rows.AsSpan(0, _count);

    /// <summary>Gets the memory that is used.</summary>
    public int Bytes => 48 + (_rows.Length * RowBytes) + (_others?.Bytes ?? 0);

    /// <summary>Gets the score above which a row is kept.</summary>
    public double Lowest => _count < capacity ? double.NegativeInfinity : _rows[0].Score;

    /// <summary>Adds the score of a row that is not above <see cref="Lowest"/>, as <see cref="Add"/> does.</summary>
    /// <returns>The growth of <see cref="Bytes"/>.</returns>
    public int AddOther(double score) => AddOthers(new ReadOnlySpan<double>(in score));

    /// <summary>Adds scores of rows that are not above <see cref="Lowest"/>.</summary>
    /// <returns>The growth of <see cref="Bytes"/>.</returns>
    public int AddOthers(ReadOnlySpan<double> scores)
    {
        if (scores.IsEmpty)
        {
            return 0;
        }

        int grown = 0;
        if (_others is null)
        {
            _others = new MedianSketch();
            grown = _others.Bytes;
        }

        return grown + _others.Add(scores);
    }

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
        _others?.Clear();
    }

    /// <summary>Adds a row.</summary>
    /// <returns>The growth of <see cref="Bytes"/>.</returns>
    public int Add(in RatedRow row)
    {
        if (_count < capacity)
        {
            return Push(row);
        }

        double lowest = _rows[0].Score;
        if (row.Score > lowest)
        {
            _rows[0] = row;
            SiftDown();
        }
        else
        {
            lowest = row.Score;
        }

        return keepsOthers ? AddOther(lowest) : 0;
    }

    /// <summary>Adds the rows of another set.</summary>
    public void Merge(TopRows other)
    {
        foreach (ref readonly RatedRow row in other.Rows)
        {
            Add(row);
        }

        if (other._others is { } others)
        {
            (_others ??= new MedianSketch()).Merge(others);
        }
    }

    /// <summary>Adds the numbers of the files of <see cref="Rows"/>.</summary>
    public void AddFiles(HashSet<int> files)
    {
        foreach (ref readonly RatedRow row in Rows)
        {
            files.Add(row.File);
        }
    }

    /// <summary>Returns how many rows that are not in <see cref="Rows"/> have a score above a limit.</summary>
    public long CountOthersAbove(double limit) => _others?.CountAbove(limit) ?? 0;

    private int Push(in RatedRow row)
    {
        int grown = Reserve(1);
        int at = _count++;
        while (at > 0 && _rows[(at - 1) / 2].Score > row.Score)
        {
            _rows[at] = _rows[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        _rows[at] = row;
        return grown;
    }

    private void SiftDown()
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

            // No processor can guess which child has the lower score, so it is not decided by a branch.
            if (child + 1 < rows.Length)
            {
                child += rows[child + 1].Score < rows[child].Score ? 1 : 0;
            }

            if (rows[child].Score >= row.Score)
            {
                break;
            }

            rows[at] = rows[child];
            at = child;
        }

        rows[at] = row;
    }
}
