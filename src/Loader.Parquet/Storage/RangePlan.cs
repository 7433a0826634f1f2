namespace Loader.Parquet.Storage;

/// <summary>Combines the needed ranges of a file into fewer reads, at the cost of a few bytes that are not needed.</summary>
internal static class RangePlan
{
    /// <summary>At most one unneeded byte is read for this many needed ones.</summary>
    private const int NeededPerSpare = 25;

    /// <summary>The maximum length of a combined range, so that it fits into one buffer.</summary>
    private const long MaxJoined = 1 << 28;

    /// <summary>Combines ranges, starting with the smallest gaps.</summary>
    /// <param name="needed">The ranges, in any order; they may touch and overlap.</param>
    /// <returns>The ranges to read, ordered by offset.</returns>
    public static List<ByteRange> Join(IEnumerable<ByteRange> needed)
    {
        List<ByteRange> ranges = JoinTouching(needed);
        long spare = ranges.Sum(r => r.Length) / NeededPerSpare;
        var isJoined = new bool[ranges.Count];
        foreach (int next in Enumerable.Range(1, Math.Max(0, ranges.Count - 1)).OrderBy(GapBefore))
        {
            spare -= GapBefore(next);
            isJoined[next] = spare >= 0;
        }

        var joined = new List<ByteRange>();
        for (int i = 0; i < ranges.Count; i++)
        {
            if (isJoined[i] && ranges[i].End - joined[^1].Offset <= MaxJoined)
            {
                joined[^1] = new ByteRange(joined[^1].Offset, ranges[i].End - joined[^1].Offset);
            }
            else
            {
                joined.Add(ranges[i]);
            }
        }

        return joined;

        long GapBefore(int next) => ranges[next].Offset - ranges[next - 1].End;
    }

    private static List<ByteRange> JoinTouching(IEnumerable<ByteRange> needed)
    {
        var joined = new List<ByteRange>();
        foreach (ByteRange range in needed.OrderBy(r => r.Offset))
        {
            if (joined is [.., { } last] && range.Offset <= last.End && Math.Max(range.End, last.End) - last.Offset <= MaxJoined)
            {
                joined[^1] = new ByteRange(last.Offset, Math.Max(range.End, last.End) - last.Offset);
            }
            else
            {
                joined.Add(range);
            }
        }

        return joined;
    }
}
