using Loader.Domain;

namespace Loader.Application.Quality;

/// <summary>Judges the series of all files of a run, in one pass and bounded memory.</summary>
/// <remarks>
/// Thread-safe; loads run side by side. Coverage and medians are those of all files, in any order; runs of equal values, jumps and spikes
/// are found in the order of each file. Findings never change what is stored.
/// </remarks>
/// <param name="time">The clock, for times in the future.</param>
/// <param name="memoryLimitBytes">The memory limit; where it is reached, less is kept of each series.</param>
public sealed class QualityJudge(TimeProvider time, long memoryLimitBytes = QualityJudge.DefaultMemoryLimitBytes)
{
    /// <summary>The memory limit unless another one is given.</summary>
    public const long DefaultMemoryLimitBytes = 64L << 20;

    /// <summary>The maximum number of different quality flags that are compared.</summary>
    internal const int MaxFlags = 1_000;

    private static readonly Comparer<QualitySeries> SeriesOrder = Comparer<QualitySeries>.Create(Compare);

    private readonly Lock _lock = new();
    private readonly QualityMemory _memory = new(memoryLimitBytes);
    private readonly Dictionary<QualitySeries, SeriesStatistics> _series = [];
    private readonly Dictionary<DatasetType, HashSet<string>> _flags = [];
    private readonly FileNames _files = new();
    private readonly ScanWorkspace _workspace = new();
    private readonly SortedSet<string> _zones = new(StringComparer.Ordinal);
    private QualityDetail _detail;
    private long _filesNotJudged;
    private long _seriesNotJudged;

    /// <summary>Begins a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="zone">The zone of its local days.</param>
    /// <param name="rules">What its mapping says about the checks, or <see langword="null"/>.</param>
    /// <param name="range">The range of time to judge.</param>
    /// <returns>The judge of the file.</returns>
    public FileJudge Begin(SourceFile file, TimeZoneInfo zone, QualityRules? rules, TimeRange range)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(zone);
        long future = time.GetUtcNow().AddDays(1).ToUnixTimeSeconds();
        lock (_lock)
        {
            _zones.Add(zone.Id);
            return new FileJudge(this, _memory, _files.Open(file.ToString(), _series.Values), zone, rules, range, future);
        }
    }

    /// <summary>Makes the report of all files that have ended.</summary>
    /// <returns>The report.</returns>
    public QualityReport Conclude()
    {
        lock (_lock)
        {
            return QualityConclusion.Conclude(new JudgedRun(
                [.. _series.Values.OrderBy(series => series.Series, SeriesOrder)],
                _flags,
                _files,
                [.. _zones],
                _memory.Detail,
                _filesNotJudged,
                _seriesNotJudged));
        }
    }

    /// <summary>Adds the series of a file that has ended.</summary>
    internal void Merge(FileJudge file)
    {
        lock (_lock)
        {
            _seriesNotJudged += file.SeriesNotJudged;
            _series.EnsureCapacity(file.Series.Count);
            foreach (SeriesStatistics series in file.Series)
            {
                series.Shed(_detail, _memory, _workspace);
                Merge(series);
            }

            foreach (SeriesStatistics series in file.Series.Take(1))
            {
                if (!_flags.TryGetValue(series.Series.Dataset, out HashSet<string>? flags))
                {
                    _flags.Add(series.Series.Dataset, flags = new HashSet<string>(StringComparer.Ordinal));
                }

                flags.UnionWith(file.QualityFlags.Take(Math.Max(MaxFlags - flags.Count, 0)));
            }

            if (_detail != _memory.Detail)
            {
                _detail = _memory.Detail;
                foreach (SeriesStatistics series in _series.Values)
                {
                    series.Shed(_detail, _memory, _workspace);
                }
            }

            _files.Close(file.Number);
        }
    }

    /// <summary>Counts a file that was not read to its end.</summary>
    internal void AddNotJudged(FileJudge file)
    {
        lock (_lock)
        {
            _filesNotJudged++;
            _files.Close(file.Number);
        }
    }

    private static int Compare(QualitySeries one, QualitySeries other)
    {
        int order = string.CompareOrdinal(one.Dataset.Name, other.Dataset.Name);
        order = order != 0 ? order : string.CompareOrdinal(one.Region, other.Region);
        order = order != 0 ? order : string.CompareOrdinal(one.Subject, other.Subject);
        return order != 0 ? order : string.CompareOrdinal(one.MeasurementType, other.MeasurementType);
    }

    private void Merge(SeriesStatistics series)
    {
        if (_series.TryGetValue(series.Series, out SeriesStatistics? known))
        {
            series.Release(_memory);
            known.Release(_memory);
            known.Merge(series, _workspace);
            known.Account(_memory);
        }
        else
        {
            _series.Add(series.Series, series);
        }
    }
}

/// <summary>What is known of a run when it ends.</summary>
internal sealed record JudgedRun(
    IReadOnlyList<SeriesStatistics> Series,
    IReadOnlyDictionary<DatasetType, HashSet<string>> Flags,
    FileNames Files,
    IReadOnlyList<string> Zones,
    QualityDetail Detail,
    long FilesNotJudged,
    long SeriesNotJudged);
