namespace Loader.Application.Quality;

/// <summary>
/// The rows of a series of one file, in file order, while the series has few of them: they take less memory and time than what is made of
/// them. The rows of other files follow.
/// </summary>
/// <param name="file">The number of the file in the run.</param>
/// <param name="zone">The zone of the file's local days.</param>
internal sealed class FewRows(int file, TimeZoneInfo zone)
{
    /// <summary>The maximum number of rows, of all files together.</summary>
    public const int Max = 32;

    private const int OwnBytes = 72;
    private const int RowBytes = 24;

    private FewRow[] _rows = [];
    private int _count;
    private long _latest = long.MinValue;

    /// <summary>Gets the number of the file in the run.</summary>
    public int File { get; } = file;

    /// <summary>Gets the zone of the file's local days.</summary>
    public TimeZoneInfo Zone { get; } = zone;

    /// <summary>Gets the rows of another file.</summary>
    public FewRows? Next { get; private set; }

    /// <summary>Gets the memory that is used, with the rows of other files.</summary>
    public int TotalBytes => OwnBytes + (_rows.Length * RowBytes) + (Next?.TotalBytes ?? 0);

    private int TotalCount => _count + (Next?.TotalCount ?? 0);

    /// <summary>Adds rows unless they are too many.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="comparesAll">Whether a time is compared with all rows before it, or only with the one before.</param>
    /// <param name="seen">Receives the indexes of rows whose time came before, as a <see cref="SeriesScan"/> finds them.</param>
    public bool TryAdd(in ScannedRows rows, bool comparesAll, List<int> seen)
    {
        int count = _count + rows.Seconds.Length;
        if (count > Max)
        {
            return false;
        }

        if (count > _rows.Length)
        {
            Array.Resize(ref _rows, Math.Clamp(_rows.Length * 2, count, Max));
        }

        for (int i = 0; i < rows.Seconds.Length; i++)
        {
            if (IsSeen(rows.Seconds[i], comparesAll))
            {
                seen.Add(i);
            }

            _latest = Math.Max(_latest, rows.Seconds[i]);
            _rows[_count++] = new FewRow(rows.Seconds[i], rows.Values[i], rows.Places[i]);
        }

        return true;
    }

    /// <summary>Adds the rows of other files unless they are too many.</summary>
    public bool TryAppend(FewRows others)
    {
        if (TotalCount + others.TotalCount > Max)
        {
            return false;
        }

        if (others.TotalCount == 0)
        {
            return true;
        }

        FewRows last = this;
        while (last.Next is not null)
        {
            last = last.Next;
        }

        last.Next = others;
        return true;
    }

    /// <summary>Adds the rows of this file to a scan.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="seen">Is used during the call.</param>
    public void AddTo(SeriesScan scan, List<int> seen)
    {
        Span<long> seconds = stackalloc long[Max];
        Span<double> values = stackalloc double[Max];
        Span<RowPlace> places = stackalloc RowPlace[Max];
        for (int i = 0; i < _count; i++)
        {
            (seconds[i], values[i], places[i]) = _rows[i];
        }

        if (_count > 0)
        {
            scan.Add(new ScannedRows(seconds[.._count], values[.._count], places[.._count]), seen);
            seen.Clear();
        }
    }

    /// <summary>Returns times and values: in file order, or sorted if there are several files.</summary>
    public List<(long Seconds, double Value)> Sample()
    {
        var sample = new List<(long, double)>(TotalCount);
        for (FewRows? few = this; few is not null; few = few.Next)
        {
            sample.AddRange(few._rows.Take(few._count).Select(row => (row.Seconds, row.Value)));
        }

        if (Next is not null)
        {
            sample.Sort();
        }

        return sample;
    }

    private bool IsSeen(long seconds, bool comparesAll)
    {
        if (seconds > _latest)
        {
            return false;
        }

        if (!comparesAll || seconds % 60 != 0)
        {
            return _count > 0 && _rows[_count - 1].Seconds == seconds;
        }

        foreach (FewRow row in _rows.AsSpan(0, _count))
        {
            if (row.Seconds == seconds)
            {
                return true;
            }
        }

        return false;
    }

    private readonly record struct FewRow(long Seconds, double Value, RowPlace Place);
}
