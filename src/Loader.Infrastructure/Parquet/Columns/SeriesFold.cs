using System.Buffers;
using Loader.Domain;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>
/// Turns columns of numbers into series ids: each column is folded into what the columns before it made of a row, pair by pair, so that a row costs a
/// look-up per column that varies and a series costs its texts once.
/// </summary>
/// <remarks>Columns that have one value in a row group cost nothing per row. Ids are given out in the order in which rows show new series.</remarks>
internal sealed class SeriesFold : IDisposable
{
    private readonly SeriesCatalog _catalog;
    private readonly SeriesColumns _columns;
    private readonly PairCodes[] _levels;
    private int[] _seriesIds = [];
    private int[] _rows = [];
    private int _count;
    private int _level;

    /// <summary>The number that all rows have so far, unless <see cref="_varies"/>.</summary>
    private int _common;
    private bool _varies;

    /// <summary>What the column in progress made of <see cref="_common"/>.</summary>
    private int _next;

    /// <summary>Initializes a new instance of the <see cref="SeriesFold"/> class.</summary>
    /// <param name="catalog">Where series are interned.</param>
    /// <param name="columns">The columns.</param>
    public SeriesFold(SeriesCatalog catalog, SeriesColumns columns)
    {
        _catalog = catalog;
        _columns = columns;
        _levels = new PairCodes[columns.Readers.Count];
        for (int i = 0; i < _levels.Length; i++)
        {
            _levels[i] = new PairCodes();
        }
    }

    /// <summary>Begins a row group.</summary>
    /// <param name="rows">Its rows.</param>
    public void Begin(int rows)
    {
        if (_rows.Length < rows)
        {
            Dispose();
            _rows = ArrayPool<int>.Shared.Rent(rows);
        }

        (_count, _level, _common, _varies) = (rows, 0, 0, false);
    }

    /// <summary>Takes numbers of the column in progress, in the order of rows.</summary>
    /// <param name="firstRow">The row of the first number.</param>
    /// <param name="codes">The numbers.</param>
    public void Take(int firstRow, ReadOnlySpan<int> codes)
    {
        if (codes.IsEmpty)
        {
            return;
        }

        PairCodes pairs = _levels[_level];
        int start = 0;
        if (!_varies)
        {
            start = TakeAlike(pairs, firstRow, codes);
            if (start == codes.Length)
            {
                return;
            }

            BeginToVary(firstRow + start);
        }

        Span<int> rows = _rows.AsSpan(firstRow, codes.Length);
        for (int i = start; i < codes.Length; i++)
        {
            rows[i] = pairs.CodeOf(rows[i], codes[i]);
        }
    }

    /// <summary>Takes the same number for rows that follow each other.</summary>
    /// <param name="firstRow">The first row.</param>
    /// <param name="count">The number of rows, at least 1.</param>
    /// <param name="code">The number.</param>
    public void TakeRun(int firstRow, int count, int code)
    {
        PairCodes pairs = _levels[_level];
        if (!_varies)
        {
            int next = pairs.CodeOf(_common, code);
            if (firstRow == 0)
            {
                _next = next;
            }

            if (next == _next)
            {
                return;
            }

            BeginToVary(firstRow);
        }

        foreach (ref int row in _rows.AsSpan(firstRow, count))
        {
            row = pairs.CodeOf(row, code);
        }
    }

    /// <summary>Ends the column in progress; the next number that is taken belongs to the next column.</summary>
    public void EndColumn()
    {
        if (!_varies)
        {
            _common = _next;
        }

        _level++;
    }

    /// <summary>Ends the row group and interns its series.</summary>
    /// <param name="seriesIds">Where the ids go, one a row; empty where only the series matter.</param>
    public void Finish(Span<int> seriesIds)
    {
        GrowSeriesIds();
        if (!_varies)
        {
            seriesIds.Fill(SeriesOf(_common));
            return;
        }

        ReadOnlySpan<int> rows = _rows.AsSpan(0, _count);
        if (seriesIds.IsEmpty)
        {
            foreach (int code in rows)
            {
                SeriesOf(code);
            }

            return;
        }

        for (int row = 0; row < rows.Length; row++)
        {
            seriesIds[row] = SeriesOf(rows[row]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_rows.Length > 0)
        {
            ArrayPool<int>.Shared.Return(_rows);
            _rows = [];
        }
    }

    /// <summary>While all rows are alike, only a number is kept for them.</summary>
    /// <returns>How many of the numbers were taken so.</returns>
    private int TakeAlike(PairCodes pairs, int firstRow, ReadOnlySpan<int> codes)
    {
        if (firstRow == 0)
        {
            _next = pairs.CodeOf(_common, codes[0]);
        }

        int expected = pairs[_next].Second;
        int alike = codes.IndexOfAnyExcept(expected);
        return alike < 0 ? codes.Length : alike;
    }

    /// <summary>Writes out what has been said of all rows so far: the rows taken by this column, then those that only the columns before it know.</summary>
    private void BeginToVary(int taken)
    {
        _varies = true;
        _rows.AsSpan(0, taken).Fill(_next);
        _rows.AsSpan(taken, _count - taken).Fill(_common);
    }

    private void GrowSeriesIds()
    {
        int codes = _levels.Length == 0 ? 1 : _levels[^1].Count;
        int known = _seriesIds.Length;
        if (known < codes)
        {
            Array.Resize(ref _seriesIds, Math.Max(codes, known * 2));
            _seriesIds.AsSpan(known).Fill(-1);
        }
    }

    private int SeriesOf(int code)
    {
        int id = _seriesIds[code];
        return id >= 0 ? id : Intern(code);
    }

    private int Intern(int code) => _seriesIds[code] = _catalog.Intern(_columns.KeyOf(_levels, code));
}
