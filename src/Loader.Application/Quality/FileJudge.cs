using System.Buffers;
using System.Collections;
using Loader.Domain;

namespace Loader.Application.Quality;

/// <summary>Judges the series of one file. It receives the batches in file order; one thread uses it at a time.</summary>
public sealed class FileJudge : IDisposable
{
    /// <summary>Rows that are sorted by their series at once stay in the cache if there are few.</summary>
    private const int MinSorted = 16_384;

    private const int MaxSorted = 131_072;

    private readonly QualityJudge _run;
    private readonly QualityMemory _memory;
    private readonly TimeZoneInfo _zone;
    private readonly QualityRules? _rules;
    private readonly TimeRange _range;
    private readonly long _future;
    private readonly ScanWorkspace _workspace = new();
    private readonly Dictionary<QualitySeries, int> _slots = [];
    private readonly List<SeriesStatistics> _series = [];
    private readonly List<SeriesScan?> _scans = [];
    private readonly List<int> _seen = [];
    private readonly List<int> _repeated = [];
    private readonly List<int> _touched = [];

    /// <summary>The place of each series id in the lists, or -1 if it is not judged.</summary>
    private int[] _slotById = [];
    private bool[] _isGoodById = [];
    private int[] _countBySlot = [];
    private QualityDetail _detail;
    private int _seriesKnown;
    private int _nextRowGroup;
    private bool _hasEnded;

    internal FileJudge(
        QualityJudge run, QualityMemory memory, int file, TimeZoneInfo zone, QualityRules? rules, TimeRange range, long future)
    {
        _run = run;
        _memory = memory;
        Number = file;
        _zone = zone;
        _rules = rules;
        _range = range;
        _future = future;
        _detail = memory.Detail;
    }

    /// <summary>Gets the number of the file in the run.</summary>
    internal int Number { get; }

    /// <summary>Gets the series of the file.</summary>
    internal IReadOnlyList<SeriesStatistics> Series => _series;

    /// <summary>Gets the quality flags of valid series.</summary>
    internal HashSet<string> QualityFlags { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the number of series that no memory was left for; those of each file count.</summary>
    internal long SeriesNotJudged { get; private set; }

    /// <summary>Judges the rows of a batch that are valid and in the range of time.</summary>
    /// <param name="batch">The batch. A batch of a row group that was judged before is ignored.</param>
    public void Add(MeasurementBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.RowGroup < _nextRowGroup)
        {
            return;
        }

        _nextRowGroup = batch.RowGroup + 1;
        AddSeries(batch);
        int sorted = (int)Math.Clamp(_series.Count * 512L, MinSorted, MaxSorted);
        for (int first = 0; first < batch.Count; first += sorted)
        {
            AddRows(batch, first, Math.Min(sorted, batch.Count - first));
        }

        if (_repeated.Count > 0)
        {
            _repeated.Sort();
            CompareRepeated(batch);
        }
    }

    /// <summary>Ends the file and adds its series to those of the run.</summary>
    public void Complete()
    {
        _hasEnded = true;
        EndScans();
        _run.Merge(this);
    }

    /// <summary>Forgets the series of a file that was not read to its end.</summary>
    public void Dispose()
    {
        if (_hasEnded)
        {
            return;
        }

        _hasEnded = true;
        EndScans();
        foreach (SeriesStatistics series in _series)
        {
            series.Release(_memory);
        }

        _run.AddNotJudged(this);
    }

    private void EndScans()
    {
        foreach (SeriesScan? scan in _scans)
        {
            if (scan is not null)
            {
                scan.End();
                _memory.AddTotals(-SeriesScan.Bytes);
            }
        }
    }

    private void AddSeries(MeasurementBatch batch)
    {
        ReadOnlySpan<Series> all = batch.SeriesById;
        if (all.Length > _slotById.Length)
        {
            int length = Math.Max(all.Length, _slotById.Length * 2);
            Array.Resize(ref _slotById, length);
            Array.Resize(ref _isGoodById, length);
        }

        for (; _seriesKnown < all.Length; _seriesKnown++)
        {
            Series series = all[_seriesKnown];
            bool isValid = series.Fault == RejectionReason.None;
            _slotById[_seriesKnown] = isValid ? FindSlot(series) : -1;
            _isGoodById[_seriesKnown] = isValid && IsGood(series.Key.QualityFlag);
        }

        if (_series.Count > _countBySlot.Length)
        {
            _countBySlot = new int[Math.Max(_series.Count, _countBySlot.Length * 2)];
        }
    }

