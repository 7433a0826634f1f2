using System.Buffers;
using System.Runtime.CompilerServices;
using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>Rows that are compared with the table at once: those of one batch, or of several small batches.</summary>
/// <remarks>
/// No identity occurs in two batches of a set, so that the result is the same as if the batches were written one after the other. Row
/// <c>i</c> is element <c>i</c> of each array; invalid rows are left out.
/// </remarks>
internal sealed unsafe class RowSet : IDisposable
{
    /// <summary>The number of rows up to which batches share a set.</summary>
    public const int MaxSharedRows = 8_192;

    private readonly SeriesIndex _series = new();
    private readonly List<PendingBatch> _batches = [];
    private int _capacity;
    private int[] _seriesOf = [];
    private int[] _batchOf = [];
    private int[] _rowOf = [];
    private long[] _times = [];
    private double[] _values = [];
    private long[] _versions = [];
    private long[] _targets = [];
    private RowState[] _states = [];
    private int[] _slots = [];
    private bool _isIndexed;

    /// <summary>Gets the table of all rows. Only call it if <see cref="Count"/> is above 0 or a batch was added.</summary>
    public DatasetTable Table => _batches[0].Table;

    /// <summary>Gets the batches.</summary>
    public IReadOnlyList<PendingBatch> Batches => _batches;

    /// <summary>Gets the number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the earliest time, in nanoseconds since 1970.</summary>
    public long Earliest { get; private set; }

    /// <summary>Gets the latest time, in nanoseconds since 1970.</summary>
    public long Latest { get; private set; }

    public ReadOnlySpan<long> Times => _times.AsSpan(0, Count);

    public ReadOnlySpan<double> Values => _values.AsSpan(0, Count);

    public ReadOnlySpan<long> Versions => _versions.AsSpan(0, Count);

    /// <summary>Gets the row ids of the rows in the table that are updated.</summary>
    public Span<long> Targets => _targets.AsSpan(0, Count);

    public Span<RowState> States => _states.AsSpan(0, Count);

    /// <summary>Returns the texts of a row's series.</summary>
    public DuckDbText* TextsOf(int row) => _series.TextsOf(_seriesOf[row]);

    /// <summary>Returns the batch of a row.</summary>
    public PendingBatch BatchOf(int row) => _batches[_batchOf[row]];

    /// <summary>Returns the index of a row in its batch.</summary>
    public int RowInBatch(int row) => _rowOf[row];

    /// <summary>Removes all rows.</summary>
    public void Clear()
    {
        if (_capacity > MaxSharedRows)
        {
            Dispose();
        }

        _batches.Clear();
        _series.Clear();
        Count = 0;
        (Earliest, Latest) = (long.MaxValue, long.MinValue);
        _isIndexed = false;
    }

    /// <summary>Adds the valid rows of a batch.</summary>
    /// <returns>
    /// <see langword="false"/> if the batch needs a set of its own: it has another table, it is too large, or it shares an identity with
    /// another batch of this set. The set is then unchanged.
    /// </returns>
    public bool TryAdd(PendingBatch pending)
    {
        MeasurementBatch batch = pending.Batch;
        bool isFirst = _batches.Count == 0;
        if (!isFirst && (pending.Table != Table || Count + batch.Count > MaxSharedRows))
        {
            return false;
        }

        Reserve(Math.Max(batch.Count, MaxSharedRows));
        int start = Count;
        int[] seriesIds = ArrayPool<int>.Shared.Rent(Math.Max(1, batch.SeriesById.Length));
        try
        {
            if (!TryIntern(pending, seriesIds))
            {
                return false;
            }

            (long earliest, long latest) = Copy(batch, seriesIds);
            if (!isFirst && Count > start && earliest <= Latest && latest >= Earliest && SharesIdentity(start))
            {
                Count = start;
                return false;
            }

            _batches.Add(pending);

            // Only valid rows take room: a large batch of few valid rows leaves some for others, which then look for them in the index.
            bool isShared = Count < MaxSharedRows;
            pending.Duplicates = isShared || MayRepeat(start) ? AddToIndex(start) : 0;
            Earliest = Math.Min(Earliest, earliest);
            Latest = Math.Max(Latest, latest);
            return true;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(seriesIds);
        }
    }

