using System.Numerics;
using System.Runtime.CompilerServices;

namespace Loader.Application.Quality;

/// <summary>Magnitudes whose median is wanted: all of the first 100, then a histogram with four buckets an octave.</summary>
/// <remarks>
/// A median of the histogram is off by 12 % at most, for magnitudes from 2⁻²⁴ to 2³⁹; smaller ones count as 0. The result does not depend
/// on the order in which magnitudes are added or sketches are merged.
/// </remarks>
internal struct MedianSketch
{
    private const int MaxExact = 100;
    private const int Buckets = 256;

    /// <summary>The exponent and two bits of the mantissa of 2⁻²⁴, less the bucket of smaller magnitudes.</summary>
    private const int FirstBits = ((1023 - 24) * 4) - 1;

    /// <summary>
    /// Buckets are kept in ranges of this length, 4 octaves, from that of the smallest magnitude to that of the largest.
    /// </summary>
    private const int RangeLength = 16;

    private double[]? _exact;

    /// <summary>The counts of the buckets from <see cref="_first"/> on.</summary>
    private int[]? _buckets;
    private int _first;

    /// <summary>Gets the number of magnitudes.</summary>
    public long Count { readonly get; private set; }

    /// <summary>Gets the memory that is used, without that of the fields.</summary>
    public readonly int Bytes => ((_exact?.Length ?? 0) * sizeof(double)) + ((_buckets?.Length ?? 0) * sizeof(int));

    private readonly ReadOnlySpan<double> Exact => _exact.AsSpan(0, _buckets is null ? (int)Count : 0);

    /// <summary>Adds the magnitudes of values.</summary>
    /// <returns>The growth of <see cref="Bytes"/>.</returns>
    public int Add(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            return 0;
        }

        if (_buckets is null && values.Length <= MaxExact - Count)
        {
            return AddExact(values);
        }

