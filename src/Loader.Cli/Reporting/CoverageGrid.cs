using Loader.Application.Quality;

namespace Loader.Cli.Reporting;

/// <summary>What a cell of the heat map shows, from the least to the most important.</summary>
internal enum CellState : byte
{
    /// <summary>Before the first or after the last row of the series.</summary>
    Outside,

    /// <summary>Each point has a row.</summary>
    Full,

    /// <summary>There are rows, and how many there should be is not known.</summary>
    Unknown,

    /// <summary>There is no row.</summary>
    Empty,

    /// <summary>Some points have no row.</summary>
    Partial,

    /// <summary>A point has two values.</summary>
    Conflicting,
}

/// <summary>The days of a heat map: a cell is one day, or a number of weeks if there are too many days.</summary>
internal sealed class CoverageGrid
{
    /// <summary>The maximum number of cells in a row.</summary>
    public const int MaxCells = 1_100;

    private const int DaysOfWeek = 7;

    private CoverageGrid(DateOnly first, int days)
    {
        First = first;
        Days = days;
        int weeks = (days + (DaysOfWeek * MaxCells) - 1) / (DaysOfWeek * MaxCells);
        DaysPerCell = days <= MaxCells ? 1 : weeks * DaysOfWeek;
        Cells = (days + DaysPerCell - 1) / DaysPerCell;
    }

    /// <summary>Gets the first day.</summary>
    public DateOnly First { get; }

    /// <summary>Gets the number of days.</summary>
    public int Days { get; }

    /// <summary>Gets the number of days in a cell.</summary>
    public int DaysPerCell { get; }

    /// <summary>Gets the number of cells in a row.</summary>
    public int Cells { get; }

    /// <summary>Creates the grid of all days of some series.</summary>
    /// <returns>The grid, or <see langword="null"/> if no days were kept.</returns>
    public static CoverageGrid? Create(IEnumerable<SeriesSummary> series)
    {
        SeriesSummary[] known = [.. series.Where(one => one.Days.Count > 0)];
        if (known.Length == 0)
        {
            return null;
        }

        DateOnly first = known.Min(one => one.Days[0].Day);
        return new CoverageGrid(first, known.Max(one => one.Days[^1].Day).DayNumber - first.DayNumber + 1);
    }

    /// <summary>Returns the cell of a day.</summary>
    public int CellOf(DateOnly day) => (day.DayNumber - First.DayNumber) / DaysPerCell;

    /// <summary>Fills the cells of a series.</summary>
    public CellState[] Fill(SeriesSummary series)
    {
        var cells = new CellState[Cells];
        if (series.Days.Count == 0)
        {
            return cells;
        }

        int begin = series.Days[0].Day.DayNumber;
        int end = series.Days[^1].Day.DayNumber;
        int at = 0;
        for (int cell = CellOf(series.Days[0].Day); cell <= CellOf(series.Days[^1].Day); cell++)
        {
            int from = Math.Max(First.DayNumber + (cell * DaysPerCell), begin);
            int to = Math.Min(First.DayNumber + ((cell + 1) * DaysPerCell) - 1, end);
            int present = 0;
            CellState worst = CellState.Empty;
            for (; at < series.Days.Count && series.Days[at].Day.DayNumber <= to; at++)
            {
                CellState state = StateOf(series.Days[at].Coverage);
                worst = present++ == 0 || state > worst ? state : worst;
            }

            cells[cell] = worst == CellState.Full && present <= to - from ? CellState.Partial : worst;
        }

        return cells;
    }

    private static CellState StateOf(DayCoverage coverage) => coverage switch
    {
        DayCoverage.Full => CellState.Full,
        DayCoverage.Partial => CellState.Partial,
        DayCoverage.Conflicting => CellState.Conflicting,
        _ => CellState.Unknown,
    };
}
