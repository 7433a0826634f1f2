using Loader.Domain;
using Loader.Parquet.Storage;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>
/// Combines the codes of several columns into series ids. The code of each column is paired with the code for all columns before it, and
/// the pair is interned
/// as a new code. So a row costs one look-up for each column that varies, and a series costs its texts once.
/// </summary>
/// <remarks>
/// A column with a single value in a row group costs nothing per row. Ids are assigned in the order in which series appear in rows.
/// </remarks>
internal sealed class SeriesIdBuilder : IDisposable
{
    private const int NotInterned = -1;
    private const int LeftOut = -2;

    private readonly SeriesCatalog _catalog;
    private readonly SeriesColumns _columns;
    private readonly SeriesBudget _budget;

    /// <summary>The pairs of each column: the code for the columns before it, and its own code.</summary>
    private readonly PairInterner[] _pairs;
    private readonly PooledBuffer<int> _codes = new();
    private int[] _seriesIds = [];

    /// <summary>The series ids of each code, for each column of values of a file with a mapping.</summary>
    private readonly int[][] _mappedIds;
    private int _rowCount;
    private int _column;

    /// <summary>The code of all rows so far, unless <see cref="_varies"/>.</summary>
    private int _common;
    private bool _varies;

    /// <summary>The code that pairing <see cref="_common"/> with the current column gives.</summary>
    private int _next;

    /// <summary>Initializes a new instance of the <see cref="SeriesIdBuilder"/> class.</summary>
    /// <param name="catalog">Interns the series.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="budget">The memory budget of the file.</param>
    public SeriesIdBuilder(SeriesCatalog catalog, SeriesColumns columns, SeriesBudget budget)
    {
        _catalog = catalog;
        _columns = columns;
        _budget = budget;
        _mappedIds = new int[columns.ValueColumns][];
        Array.Fill(_mappedIds, []);
        _pairs = new PairInterner[columns.Readers.Count];
        for (int i = 0; i < _pairs.Length; i++)
        {
            _pairs[i] = new PairInterner(budget);
        }
    }

    /// <summary>Starts a row group, and its first column.</summary>
    /// <param name="rowCount">The number of rows.</param>
    public void Begin(int rowCount)
    {
        _codes.Reserve(rowCount);
        (_rowCount, _column, _common, _varies) = (rowCount, 0, 0, false);
    }

    /// <summary>Appends codes of the current column, in the order of rows.</summary>
    /// <param name="firstRow">The row of the first code.</param>
    /// <param name="codes">The codes.</param>
    public void Append(int firstRow, ReadOnlySpan<int> codes)
    {
        if (codes.IsEmpty)
        {
            return;
        }

        PairInterner pairs = _pairs[_column];
        int start = 0;
        if (!_varies)
        {
            start = CountCommon(pairs, firstRow, codes);
            if (start == codes.Length)
            {
                return;
            }

            BeginToVary(firstRow + start);
        }

        Span<int> combined = _codes.Reserved(_rowCount).Slice(firstRow, codes.Length);
        for (int i = start; i < codes.Length; i++)
        {
            combined[i] = pairs.GetOrAdd(combined[i], codes[i]);
        }
    }

    /// <summary>Appends the same code of the current column for consecutive rows.</summary>
    /// <param name="firstRow">The first row.</param>
    /// <param name="count">The number of rows, at least 1.</param>
    /// <param name="code">The code.</param>
    public void AppendRun(int firstRow, int count, int code)
    {
        PairInterner pairs = _pairs[_column];
        if (!_varies)
        {
            int next = pairs.GetOrAdd(_common, code);
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

        foreach (ref int combined in _codes.Reserved(_rowCount).Slice(firstRow, count))
        {
            combined = pairs.GetOrAdd(combined, code);
        }
    }

    /// <summary>Ends the current column and starts the next.</summary>
    public void EndColumn()
    {
        if (!_varies)
        {
            _common = _next;
        }

        _column++;
    }

    /// <summary>Ends the row group and interns its series.</summary>
    /// <param name="seriesIds">Receives the id of each row; empty if only the series are needed.</param>
    public void Finish(Span<int> seriesIds)
    {
        Grow(ref _seriesIds);
        if (!_varies)
        {
            seriesIds.Fill(GetSeriesId(_common));
            return;
        }

        ReadOnlySpan<int> codes = _codes.Reserved(_rowCount);
        if (seriesIds.IsEmpty)
        {
            foreach (int code in codes)
            {
                GetSeriesId(code);
            }

            return;
        }

        for (int row = 0; row < codes.Length; row++)
        {
            seriesIds[row] = GetSeriesId(codes[row]);
        }
    }

    /// <summary>Ends the row group for one column of values of a file with a mapping, and interns its series.</summary>
    /// <param name="valueColumn">The index of the column of values.</param>
    /// <param name="seriesIds">Receives the id of each row; 0 for filtered ones.</param>
    /// <param name="verdicts">
    /// The verdicts of the rows. Filtered ones intern no series. Those that the mapping leaves out become
    /// <see cref="RejectionReason.Filtered"/>.
    /// </param>
    public void Finish(int valueColumn, Span<int> seriesIds, Span<RejectionReason> verdicts)
    {
        ref int[] ids = ref _mappedIds[valueColumn];
        Grow(ref ids);
        ReadOnlySpan<int> codes = _varies ? _codes.Reserved(_rowCount) : [];
        for (int row = 0; row < seriesIds.Length; row++)
        {
            seriesIds[row] = 0;
            if (verdicts[row].IsFiltered())
            {
                continue;
            }

            int code = codes.IsEmpty ? _common : codes[row];
            int id = ids[code];
            if (id == NotInterned)
            {
                id = ids[code] = InternMapped(code, valueColumn);
            }

            if (id == LeftOut)
            {
                verdicts[row] = RejectionReason.Filtered;
            }
            else
            {
                seriesIds[row] = id;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _codes.Dispose();

    /// <summary>As long as all rows have the same code, it is kept once and not for each row.</summary>
    /// <returns>How many of the codes leave that so.</returns>
    private int CountCommon(PairInterner pairs, int firstRow, ReadOnlySpan<int> codes)
    {
        if (firstRow == 0)
        {
            _next = pairs.GetOrAdd(_common, codes[0]);
        }

        int expected = pairs[_next].Second;
        int count = codes.IndexOfAnyExcept(expected);
        return count < 0 ? codes.Length : count;
    }

    /// <summary>Writes the common codes to the rows: those that already include the current column, then those that do not yet.</summary>
    private void BeginToVary(int appended)
    {
        _varies = true;
        Span<int> codes = _codes.Reserved(_rowCount);
        codes[..appended].Fill(_next);
        codes[appended..].Fill(_common);
    }

    private void Grow(ref int[] ids)
    {
        int codes = _pairs.Length == 0 ? 1 : _pairs[^1].Count;
        int known = ids.Length;
        if (known < codes)
        {
            Array.Resize(ref ids, Math.Max(codes, known * 2));
            ids.AsSpan(known).Fill(NotInterned);
        }
    }

    private int InternMapped(int code, int valueColumn)
    {
        if (_columns.TryGetMappedKey(_pairs, code, valueColumn) is not { } key)
        {
            return LeftOut;
        }

        _budget.ChargeSeries();
        return _catalog.Intern(key);
    }

    private int GetSeriesId(int code)
    {
        int id = _seriesIds[code];
        return id >= 0 ? id : Intern(code);
    }

    private int Intern(int code)
    {
        _budget.ChargeSeries();
        return _seriesIds[code] = _catalog.Intern(_columns.GetKey(_pairs, code));
    }
}
