using System.Runtime.InteropServices;
using Loader.Infrastructure.Parquet.Columns;

namespace Loader.Infrastructure.Parquet.Decoding;

/// <summary>Which of two instants a local time stands for.</summary>
internal enum Instant
{
    /// <summary>The earlier one, before clocks were set back.</summary>
    Earlier,

    /// <summary>The later one, after clocks were set back.</summary>
    Later,

    /// <summary>The file does not tell.</summary>
    Unknown,
}

/// <summary>
/// The series with rows in or near one overlap: whether they ascend, and how often each local time has occurred. Every time here is the
/// earlier instant of a local time, so that the order of times is that of local times.
/// </summary>
/// <param name="overlap">The overlap.</param>
internal sealed class SeriesInOverlap(Overlap overlap)
{
    private readonly Dictionary<int, Order> _orders = [];
    private readonly Dictionary<(int Series, long Seconds, long Nanoseconds), Occurrences> _occurrences = [];

    /// <summary>What earlier row groups have made of a local time.</summary>
    private enum Past : byte
    {
        /// <summary>It has not occurred.</summary>
        None,

        /// <summary>It has occurred once and has the earlier instant.</summary>
        Once,

        /// <summary>Both instants are taken, or can no longer be told apart.</summary>
        Over,
    }

    /// <summary>Adds a row of a row group, before any of its times is chosen.</summary>
    /// <param name="rowGroup">The index of the row group.</param>
    /// <param name="row">The row.</param>
    /// <param name="time">The earlier instant.</param>
    /// <param name="series">The series of the row.</param>
    public void Add(int rowGroup, in OverlapRow row, (long Seconds, long Nanoseconds) time, int series)
    {
        ref Order order = ref CollectionsMarshal.GetValueRefOrAddDefault(_orders, series, out bool isKnown);
        if (isKnown)
        {
            order.Steps += time.CompareTo(order.Last);
        }

        order.Last = time;
        if (row.IsAmbiguous)
        {
            ref Occurrences occurrences = ref CollectionsMarshal.GetValueRefOrAddDefault(
                _occurrences, (series, time.Seconds, time.Nanoseconds), out bool occurred);
            if (!occurred || occurrences.RowGroup != rowGroup)
            {
                occurrences = new Occurrences { RowGroup = rowGroup, Past = occurrences.Future };
            }

            occurrences.Count++;
        }
    }

    /// <summary>Returns whether the rows near the overlap do not say whether a series ascends.</summary>
    /// <param name="series">The series, which has rows near the overlap.</param>
    /// <returns>Whether it neither ascends nor descends.</returns>
    public bool IsUndirected(int series) => CollectionsMarshal.GetValueRefOrNullRef(_orders, series).Steps == 0;

    /// <summary>Gives an undirected series the direction that its rows in the whole row group have.</summary>
    /// <param name="series">The series.</param>
    /// <param name="first">The time of its first row in the row group.</param>
    /// <param name="last">The time of its last row in the row group.</param>
    public void AddEnds(int series, (long Seconds, long Nanoseconds) first, (long Seconds, long Nanoseconds) last)
    {
        ref Order order = ref CollectionsMarshal.GetValueRefOrNullRef(_orders, series);
        order.Steps = last.CompareTo(first);
        order.Last = last;
    }

    /// <summary>Chooses the instant of a row whose local time occurs twice, after all rows of its row group were added.</summary>
    /// <param name="time">The earlier instant.</param>
    /// <param name="series">The series of the row.</param>
    /// <param name="mayContinue">Whether a later row group can have times in the overlap.</param>
    /// <param name="mayDescend">Whether a later row group can have times before this one.</param>
    /// <returns>The instant.</returns>
    public Instant Choose((long Seconds, long Nanoseconds) time, int series, bool mayContinue, bool mayDescend)
    {
        ref Order order = ref CollectionsMarshal.GetValueRefOrNullRef(_orders, series);
        ref Occurrences occurrences = ref CollectionsMarshal.GetValueRefOrNullRef(_occurrences, (series, time.Seconds, time.Nanoseconds));
        int number = occurrences.Chosen++;
        bool descends = order.Steps < 0;

        // The rows so far do not say whether the series descends, and those of later row groups could.
        bool isUnknown = order.Steps == 0 && mayDescend;
        if (occurrences.Past == Past.None && occurrences.Count == 1)
        {
            // The next row of the series may be in the next row group. If it has the same local time, this one is the later of the two.
            bool mayBeLater = (descends || isUnknown) && mayContinue && !HasLeftDownwards(order);
            occurrences.Future = mayBeLater ? Past.Over : Past.Once;
            return mayBeLater ? Instant.Unknown : Instant.Earlier;
        }

        occurrences.Future = Past.Over;
        if (isUnknown && occurrences.Past == Past.None)
        {
            return Instant.Unknown;
        }

        return (occurrences.Past, number, descends) switch
        {
            (Past.None, 0, false) or (Past.None, 1, true) => Instant.Earlier,
            (Past.None, 1, false) or (Past.None, 0, true) or (Past.Once, 0, false) => Instant.Later,
            _ => Instant.Unknown,
        };
    }

    /// <summary>Counts the local times that have occurred once and have the earlier instant.</summary>
    /// <returns>The number.</returns>
    public int CountLone()
    {
        int count = 0;
        foreach (Occurrences occurrences in _occurrences.Values)
        {
            count += occurrences.Future == Past.Once ? 1 : 0;
        }

        return count;
    }

    private bool HasLeftDownwards(in Order order) => order.Last.Seconds < overlap.Start - overlap.EarlierOffset;

    private struct Order
    {
        /// <summary>The time of the last row.</summary>
        public (long Seconds, long Nanoseconds) Last;

        /// <summary>The number of steps forward minus the number of steps back.</summary>
        public int Steps;
    }

    private struct Occurrences
    {
        /// <summary>The row group that the counts are of.</summary>
        public int RowGroup;

        /// <summary>The number of rows in the row group.</summary>
        public int Count;

        /// <summary>The number of rows in the row group whose instant has been chosen.</summary>
        public int Chosen;

        /// <summary>What the row groups before it have made of the local time.</summary>
        public Past Past;

        /// <summary>What is left for the row groups after it.</summary>
        public Past Future;
    }
}
