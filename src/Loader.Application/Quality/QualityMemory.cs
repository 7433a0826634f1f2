namespace Loader.Application.Quality;

/// <summary>What is kept of series, by the memory that it takes. Each level leaves out what the one before it had.</summary>
public enum QualityDetail
{
    /// <summary>Everything.</summary>
    Full,

    /// <summary>Counts a day instead of the times of rows.</summary>
    Days,

    /// <summary>Totals of each series.</summary>
    Totals,

    /// <summary>Totals of each series, no further series, and no further examples of faults.</summary>
    NoFurtherSeries,
}

/// <summary>Counts the memory of all series of a run and lowers the level of detail where the limit is reached. Thread-safe.</summary>
/// <param name="limitBytes">The limit.</param>
internal sealed class QualityMemory(long limitBytes)
{
    /// <summary>The maximum number of rows that wait to be scanned, in all files of a run. They take 8 MiB.</summary>
    public const int MaxPendingRows = 524_288;

    private readonly Lock _lock = new();
    private int _pendingRows;
    private long _coverage;
    private long _details;
    private long _totals;
    private volatile QualityDetail _detail;

    /// <summary>Gets the level of detail.</summary>
    public QualityDetail Detail => _detail;

    /// <summary>Adds memory of the times of rows.</summary>
    public void AddCoverage(long bytes) => Add(ref _coverage, bytes);

    /// <summary>Adds memory of days, medians and examples.</summary>
    public void AddDetails(long bytes) => Add(ref _details, bytes);

    /// <summary>Adds memory of totals.</summary>
    public void AddTotals(long bytes) => Add(ref _totals, bytes);

    /// <summary>Asks for the memory of rows that wait to be scanned. It does not count at the limit.</summary>
    public bool TryLend(int rows)
    {
        lock (_lock)
        {
            bool hasRoom = rows <= MaxPendingRows - _pendingRows;
            _pendingRows += hasRoom ? rows : 0;
            return hasRoom;
        }
    }

    /// <summary>Gives the memory of rows back.</summary>
    public void Return(int rows)
    {
        lock (_lock)
        {
            _pendingRows -= rows;
        }
    }

    /// <summary>Memory that a lower level leaves out does not count at that level, although it may still be in use for a moment.</summary>
    private void Add(ref long part, long bytes)
    {
        if (bytes == 0)
        {
            return;
        }

        lock (_lock)
        {
            part += bytes;
            if (bytes < 0)
            {
                return;
            }

            while (_detail < QualityDetail.NoFurtherSeries && Used() > limitBytes)
            {
                _detail++;
            }
        }
    }

    private long Used() =>
        _totals + (_detail < QualityDetail.Totals ? _details : 0) + (_detail < QualityDetail.Days ? _coverage : 0);
}
