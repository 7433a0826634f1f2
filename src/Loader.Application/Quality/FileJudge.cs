using Loader.Domain;

namespace Loader.Application.Quality;

/// <summary>Judges the series of one file. It receives the batches in file order; one thread uses it at a time.</summary>
public sealed class FileJudge : IDisposable
{
    private readonly QualityJudge _run;
    private readonly QualityMemory _memory;
    private readonly int _file;
    private readonly TimeZoneInfo _zone;
    private readonly QualityRules? _rules;
    private readonly TimeRange _range;
    private readonly LocalDays _days;
    private readonly long _future;
    private readonly Dictionary<QualitySeries, SeriesScan> _scans = [];
    private readonly List<int> _repeated = [];
    private SeriesScan?[] _scanById = [];
    private bool[] _isGoodById = [];
    private QualityDetail _detail;
    private int _seriesKnown;
    private int _nextRowGroup;
    private bool _hasEnded;

    internal FileJudge(
        QualityJudge run, QualityMemory memory, int file, TimeZoneInfo zone, QualityRules? rules, TimeRange range, long future)
    {
        _run = run;
        _memory = memory;
        _file = file;
        _zone = zone;
        _rules = rules;
        _range = range;
        _future = future;
        _days = new LocalDays(zone);
        _detail = memory.Detail;
    }

    /// <summary>Gets the series of the file.</summary>
    internal IEnumerable<SeriesStatistics> Series => _scans.Values.Select(scan => scan.Statistics);

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
        if (_repeated.Count > 0)
        {
            CompareRepeated(batch);
        }
    }

    /// <summary>Ends the file and adds its series to those of the run.</summary>
    public void Complete()
    {
        _hasEnded = true;
        foreach (SeriesScan scan in _scans.Values)
        {
            scan.End();
            _memory.AddTotals(-SeriesScan.Bytes);
        }

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
        foreach (SeriesScan scan in _scans.Values)
        {
            scan.End();
            scan.Statistics.Release(_memory);
            _memory.AddTotals(-SeriesScan.Bytes);
        }

        _run.AddNotJudged();
    }

    private void AddSeries(MeasurementBatch batch)
    {
        ReadOnlySpan<Series> all = batch.SeriesById;
        if (all.Length > _scanById.Length)
        {
            int length = Math.Max(all.Length, _scanById.Length * 2);
            Array.Resize(ref _scanById, length);
            Array.Resize(ref _isGoodById, length);
        }

        for (; _seriesKnown < all.Length; _seriesKnown++)
        {
            Series series = all[_seriesKnown];
            if (series.Fault == RejectionReason.None)
            {
                _scanById[_seriesKnown] = FindScan(series);
                _isGoodById[_seriesKnown] = IsGood(series.Key.QualityFlag);
            }
        }
    }

    private SeriesScan? FindScan(Series series)
    {
        SeriesKey key = series.Key;
        if (key.QualityFlag is { } flag && QualityFlags.Count < QualityJudge.MaxFlags)
        {
            QualityFlags.Add(flag);
        }

        var identity = new QualitySeries(series.Dataset, key.Region!, key.Subject!, key.MeasurementType!);
        if (_scans.TryGetValue(identity, out SeriesScan? scan))
        {
            scan.Statistics.AddUnit(key.Unit!);
            return scan;
        }

        if (_memory.Detail == QualityDetail.NoFurtherSeries)
        {
            SeriesNotJudged++;
            return null;
        }

        var statistics = new SeriesStatistics(identity, key.Unit!, _zone, _rules);
        statistics.Account(_memory);
        statistics.Shed(_detail, _memory);
        _memory.AddTotals(SeriesScan.Bytes);
        scan = new SeriesScan(statistics, _memory, _file);
        _scans.Add(identity, scan);
        return scan;
    }

    private static bool IsGood(string? flag) => string.IsNullOrWhiteSpace(flag)
        || flag.Trim().ToUpperInvariant() is "GOOD" or "VALID" or "ACTUAL";

    private void AddRows(MeasurementBatch batch)
    {
        ReadOnlySpan<long> times = batch.Times;
        ReadOnlySpan<double> values = batch.Values;
        ReadOnlySpan<int> ids = batch.SeriesIds;
        ReadOnlySpan<RejectionReason> verdicts = batch.Verdicts;
        TimeUnit unit = batch.TimeUnit;
        long from = _range.From is { } first ? first.ToUnixTimeSeconds() : long.MinValue;
        long to = _range.To is { } last ? last.ToUnixTimeSeconds() : long.MaxValue;
        int rowGroup = batch.RowGroup;
        for (int row = 0; row < times.Length; row++)
        {
            long time = times[row];
            double value = values[row];
            if (verdicts[row] != RejectionReason.None || !double.IsFinite(value) || time == MeasurementBatch.MissingTime
                || _scanById[ids[row]] is not { } scan)
            {
                continue;
            }

            long seconds = ToSeconds(unit, time);
            if (seconds < from || seconds >= to || !LocalDays.Knows(seconds))
            {
                continue;
            }

            if (_detail != _memory.Detail)
            {
                Shed();
            }

            if (scan.Add(seconds, value, _days.DayOf(seconds), rowGroup, row))
            {
                _repeated.Add(row);
            }

            if (!_isGoodById[ids[row]])
            {
                scan.Statistics.NotGood++;
            }

            if (seconds > _future)
            {
                scan.Statistics.FutureRows.Add(new RatedRow(0, seconds, value, 0, _file, rowGroup, row));
            }
        }
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
        var wanted = new Dictionary<(SeriesScan Scan, long Time), double>();
        foreach (int row in _repeated)
        {
            wanted[(_scanById[ids[row]]!, times[row])] = double.NaN;
        }

        var repeated = new Queue<int>(_repeated);
        _repeated.Clear();
        for (int row = 0; row < times.Length && repeated.Count > 0; row++)
        {
            bool isRepeated = repeated.Peek() == row;
            if (isRepeated)
            {
                repeated.Dequeue();
            }

            if (verdicts[row] != RejectionReason.None || !double.IsFinite(values[row]) || _scanById[ids[row]] is not { } scan
                || !wanted.TryGetValue((scan, times[row]), out double first))
            {
                continue;
            }

            if (double.IsNaN(first))
            {
                wanted[(scan, times[row])] = values[row];
            }

            if (isRepeated)
            {
                var found = new RatedRow(
                    0, ToSeconds(batch.TimeUnit, times[row]), values[row], 0, _file, batch.RowGroup, row);
                if (double.IsNaN(first) || first == values[row])
                {
                    scan.Statistics.DuplicateRows.Add(found);
                }
                else
                {
                    scan.Statistics.ConflictingRows.Add(found);
                    _memory.AddDetails(scan.Statistics.Details?.Days.AddConflict(_days.DayOf(found.Seconds)) ?? 0);
                }
            }
        }
    }

    private void Shed()
    {
        _detail = _memory.Detail;
        foreach (SeriesScan scan in _scans.Values)
        {
            scan.Statistics.Shed(_detail, _memory);
        }
    }

    private static long ToSeconds(TimeUnit unit, long time)
    {
        long seconds = unit switch
        {
            TimeUnit.Milliseconds => time / 1_000,
            TimeUnit.Microseconds => time / 1_000_000,
            _ => time / 1_000_000_000,
        };
        return time < 0 && seconds * unit.PerSecond() != time ? seconds - 1 : seconds;
    }
}
