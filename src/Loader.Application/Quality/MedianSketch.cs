using System.Runtime.CompilerServices;

namespace Loader.Application.Quality;

/// <summary>Magnitudes whose median is wanted: all of the first 100, then a histogram with four buckets an octave.</summary>
/// <remarks>
/// A median of the histogram is off by 12 % at most, for magnitudes from 2⁻²⁴ to 2³⁹; smaller ones count as 0. The result does not depend
/// on the order in which magnitudes are added or sketches are merged.
/// </remarks>
internal sealed class MedianSketch
{
    private const int MaxExact = 100;
    private const int Buckets = 256;

    /// <summary>The exponent and two bits of the mantissa of 2⁻²⁴, less the bucket of smaller magnitudes.</summary>
    private const int FirstBits = ((1023 - 24) * 4) - 1;

    /// <summary>
    /// Buckets are kept in ranges of this length, 4 octaves, from that of the smallest magnitude to that of the largest.
    /// </summary>
    private const int RangeLength = 16;

    private double[] _exact = [];

    /// <summary>The counts of the buckets from <see cref="_first"/> on.</summary>
    private int[]? _buckets;
    private int _first;

    /// <summary>Gets the number of magnitudes.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the memory that is used.</summary>
    public int Bytes => 40 + (_exact.Length * sizeof(double)) + ((_buckets?.Length ?? 0) * sizeof(int));

    /// <summary>Adds the magnitudes of values.</summary>
    /// <returns>The growth of <see cref="Bytes"/>.</returns>
    public int Add(ReadOnlySpan<double> values)
    {
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
    public void Merge(MedianSketch other)
    {
        if (other._buckets is { } buckets)
        {
            Convert();
            for (int i = 0; i < buckets.Length; i++)
            {
                if (buckets[i] > 0)
                {
                    int bucket = other._first + i;
                    RoomFor(bucket)[bucket - _first] += buckets[i];
                }
            }

            Count += other.Count;
            return;
        }

        Add(other._exact.AsSpan(0, (int)other.Count));
    }

    /// <summary>Forgets all magnitudes.</summary>
    public void Clear()
    {
        Count = 0;
        _buckets = null;
    }

    /// <summary>Returns the median, or 0 if there are no magnitudes.</summary>
    public double Median()
    {
        if (Count == 0)
        {
            return 0;
        }

        if (_buckets is null)
        {
            Span<double> sorted = stackalloc double[MaxExact];
            sorted = sorted[..(int)Count];
            _exact.AsSpan(0, (int)Count).CopyTo(sorted);
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
    public long CountAbove(double limit)
    {
        long above = 0;
        if (_buckets is null)
        {
            foreach (double magnitude in _exact.AsSpan(0, (int)Count))
            {
                above += magnitude > limit ? 1 : 0;
            }

            return above;
        }

        int own = BucketOf(limit);
        for (int i = Math.Max((MiddleOf(own) > limit ? own : own + 1) - _first, 0); i < _buckets.Length; i++)
        {
            above += _buckets[i];
        }

        return above;
    }

    private int AddExact(ReadOnlySpan<double> values)
    {
        int before = Bytes;
        int count = (int)Count + values.Length;
        if (count > _exact.Length)
        {
            Array.Resize(ref _exact, Math.Clamp(_exact.Length * 2, count, MaxExact));
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

        _buckets = [];
        AddToBuckets(_exact.AsSpan(0, (int)Count));
        _exact = [];
    }

    private void AddToBuckets(ReadOnlySpan<double> values)
    {
        int[] buckets = _buckets!;
        int first = _first;
        foreach (double value in values)
        {
            int bucket = BucketOf(Math.Abs(value));
            if ((uint)(bucket - first) >= (uint)buckets.Length)
            {
                buckets = RoomFor(bucket);
                first = _first;
            }

            buckets[bucket - first]++;
        }
    }

    /// <summary>Returns the buckets with the range of one of them.</summary>
    private int[] RoomFor(int bucket)
    {
        int[] before = _buckets!;
        int first = bucket / RangeLength * RangeLength;
        int end = first + RangeLength;
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