        int before = Bytes;
        Convert();
        AddToBuckets(values);
        Count += values.Length;
        return Bytes - before;
    }

    /// <summary>Adds the magnitudes of another sketch.</summary>
    public void Merge(in MedianSketch other)
    {
        if (other._buckets is { } buckets)
        {
            Convert();
            int first = other._first + buckets.AsSpan().IndexOfAnyExcept(0);
            int last = other._first + buckets.AsSpan().LastIndexOfAnyExcept(0);
            int[] own = RoomFor(first, last);
            for (int bucket = first; bucket <= last; bucket++)
            {
                own[bucket - _first] += buckets[bucket - other._first];
            }

            Count += other.Count;
            return;
        }

        Add(other.Exact);
    }

    /// <summary>Forgets all magnitudes.</summary>
    public void Clear()
    {
        Count = 0;
        _buckets = null;
    }

    /// <summary>Returns the median, or 0 if there are no magnitudes.</summary>
    public readonly double Median()
    {
        if (Count == 0)
        {
            return 0;
        }

        if (_buckets is null)
        {
            Span<double> sorted = stackalloc double[MaxExact];
            sorted = sorted[..(int)Count];
            Exact.CopyTo(sorted);
            sorted.Sort();
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }

        long rest = (Count + 1) / 2;
        int bucket = 0;
        while ((rest -= _buckets[bucket]) > 0)
        {
            bucket++;
        }

        return MiddleOf(_first + bucket);
    }

    /// <summary>Returns the number of magnitudes above a limit; those of the limit's own bucket count by its middle.</summary>
    public readonly long CountAbove(double limit)
    {
        long above = 0;
        if (_buckets is null)
        {
            foreach (double magnitude in Exact)
            {
                above += magnitude > limit ? 1 : 0;
            }

            return above;
        }

        for (int i = Math.Max(FirstAbove(limit) - _first, 0); i < _buckets.Length; i++)
        {
            above += _buckets[i];
        }

        return above;
    }

    /// <summary>Returns whether <see cref="CountAbove"/> counts a magnitude that was added.</summary>
    public readonly bool IsCountedAbove(double magnitude, double limit) =>
        _buckets is null ? magnitude > limit : BucketOf(magnitude) >= FirstAbove(limit);

    private int AddExact(ReadOnlySpan<double> values)
    {
        int before = Bytes;
        int count = (int)Count + values.Length;
        if (_exact is null || count > _exact.Length)
        {
            Array.Resize(ref _exact, Math.Clamp((_exact?.Length ?? 0) * 2, count, MaxExact));
        }

        for (int i = 0; i < values.Length; i++)
        {
            _exact[(int)Count + i] = Math.Abs(values[i]);
        }

        Count = count;
        return Bytes - before;
    }

    private void Convert()
    {
        if (_buckets is not null)
        {
            return;
        }

        ReadOnlySpan<double> exact = Exact;
        _buckets = [];
        if (!exact.IsEmpty)
        {
            AddToBuckets(exact);
        }

        _exact = null;
    }

    private void AddToBuckets(ReadOnlySpan<double> values)
    {
        // All of a call are counted first, so that the buckets grow once. Neighbours are often in the same bucket, so each is counted in
        // another place than the one before it: a count that was just written is slow to read.
        Span<int> counts = stackalloc int[Buckets];
        Span<int> others = stackalloc int[Buckets];
        int i = 0;
        for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<long> buckets = BucketsOf(Vector.Abs(new Vector<double>(values[i..])));
            for (int lane = 0; lane < Vector<long>.Count; lane += 2)
            {
                counts[(int)buckets[lane]]++;
                others[(int)buckets[lane + 1]]++;
            }
        }

        for (; i < values.Length; i++)
        {
            counts[BucketOf(Math.Abs(values[i]))]++;
        }

        int first = (int)Math.Min((uint)counts.IndexOfAnyExcept(0), (uint)others.IndexOfAnyExcept(0));
        int last = Math.Max(counts.LastIndexOfAnyExcept(0), others.LastIndexOfAnyExcept(0));
        Span<int> kept = RoomFor(first, last);
        for (i = first / RangeLength * RangeLength; i <= last; i += Vector<int>.Count)
        {
            Span<int> sums = kept[(i - _first)..];
            (new Vector<int>(sums) + new Vector<int>(counts[i..]) + new Vector<int>(others[i..])).CopyTo(sums);
        }
    }

    /// <summary>Returns the buckets with the ranges from the first to the last one.</summary>
    private int[] RoomFor(int firstBucket, int lastBucket)
    {
        int[] before = _buckets!;
        int first = firstBucket / RangeLength * RangeLength;
        int end = (lastBucket / RangeLength * RangeLength) + RangeLength;
        if (before.Length > 0)
        {
            first = Math.Min(first, _first);
            end = Math.Max(end, _first + before.Length);
        }

        if (end - first != before.Length)
        {
            _buckets = new int[end - first];
            before.CopyTo(_buckets, before.Length == 0 ? 0 : _first - first);
            _first = first;
        }

        return _buckets!;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int BucketOf(double magnitude) =>
        (int)Math.Clamp((BitConverter.DoubleToInt64Bits(magnitude) >> 50) - FirstBits, 0, Buckets - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<long> BucketsOf(Vector<double> magnitudes) => Vector.Min(
        Vector.Max(Vector.ShiftRightLogical(Vector.AsVectorInt64(magnitudes), 50) - new Vector<long>(FirstBits), Vector<long>.Zero),
        new Vector<long>(Buckets - 1));

    private static int FirstAbove(double limit)
    {
        int own = BucketOf(limit);
        return MiddleOf(own) > limit ? own : own + 1;
    }

    private static double MiddleOf(int bucket)
    {
        if (bucket == 0)
        {
            return 0;
        }

        double from = BitConverter.Int64BitsToDouble((long)(bucket + FirstBits) << 50);
        double to = BitConverter.Int64BitsToDouble((long)(bucket + FirstBits + 1) << 50);
        return (from + to) / 2;
    }
}