    /// <summary>Finds the row with an identity.</summary>
    /// <param name="texts">The texts of the series.</param>
    /// <param name="time">The time.</param>
    /// <param name="guess">A row that may be the right one.</param>
    /// <returns>The row, or -1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(DuckDbText* texts, long time, int guess)
    {
        // A table that was written from the same files has the rows in the same order.
        return guess < Count && _times[guess] == time && _states[guess] != RowState.Duplicate
            && SeriesIndex.HaveSameIdentity(_series.TextsOf(_seriesOf[guess]), texts)
            ? guess
            : Find(texts, time);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Return(ref _seriesOf);
        Return(ref _batchOf);
        Return(ref _rowOf);
        Return(ref _times);
        Return(ref _values);
        Return(ref _versions);
        Return(ref _targets);
        Return(ref _states);
        Return(ref _slots);
        _capacity = 0;
    }

    private static void Return<T>(ref T[] array)
    {
        if (array.Length > 0)
        {
            ArrayPool<T>.Shared.Return(array);
            array = [];
        }
    }

    /// <summary>Makes room for rows of an empty set; a set that is not empty has the room already.</summary>
    private void Reserve(int capacity)
    {
        if (capacity <= _capacity)
        {
            return;
        }

        Dispose();
        _capacity = capacity;
        _seriesOf = ArrayPool<int>.Shared.Rent(capacity);
        _batchOf = ArrayPool<int>.Shared.Rent(capacity);
        _rowOf = ArrayPool<int>.Shared.Rent(capacity);
        _times = ArrayPool<long>.Shared.Rent(capacity);
        _values = ArrayPool<double>.Shared.Rent(capacity);
        _versions = ArrayPool<long>.Shared.Rent(capacity);
        _targets = ArrayPool<long>.Shared.Rent(capacity);
        _states = ArrayPool<RowState>.Shared.Rent(capacity);
    }

    /// <summary>Finds the numbers of a batch's series in this set.</summary>
    /// <returns><see langword="false"/> if one of them is in the set with another unit.</returns>
    private bool TryIntern(PendingBatch pending, int[] seriesIds)
    {
        ReadOnlySpan<Series> series = pending.Batch.SeriesById;
        SeriesTexts.Snapshot texts = pending.Texts.Add(series);
        for (int id = 0; id < series.Length; id++)
        {
            if (series[id].Fault != RejectionReason.None)
            {
                continue;
            }

            DuckDbText* own = texts.Of(id);
            seriesIds[id] = _series.Intern(own);
            if (!_series.TextsOf(seriesIds[id])[SeriesTexts.IdentityCount].EqualsText(own[SeriesTexts.IdentityCount]))
            {
                return false;
            }
        }

        return true;
    }

    private (long Earliest, long Latest) Copy(MeasurementBatch batch, int[] seriesIds)
    {
        ReadOnlySpan<RejectionReason> verdicts = batch.Verdicts;
        ReadOnlySpan<long> times = batch.Times;
        ReadOnlySpan<double> values = batch.Values;
        ReadOnlySpan<int> ids = batch.SeriesIds;
        ReadOnlySpan<long> versions = batch.Versions;
        long nanoseconds = TimeUnit.Nanoseconds.PerSecond() / batch.TimeUnit.PerSecond();
        int number = _batches.Count;
        int next = Count;
        long earliest = long.MaxValue;
        long latest = long.MinValue;
        for (int row = 0; row < verdicts.Length; row++)
        {
            if (verdicts[row] != RejectionReason.None)
            {
                continue;
            }

            // Rows outside the writer's limits are invalid and are not here. If a batch was not checked, fail rather than store a wrong
            // time.
            long time = checked(times[row] * nanoseconds);
            _seriesOf[next] = seriesIds[ids[row]];
            _batchOf[next] = number;
            _rowOf[next] = row;
            _times[next] = time;
            _values[next] = values[row];
            _versions[next] = versions.IsEmpty ? batch.Version : versions[row];
            _states[next] = RowState.New;
            next++;
            earliest = Math.Min(earliest, time);
            latest = Math.Max(latest, time);
        }

        Count = next;
        return (earliest, latest);
    }