    private int FindSlot(Series series)
    {
        SeriesKey key = series.Key;
        if (key.QualityFlag is { } flag && QualityFlags.Count < QualityJudge.MaxFlags)
        {
            QualityFlags.Add(flag);
        }

        var identity = new QualitySeries(series.Dataset, key.Region!, key.Subject!, key.MeasurementType!);
        if (_slots.TryGetValue(identity, out int slot))
        {
            _series[slot].AddUnit(key.Unit!);
            return slot;
        }

        if (_memory.Detail == QualityDetail.NoFurtherSeries)
        {
            SeriesNotJudged++;
            return -1;
        }

        var statistics = new SeriesStatistics(identity, key.Unit!, _zone, _rules, new FewRows(Number, _zone));
        statistics.Account(_memory);
        statistics.Shed(_detail, _memory, _workspace);
        _slots.Add(identity, _series.Count);
        _series.Add(statistics);
        _scans.Add(null);
        return _series.Count - 1;
    }

    private static bool IsGood(string? flag) => string.IsNullOrWhiteSpace(flag)
        || flag.Trim().ToUpperInvariant() is "GOOD" or "VALID" or "ACTUAL";

    /// <summary>Sorts rows by their series, so that each series is read at once, and adds them.</summary>
    private void AddRows(MeasurementBatch batch, int first, int count)
    {
        int[] slots = ArrayPool<int>.Shared.Rent(count);
        SortedRow[] sorted = ArrayPool<SortedRow>.Shared.Rent(count);
        FindSlots(batch, first, slots.AsSpan(0, count));
        int end = 0;
        int most = 0;
        foreach (int slot in _touched)
        {
            int ofSlot = _countBySlot[slot];
            _countBySlot[slot] = end;
            end += ofSlot;
            most = Math.Max(most, ofSlot);
        }

        ReadOnlySpan<long> times = batch.Times.Slice(first, count);
        ReadOnlySpan<double> all = batch.Values.Slice(first, count);
        int[] ends = _countBySlot;
        for (int i = 0; i < count; i++)
        {
            int slot = slots[i];
            if (slot >= 0)
            {
                sorted[ends[slot]++] = new SortedRow(times[i], all[i], first + i);
            }
        }

        long[] seconds = ArrayPool<long>.Shared.Rent(most);
        double[] values = ArrayPool<double>.Shared.Rent(most);
        int[] rows = ArrayPool<int>.Shared.Rent(most);
        int from = 0;
        foreach (int slot in _touched)
        {
            int until = ends[slot];
            ends[slot] = 0;
            int ofSlot = until - from;
            for (int i = 0; i < ofSlot; i++)
            {
                ref readonly SortedRow row = ref sorted[from + i];
                seconds[i] = row.Time;
                values[i] = row.Value;
                rows[i] = row.Index;
            }

            ToSeconds(batch.TimeUnit, seconds.AsSpan(0, ofSlot));
            AddRows(slot, new ScannedRows(seconds.AsSpan(0, ofSlot), values.AsSpan(0, ofSlot), rows.AsSpan(0, ofSlot), batch.RowGroup));
            from = until;
        }

        _touched.Clear();
        ArrayPool<int>.Shared.Return(slots);
        ArrayPool<SortedRow>.Shared.Return(sorted);
        ArrayPool<int>.Shared.Return(rows);
        ArrayPool<long>.Shared.Return(seconds);
        ArrayPool<double>.Shared.Return(values);
    }

    /// <summary>Finds and counts the series of the rows that are judged.</summary>
    private void FindSlots(MeasurementBatch batch, int first, Span<int> slots)
    {
        ReadOnlySpan<long> times = batch.Times.Slice(first, slots.Length);
        ReadOnlySpan<double> values = batch.Values.Slice(first, slots.Length);
        ReadOnlySpan<int> ids = batch.SeriesIds.Slice(first, slots.Length);
        ReadOnlySpan<RejectionReason> verdicts = batch.Verdicts.Slice(first, slots.Length);
        (long from, long to) = Judged(batch.TimeUnit);
        int[] counts = _countBySlot;
        int[] slotById = _slotById;
        bool[] isGoodById = _isGoodById;
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i] = -1;
            if (verdicts[i] != RejectionReason.None || !double.IsFinite(values[i]) || times[i] < from || times[i] > to)
            {
                continue;
            }

            int id = ids[i];
            int slot = slotById[id];
            if (slot < 0)
            {
                continue;
            }

            slots[i] = slot;
            if (counts[slot]++ == 0)
            {
                _touched.Add(slot);
            }

