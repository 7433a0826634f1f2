using System.Numerics;

namespace Loader.Application.Quality;

/// <summary>Finds those of a few rows that may be findings. Each search replaces the result of the one before.</summary>
internal sealed class ScanCandidates
{
    /// <summary>The maximum number of rows.</summary>
    public const int Length = 512;

    private readonly int[] _rows = new int[Length];
    private readonly double[] _scores = new double[Length];

    /// <summary>Gets the rows whose time came before, where nobody asks for them.</summary>
    public List<int> Seen { get; } = [];

    /// <summary>Gets the differences of values, and that before the first one.</summary>
    public double[] Changes { get; } = new double[Length + 1];

    /// <summary>Gets the number of rows that were found.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the indexes of the rows that were found; -1 is the row before the first one.</summary>
    public Span<int> Rows => _rows.AsSpan(0, Count);

    /// <summary>Gets their scores.</summary>
    public Span<double> Scores => _scores.AsSpan(0, Count);

    /// <summary>Gets what <see cref="TopRows.Choose"/> needs.</summary>
    public double[] Scratch { get; } = new double[Length + TopRows.MaxCapacity];

    /// <summary>Finds values whose magnitude is above a limit; it is the score.</summary>
    public void FindAbove(ReadOnlySpan<double> values, double limit)
    {
        int count = 0;
        int i = 0;
        var limits = new Vector<double>(limit);
        for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            // Most are passed several at once.
            if (Vector.GreaterThanAny(Vector.Abs(new Vector<double>(values[i..])), limits))
            {
                FindAbove(values.Slice(i, Vector<double>.Count), limit, i, ref count);
            }
        }

        FindAbove(values[i..], limit, i, ref count);
        Count = count;
    }

    /// <summary>Finds values that differ from the one before by more than a quarter of that; the difference is the score.</summary>
    /// <param name="previous">The value before the first one.</param>
    /// <param name="values">The values.</param>
    /// <param name="changes">Their differences from the value before.</param>
    public void FindJumps(double previous, ReadOnlySpan<double> values, ReadOnlySpan<double> changes)
    {
        int count = 0;
        FindJumps(new ReadOnlySpan<double>(in previous), changes[..1], 0, ref count);
        changes = changes[1..];
        int i = 0;
        var quarter = new Vector<double>(0.25);
        for (; i <= changes.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var sizes = Vector.Abs(new Vector<double>(changes[i..]));
            if (Vector.GreaterThanAny(sizes, quarter * Vector.Abs(new Vector<double>(values[i..]))))
            {
                FindJumps(values[i..], changes.Slice(i, Vector<double>.Count), i + 1, ref count);
            }
        }

        FindJumps(values[i..], changes[i..], i + 1, ref count);
        Count = count;
    }

    /// <summary>Finds rows at which the direction changes; the smaller of the two changes is the score.</summary>
    /// <remarks>No processor can guess which rows these are, so nothing is decided by branches.</remarks>
    /// <param name="changes">The differences from the value before, and that of the row before the first one.</param>
    public void FindTurns(ReadOnlySpan<double> changes)
    {
        Span<double> sizes = _scores.AsSpan(0, changes.Length - 1);
        Span<int> rows = _rows.AsSpan(0, sizes.Length);
        var largest = new Vector<double>(double.MaxValue);
        int i = 0;
        for (; i <= sizes.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var before = new Vector<double>(changes[i..]);
            var after = new Vector<double>(changes[(i + 1)..]);
            Vector<long> isTurn =
                (Vector.GreaterThan(after, Vector<double>.Zero) & Vector.LessThan(before, Vector<double>.Zero))
                | (Vector.LessThan(after, Vector<double>.Zero) & Vector.GreaterThan(before, Vector<double>.Zero));
            Vector<double> size = Vector.Abs(after);
            isTurn &= Vector.LessThanOrEqual(size, largest);
            Vector.ConditionalSelect(isTurn, Vector.Min(size, Vector.Abs(before)), new Vector<double>(-1)).CopyTo(sizes[i..]);
        }

        for (; i < sizes.Length; i++)
        {
            (double before, double after) = (changes[i], changes[i + 1]);
            bool isTurn = (((after > 0) & (before < 0)) | ((after < 0) & (before > 0))) & double.IsFinite(after);
            sizes[i] = isTurn ? Math.Min(Math.Abs(after), Math.Abs(before)) : -1;
        }

        int count = 0;
        for (i = 0; i < sizes.Length; i++)
        {
            double size = sizes[i];
            sizes[count] = size;
            rows[count] = i - 1;
            count += size >= 0 ? 1 : 0;
        }

        Count = count;
    }

    private void FindAbove(ReadOnlySpan<double> values, double limit, int first, ref int count)
    {
        for (int i = 0; i < values.Length; i++)
        {
            double magnitude = Math.Abs(values[i]);
            _rows[count] = first + i;
            _scores[count] = magnitude;
            count += magnitude > limit ? 1 : 0;
        }
    }

    private void FindJumps(ReadOnlySpan<double> before, ReadOnlySpan<double> changes, int first, ref int count)
    {
        for (int i = 0; i < changes.Length; i++)
        {
            double size = Math.Abs(changes[i]);
            _rows[count] = first + i;
            _scores[count] = size;
            count += size > 0.25 * Math.Abs(before[i]) & size <= double.MaxValue ? 1 : 0;
        }
    }
}