    /// <summary>Returns whether the times of a series do not strictly ascend, so that a time may occur twice.</summary>
    private bool MayRepeat(int start)
    {
        long[] lastTimes = ArrayPool<long>.Shared.Rent(Math.Max(1, _series.Count));
        Array.Fill(lastTimes, long.MinValue, 0, _series.Count);
        bool mayRepeat = false;
        for (int row = start; row < Count && !mayRepeat; row++)
        {
            ref long last = ref lastTimes[_seriesOf[row]];
            mayRepeat = _times[row] <= last;
            last = _times[row];
        }

        ArrayPool<long>.Shared.Return(lastTimes);
        return mayRepeat;
    }

    /// <summary>Returns whether one of the last rows has the identity of an earlier one.</summary>
    private bool SharesIdentity(int start)
    {
        for (int row = start; row < Count; row++)
        {
            if (_slots[FindSlot(_seriesOf[row], _times[row])] > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Adds the last rows to the index. Of several rows with one identity it keeps the one with the highest version, or the last one if
    /// versions are equal; the others become duplicates.
    /// </summary>
    /// <returns>The number of duplicates.</returns>
    private int AddToIndex(int start)
    {
        if (!_isIndexed)
        {
            int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)_capacity * 2);
            if (_slots.Length < size)
            {
                Return(ref _slots);
                _slots = ArrayPool<int>.Shared.Rent(size);
            }

            Array.Clear(_slots);
            _isIndexed = true;
        }

        int duplicates = 0;
        for (int row = start; row < Count; row++)
        {
            ref int slot = ref _slots[FindSlot(_seriesOf[row], _times[row])];
            int earlier = slot - 1;
            if (earlier >= 0)
            {
                duplicates++;
                bool isNewer = _versions[row] >= _versions[earlier];
                _states[isNewer ? earlier : row] = RowState.Duplicate;
                if (!isNewer)
                {
                    continue;
                }
            }

            slot = row + 1;
        }

        return duplicates;
    }

    private int Find(DuckDbText* texts, long time)
    {
        if (!_isIndexed)
        {
            AddToIndex(0);
        }

        int series = _series.Find(texts);
        return series < 0 ? -1 : _slots[FindSlot(series, time)] - 1;
    }

    /// <summary>Returns the slot of an identity, or the empty slot where it belongs.</summary>
    private int FindSlot(int series, long time)
    {
        // The arrays of the pool have a power of two as their length.
        int mask = _slots.Length - 1;
        int slot = (int)(DuckDbText.Mix((ulong)time, (ulong)series) >> 32) & mask;
        while (_slots[slot] is var row and > 0 && (_times[row - 1] != time || _seriesOf[row - 1] != series))
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }
}

/// <summary>What becomes of a row.</summary>
internal enum RowState : byte
{
    /// <summary>Its identity is not in the table: it is appended.</summary>
    New,

    /// <summary>Another row of its batch has the same identity and comes first.</summary>
    Duplicate,

    /// <summary>It replaces version and value of a row in the table.</summary>
    Update,

    /// <summary>It replaces version, value and unit of a row in the table.</summary>
    UpdateWithUnit,

    /// <summary>The table keeps its row.</summary>
    Kept,
}
