using System.Numerics;
using System.Runtime.InteropServices;

namespace Loader.Application.Quality;

/// <summary>A row that may be a finding.</summary>
/// <param name="Score">What decides whether it is one; not negative.</param>
/// <param name="Seconds">The time, in seconds since 1970 (UTC).</param>
/// <param name="Value">The value.</param>
/// <param name="Step">The distance of the row before it, in seconds.</param>
/// <param name="File">The number of the file in the run.</param>
/// <param name="Place">Where the row is in the file.</param>
internal readonly record struct RatedRow(double Score, long Seconds, double Value, int Step, int File, RowPlace Place);

/// <summary>
/// The rows with the highest scores, and a histogram of all scores. Of equal ones, the first ones of a file are kept, and the earliest of
/// several files.
/// </summary>
/// <param name="capacity">The maximum number of rows, up to <see cref="MaxCapacity"/>.</param>
internal struct TopRows(int capacity)
{
    public const int MaxCapacity = 32;

    private const int RowBytes = 40;
    private const int MinLength = 4;

    private RatedRow[] _rows = [];
    private int _count;
    private MedianSketch _scores;

    /// <summary>Gets the rows, in no order.</summary>
    public readonly ReadOnlySpan<RatedRow> Rows => _rows.AsSpan(0, _count);

    /// <summary>Gets the memory that is used, without that of the fields.</summary>
    public readonly int Bytes => (_rows.Length * RowBytes) + _scores.Bytes;

    /// <summary>Gets the score above which a row is kept.</summary>
    public double Lowest { readonly get; private set; } = double.NegativeInfinity;

    /// <summary>Adds scores to the histogram.</summary>
    public void AddScores(ReadOnlySpan<double> scores) => _scores.Add(scores);

    /// <summary>
    /// Chooses which of some rows are kept, and removes those for which they leave no room. Of equal scores, the first ones are kept.
    /// </summary>
    /// <param name="scores">The scores of the rows. Those of the chosen ones are moved to the front; the others are overwritten.</param>
    /// <param name="rows">What the caller knows the rows by; treated like their scores.</param>
    /// <param name="scratch">Is overwritten; as long as the scores and <see cref="MaxCapacity"/>.</param>
    /// <returns>The number of rows to <see cref="Add"/>.</returns>
    public int Choose(Span<double> scores, Span<int> rows, Span<double> scratch)
    {
        int chosen = double.IsNegativeInfinity(Lowest) ? scores.Length
            : IsAnyAbove(scores, Lowest) ? MoveToFront(scores, rows, Lowest, equal: 0)
            : 0;
        if (chosen > 0 && _count + chosen >= capacity)
        {
            int equal = RaiseLowest(scores[..chosen], scratch);
            equal = Remove(equal);
            chosen = MoveToFront(scores[..chosen], rows, Lowest, equal);
        }

        Reserve(chosen);
        return chosen;
    }

    /// <summary>Adds a row that was chosen.</summary>
    public void Add(in RatedRow row) => _rows[_count++] = row;

    /// <summary>Forgets all rows and scores.</summary>
    public void Clear()
    {
        _count = 0;
        Lowest = double.NegativeInfinity;
        _scores.Clear();
    }

    /// <summary>Adds the rows and scores of another set. No rows can be chosen after that.</summary>
    public void Merge(in TopRows other)
    {
        Reserve(other._count);
        int last = FindLast();
        foreach (ref readonly RatedRow row in other.Rows)
        {
            if (_count < capacity)
            {
                Add(row);
                last = FindLast();
            }
            else if (IsBefore(row, _rows[last]))
            {
                _rows[last] = row;
                last = FindLast();
            }
        }

        _scores.Merge(other._scores);
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
    public readonly long CountOthersAbove(double limit)
    {
        long others = _scores.CountAbove(limit);
        foreach (ref readonly RatedRow row in Rows)
        {
            others -= _scores.IsCountedAbove(row.Score, limit) ? 1 : 0;
        }

        return others;
    }

    /// <summary>Finds the lowest score of the rows that are kept when others are added.</summary>
    /// <returns>The number of rows with that score that are kept.</returns>
    private int RaiseLowest(ReadOnlySpan<double> scores, Span<double> scratch)
    {
        Span<double> all = scratch[..(_count + scores.Length)];
        for (int i = 0; i < _count; i++)
        {
            all[i] = _rows[i].Score;
        }

        scores.CopyTo(all[_count..]);

        // Floating-point numbers that are not negative have the order of their bits.
        Span<long> bits = MemoryMarshal.Cast<double, long>(all);
        long lowest = OrderStatistic.Find(bits, all.Length - capacity);
        Lowest = BitConverter.Int64BitsToDouble(lowest);
        return capacity - OrderStatistic.CountAbove<long>(bits, lowest);
    }

    /// <summary>Removes rows that are not among those with the highest scores any more.</summary>
    /// <param name="equal">As many rows whose score is the lowest are kept.</param>
    /// <returns>What is left of <paramref name="equal"/>.</returns>
    private int Remove(int equal)
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            RatedRow row = _rows[i];
            _rows[kept] = row;
            kept += IsKept(row.Score, Lowest, ref equal) ? 1 : 0;
        }

        _count = kept;
        return equal;
    }

    /// <summary>Moves rows with a score above a limit to the front, and the first ones of those whose score equals it.</summary>
    /// <returns>Their number.</returns>
    private static int MoveToFront(Span<double> scores, Span<int> rows, double limit, int equal)
    {
        int count = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            double score = scores[i];
            scores[count] = score;
            rows[count] = rows[i];
            count += IsKept(score, limit, ref equal) ? 1 : 0;
        }

        return count;
    }

    private static bool IsAnyAbove(ReadOnlySpan<double> scores, double limit)
    {
        var limits = new Vector<double>(limit);
        int i = 0;
        for (; i <= scores.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            if (Vector.GreaterThanAny(new Vector<double>(scores[i..]), limits))
            {
                return true;
            }
        }

        foreach (double score in scores[i..])
        {
            if (score > limit)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Returns whether a row is kept.</summary>
    /// <remarks>No processor can guess whether a score is above the limit, so that is not decided by a branch.</remarks>
    private static bool IsKept(double score, double limit, ref int equal)
    {
        bool isKept = score > limit;
        if (score == limit)
        {
            isKept = equal > 0;
            equal--;
        }

        return isKept;
    }

    /// <summary>Makes room for rows that are added next, at once.</summary>
    private void Reserve(int rows)
    {
        int wanted = Math.Min(_count + rows, capacity);
        if (wanted > _rows.Length)
        {
            int length = Math.Max(MinLength, (int)BitOperations.RoundUpToPowerOf2((uint)wanted));
            Array.Resize(ref _rows, Math.Min(length, capacity));
        }
    }

    /// <summary>Returns the index of the row that is replaced next.</summary>
    private readonly int FindLast()
    {
        int last = 0;
        for (int i = 1; i < _count; i++)
        {
            last = IsBefore(_rows[last], _rows[i]) ? i : last;
        }

        return last;
    }

    private static bool IsBefore(in RatedRow row, in RatedRow other) =>
        (row.Score > other.Score) | ((row.Score == other.Score) & (row.Seconds < other.Seconds));
}