            if (!isGoodById[id])
            {
                _series[slot].NotGood++;
            }
        }
    }

    /// <summary>Returns the first and the last time that is judged. A missing time is none of them.</summary>
    private (long From, long To) Judged(TimeUnit unit)
    {
        (long first, long last) = LocalDays.Known;
        first = Math.Max(first, _range.From?.ToUnixTimeSeconds() ?? long.MinValue);
        long end = Math.Min(last + 1, _range.To?.ToUnixTimeSeconds() ?? long.MaxValue);
        long perSecond = unit.PerSecond();
        return ((long)Int128.Max((Int128)first * perSecond, MeasurementBatch.MissingTime + 1),
            (long)Int128.Min(((Int128)end * perSecond) - 1, long.MaxValue));
    }

    private void AddRows(int slot, in ScannedRows rows)
    {
        if (_detail != _memory.Detail)
        {
            Shed();
        }

        SeriesStatistics series = _series[slot];
        series.AddTotals(rows, Number, _future);
        if (_scans[slot] is not { } scan)
        {
            if (series.TryAddFew(rows, _seen, _memory))
            {
                AddRepeated(rows);
                return;
            }

            _scans[slot] = scan = BeginScan(series);
        }

        scan.Add(rows, _seen);
        AddRepeated(rows);
    }

    private SeriesScan BeginScan(SeriesStatistics series)
    {
        _memory.AddTotals(SeriesScan.Bytes);
        return series.Few is not null
            ? series.Expand(_memory, _workspace)
            : new SeriesScan(series, _memory, Number, _workspace.DaysOf(_zone), _workspace.Candidates);
    }

    private void AddRepeated(in ScannedRows rows)
    {
        foreach (int at in _seen)
        {
            _repeated.Add(rows.Rows[at]);
        }

        _seen.Clear();
    }

    /// <summary>
    /// Compares the values of rows of the batch with the same series and time. Where the other row is in an earlier row group, its value is
    /// not known any more, and the row counts as a duplicate.
    /// </summary>
    private void CompareRepeated(MeasurementBatch batch)
    {
        ReadOnlySpan<long> times = batch.Times;
        ReadOnlySpan<double> values = batch.Values;
        ReadOnlySpan<int> ids = batch.SeriesIds;
        ReadOnlySpan<RejectionReason> verdicts = batch.Verdicts;
        var wanted = new Dictionary<(int Slot, long Time), double>();
        var hasRepeated = new BitArray(_series.Count);
        foreach (int row in _repeated)
        {
            int slot = _slotById[ids[row]];
            hasRepeated[slot] = true;
            wanted[(slot, times[row])] = double.NaN;
        }

        int next = 0;
        for (int row = 0; row < times.Length && next < _repeated.Count; row++)
        {
            bool isRepeated = _repeated[next] == row;
            next += isRepeated ? 1 : 0;
            int slot = _slotById[ids[row]];
            if (slot < 0 || !hasRepeated[slot] || verdicts[row] != RejectionReason.None || !double.IsFinite(values[row])
                || !wanted.TryGetValue((slot, times[row]), out double first))
            {
                continue;
            }

            if (double.IsNaN(first))
            {
                wanted[(slot, times[row])] = values[row];
            }

            if (isRepeated)
            {
                long seconds = times[row];
                ToSeconds(batch.TimeUnit, new Span<long>(ref seconds));
                var found = new RatedRow(0, seconds, values[row], 0, Number, batch.RowGroup, row);
                if (double.IsNaN(first) || first == values[row])
                {
                    _series[slot].DuplicateRows.Add(found);
                }
                else
                {
                    _series[slot].ConflictingRows.Add(found);
                    AddConflict(slot, found.Seconds);
                }
            }
        }

        _repeated.Clear();
    }

    /// <summary>Marks the day of a row. Only details have days, so the rows of a series with few of them are expanded.</summary>
    private void AddConflict(int slot, long seconds)
    {
        SeriesStatistics series = _series[slot];
        _scans[slot] ??= BeginScan(series);
        if (series.Details is { } details)
        {
            _memory.AddDetails(details.Days.AddConflict(_workspace.DaysOf(_zone).DayOf(seconds)));
        }
    }

    private static long Floor(long time, long whole, long quotient) => time < whole ? quotient - 1 : quotient;

    private void Shed()
    {
        _detail = _memory.Detail;
        foreach (SeriesStatistics series in _series)
        {
            series.Shed(_detail, _memory, _workspace);
        }
    }

    private static void ToSeconds(TimeUnit unit, Span<long> times)
    {
        switch (unit)
        {
            case TimeUnit.Milliseconds:
                foreach (ref long time in times)
                {
                    time = Floor(time, time / 1_000 * 1_000, time / 1_000);
                }

                break;
            case TimeUnit.Microseconds:
                foreach (ref long time in times)
                {
                    time = Floor(time, time / 1_000_000 * 1_000_000, time / 1_000_000);
                }

                break;
            default:
                foreach (ref long time in times)
                {
                    time = Floor(time, time / 1_000_000_000 * 1_000_000_000, time / 1_000_000_000);
                }

                break;
        }
    }

    /// <summary>A row among those of its series. All that is written of a row lies together, because it is rarely in the cache.</summary>
    private readonly record struct SortedRow(long Time, double Value, int Index);
}
