namespace Loader.Application.Quality;

/// <summary>The number of rows of a kind, and the earliest of them.</summary>
internal struct RowExamples
{
    private const int MaxRows = 5;
    private const int RowBytes = 40;
    private const int ListBytes = 56;

    private List<RatedRow>? _rows;

    public long Count { get; private set; }

    public readonly IReadOnlyList<RatedRow> Rows => _rows ?? [];

    /// <summary>Gets the memory that is used, without that of the fields.</summary>
    public readonly int Bytes => _rows is null ? 0 : ListBytes + (_rows.Capacity * RowBytes);

    /// <summary>Counts a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="isKept">Whether the row is kept if it is one of the earliest.</param>
    public void Add(in RatedRow row, bool isKept)
    {
        Count++;
        if (isKept)
        {
            Keep(row);
        }
    }

    public void Merge(in RowExamples other)
    {
        if (other.Count == 0)
        {
            return;
        }

        Count += other.Count;
        foreach (RatedRow row in other.Rows)
        {
            Keep(row);
        }
    }

    public readonly void AddFiles(HashSet<int> files)
    {
        foreach (RatedRow row in _rows ?? [])
        {
            files.Add(row.File);
        }
    }

    private void Keep(in RatedRow row)
    {
        _rows ??= new List<RatedRow>(1);
        int at = _rows.Count;
        while (at > 0 && _rows[at - 1].Seconds > row.Seconds)
        {
            at--;
        }

        if (at < MaxRows)
        {
            _rows.Insert(at, row);
            if (_rows.Count > MaxRows)
            {
                _rows.RemoveAt(MaxRows);
            }
        }
    }
}
