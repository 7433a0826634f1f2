using System.Buffers;
using Loader.Domain;

namespace Loader.Application.Quality;

/// <summary>Judges the series of one file. It receives the batches in file order; one thread uses it at a time.</summary>
public sealed class FileJudge : IDisposable
{
    /// <summary>As many rows that wait stay in the cache.</summary>
    private const int MinPending = 16_384;

    /// <summary>Rows are sorted in pieces with as many rows of a series. More would not fit the cache.</summary>
    private const int RowsPerPiece = 64;

    /// <summary>As many rows of a series are worth a scan: what is known of a series is seldom in the cache.</summary>
    private const int RowsPerScan = 512;

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
    private readonly PendingRows _pending = new();
    private readonly RepeatedRows _repeatedRows = new();

    /// <summary>The place of each series id in the lists, or -1 if it is not judged.</summary>
    private int[] _slotById = [];
    private bool[] _isNotGoodById = [];
    private bool _hasNotGood;

    /// <summary>The number of rows whose memory was asked for.</summary>
    private int _lent;
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
        AddRows(batch);
    }

    /// <summary>Ends the file and adds its series to those of the run.</summary>
    public void Complete()
    {
        Scan(batch: null);
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
        ForgetPending();
        EndScans();
        foreach (SeriesStatistics series in _series)
        {
            series.Release(_memory);
        }

        _run.AddNotJudged(this);
    }

    private void EndScans()
    {
        for (int slot = 0; slot < _scans.Count; slot++)
        {
            if (_scans[slot] is { } scan)
            {
                int before = _series[slot].TotalsBytes;
                scan.End();
                _memory.AddTotals(_series[slot].TotalsBytes - before - SeriesScan.Bytes);
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
            Array.Resize(ref _isNotGoodById, length);
        }

        for (; _seriesKnown < all.Length; _seriesKnown++)
        {
            Series series = all[_seriesKnown];
            bool isValid = series.Fault == RejectionReason.None;
            _slotById[_seriesKnown] = isValid ? FindSlot(series) : -1;
            _isNotGoodById[_seriesKnown] = isValid && !IsGood(series.Key.QualityFlag);
            _hasNotGood |= _isNotGoodById[_seriesKnown];
        }

        _pending.Reserve(_series.Count);
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

    /// <summary>Adds rows to those that wait. Series are scanned when there are enough rows of them, or no room for more.</summary>
    private void AddRows(MeasurementBatch batch)
    {
        int mostPending = (int)Math.Clamp((long)_series.Count * RowsPerScan, MinPending, QualityMemory.MaxPendingRows);
        int mostAdded = (int)Math.Clamp((long)_series.Count * RowsPerPiece, MinPending, PendingRows.MaxLength);
        if (_pending.Count + batch.Count > mostPending)
        {
            Scan(batch: null);
        }

        bool mustScan = batch.Count > mostPending;
        for (int first = 0; first < batch.Count; first += mostAdded)
        {
            int count = Math.Min(mostAdded, batch.Count - first);
            if (_pending.Count + count > mostPending)
            {
                Scan(batch);
            }

            if (!TryLend(count))
            {
                Scan(batch);
                mustScan = true;
            }

            int[] slots = ArrayPool<int>.Shared.Rent(count);
            FindSlots(batch, first, slots.AsSpan(0, count));
            mustScan |= !_pending.Add(batch, first, slots.AsSpan(0, count));
            ArrayPool<int>.Shared.Return(slots);
        }

        if (mustScan)
        {
            Scan(batch);
            AddRepeated(batch);
        }
    }

    /// <summary>Asks for the memory of rows that wait.</summary>
    private bool TryLend(int rows)
    {
        int length = _pending.LengthFor(rows);
        bool isLent = _memory.TryLend(length);
        _lent += isLent ? length : 0;
        return isLent;
    }

    /// <summary>Scans the rows that wait.</summary>
    /// <param name="batch">The batch that is added, if some of its rows wait.</param>
    private void Scan(MeasurementBatch? batch)
    {
        int most = 0;
        foreach (int slot in _pending.Slots)
        {
            most = Math.Max(most, _pending.CountOf(slot));
        }

        long[] seconds = ArrayPool<long>.Shared.Rent(most);
        double[] values = ArrayPool<double>.Shared.Rent(most);
        RowPlace[] places = ArrayPool<RowPlace>.Shared.Rent(most);
        foreach (int slot in _pending.Slots)
        {
            int count = _pending.CountOf(slot);
            var rows = new ScannedRows(seconds.AsSpan(0, count), values.AsSpan(0, count), places.AsSpan(0, count));
            _pending.CopyTo(slot, seconds, values, places);
            Scan(slot, rows);
            AddRepeated(slot, rows, batch);
        }

        ArrayPool<long>.Shared.Return(seconds);
        ArrayPool<double>.Shared.Return(values);
        ArrayPool<RowPlace>.Shared.Return(places);
        ForgetPending();
    }

    private void ForgetPending()
    {
        _pending.Clear();
        _memory.Return(_lent);
        _lent = 0;
    }

    /// <summary>Finds the slots of rows; those that are not judged have -1.</summary>
    private void FindSlots(MeasurementBatch batch, int first, Span<int> slots)
    {
        ReadOnlySpan<long> times = batch.Times.Slice(first, slots.Length);
        ReadOnlySpan<double> values = batch.Values.Slice(first, slots.Length);
        ReadOnlySpan<int> ids = batch.SeriesIds.Slice(first, slots.Length);
        ReadOnlySpan<RejectionReason> verdicts = batch.Verdicts.Slice(first, slots.Length);
        (long from, long to) = Judged(batch.TimeUnit);
        int[] slotById = _slotById;
        for (int i = 0; i < slots.Length; i++)
        {
            bool isJudged = verdicts[i] == RejectionReason.None && double.IsFinite(values[i]) && times[i] >= from && times[i] <= to;
            slots[i] = isJudged ? slotById[ids[i]] : -1;
        }

        if (_hasNotGood)
        {
            CountNotGood(ids, slots);
        }
    }

    private void CountNotGood(ReadOnlySpan<int> ids, ReadOnlySpan<int> slots)
    {
        for (int i = 0; i < slots.Length; i++)
        {
            if (slots[i] >= 0 && _isNotGoodById[ids[i]])
            {
                _series[slots[i]].NotGood++;
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

    private void Scan(int slot, in ScannedRows rows)
    {
        if (_detail != _memory.Detail)
        {
            Shed();
        }

        SeriesStatistics series = _series[slot];
        int before = series.TotalsBytes;
        series.AddTotals(rows, Number, _future);
        if (_scans[slot] is not null || !series.TryAddFew(rows, _seen, _memory))
        {
            SeriesScan scan = _scans[slot] ??= BeginScan(series);
            scan.Add(rows, _seen);
        }

        _memory.AddTotals(series.TotalsBytes - before);
    }

    private SeriesScan BeginScan(SeriesStatistics series)
    {
        _memory.AddTotals(SeriesScan.Bytes);
        return series.Few is not null
            ? series.Expand(_memory, _workspace)
            : new SeriesScan(series, _memory, Number, _workspace.DaysOf(_zone), _workspace.Candidates);
    }

    /// <summary>Compares rows whose time came before. Rows of the batch that is added are compared when all of them are scanned.</summary>
    private void AddRepeated(int slot, in ScannedRows rows, MeasurementBatch? batch)
    {
        if (_seen.Count == 0)
        {
            return;
        }

        int others = 0;
        for (int i = 0; i < _seen.Count; i++)
        {
            RowPlace place = rows.Places[_seen[i]];
            if (place.RowGroup == batch?.RowGroup)
            {
                _repeated.Add(place.Row);
            }
            else
            {
                _seen[others++] = _seen[i];
            }
        }

        _seen.RemoveRange(others, _seen.Count - others);
        AddRepeated(_repeatedRows.Compare(slot, rows, _seen));
        _seen.Clear();
    }

    private void AddRepeated(MeasurementBatch batch)
    {
        if (_repeated.Count > 0)
        {
            _repeated.Sort();
            AddRepeated(_repeatedRows.Compare(batch, _slotById, _repeated));
            _repeated.Clear();
        }
    }

    private void AddRepeated(ReadOnlySpan<RepeatedRow> found)
    {
        foreach (ref readonly RepeatedRow row in found)
        {
            SeriesStatistics series = _series[row.Slot];
            int before = series.TotalsBytes;
            var rated = new RatedRow(0, row.Seconds, row.Value, 0, Number, row.Place);
            if (row.IsConflict)
            {
                series.ConflictingRows.Add(rated, series.KeepsExamples);
                AddConflict(row.Slot, row.Seconds);
            }
            else
            {
                series.DuplicateRows.Add(rated, series.KeepsExamples);
            }

            _memory.AddTotals(series.TotalsBytes - before);
        }
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

    private void Shed()
    {
        _detail = _memory.Detail;
        foreach (SeriesStatistics series in _series)
        {
            series.Shed(_detail, _memory, _workspace);
        }
    }
}
