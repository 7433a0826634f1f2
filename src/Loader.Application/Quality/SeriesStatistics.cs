using Loader.Domain;

namespace Loader.Application.Quality;

/// <summary>All dimensions of a series but the quality flag, which would split it.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Region">The region.</param>
/// <param name="Subject">The value of the dataset's <see cref="DatasetType.SubjectColumn"/>.</param>
/// <param name="MeasurementType">What was measured.</param>
public sealed record QualitySeries(DatasetType Dataset, string Region, string Subject, string MeasurementType);

/// <summary>What is known of one series, in one file or in a run. Two of them can be merged in any order.</summary>
/// <param name="series">The series.</param>
/// <param name="unit">Its unit.</param>
/// <param name="zone">The zone of its local days.</param>
/// <param name="rules">What its mapping says about the checks.</param>
/// <param name="firstRows">The first rows, or the place for them.</param>
internal sealed class SeriesStatistics(QualitySeries series, string unit, TimeZoneInfo zone, QualityRules? rules, FewRows firstRows)
{
    /// <summary>An estimate of the memory of an instance without details, with its entry in a dictionary and the texts.</summary>
    private const int OwnBytes = 480;

    private StepCounts _stepCounts;
    private RowExamples _duplicateRows;
    private RowExamples _conflictingRows;
    private RowExamples _negativeRows;
    private RowExamples _futureRows;
    private ValueRuns _zeroRuns;
    private ValueRuns _stuckRuns;

    /// <summary>Whether times are left out when <see cref="Few"/> becomes more.</summary>
    private bool _isWithoutCoverage;

    public QualitySeries Series { get; } = series;

    /// <summary>Gets the unit that comes first in the order of texts.</summary>
    public string Unit { get; private set; } = unit;

    /// <summary>Gets the unit that comes last in the order of texts, or <see langword="null"/> if there is only one.</summary>
    public string? OtherUnit { get; private set; }

    public TimeZoneInfo Zone { get; private set; } = zone;

    public QualityRules? Rules { get; private set; } = rules;

    public long Rows { get; private set; }

    public long NotGood { get; set; }

    /// <summary>Gets or sets the number of rows whose time is not a whole minute.</summary>
    public long OffMinute { get; set; }

    public long First { get; private set; } = long.MaxValue;

    public long Last { get; private set; } = long.MinValue;

    public double Min { get; private set; } = double.PositiveInfinity;

    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>Gets the number of rows of several files with the same time; their values are not compared.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Gets a value indicating whether rows and runs that may be findings are kept; they are counted in any case.</summary>
    public bool KeepsExamples { get; private set; } = true;

    /// <summary>Gets the memory of the totals, with rows and runs that may be findings.</summary>
    public int TotalsBytes => OwnBytes + _duplicateRows.Bytes + _conflictingRows.Bytes + _negativeRows.Bytes + _futureRows.Bytes
        + _zeroRuns.Bytes + _stuckRuns.Bytes;

    public ref RowExamples DuplicateRows => ref _duplicateRows;

    public ref RowExamples ConflictingRows => ref _conflictingRows;

    public ref RowExamples NegativeRows => ref _negativeRows;

    public ref RowExamples FutureRows => ref _futureRows;

    public ref ValueRuns ZeroRuns => ref _zeroRuns;

    public ref ValueRuns StuckRuns => ref _stuckRuns;

    /// <summary>Gets how often each of <see cref="Steps.All"/> is the distance of two rows in file order.</summary>
    public Span<int> StepCounts => _stepCounts;

    /// <summary>Gets the times of rows, or <see langword="null"/> if they were left out, or while <see cref="Few"/> has them.</summary>
    public CoverageMap? Coverage { get; private set; }

    /// <summary>Gets the details, or <see langword="null"/> if they were left out, or while <see cref="Few"/> has the rows.</summary>
    public SeriesDetails? Details { get; private set; }

    /// <summary>
    /// Gets the rows themselves while there are few; then only the totals (rows, range of times and values, examples) know of them.
    /// </summary>
    public FewRows? Few { get; private set; } = firstRows;

    /// <summary>Gets a value indicating whether <see cref="Sample"/> was kept.</summary>
    public bool HasSample => Few is not null || Details is not null;

    /// <summary>Gets the earliest rows, or <see langword="null"/> if they were left out.</summary>
    public IReadOnlyList<(long Seconds, double Value)>? Sample => Few is not null ? Few.Sample() : Details?.Sample;

    /// <summary>Adds rows to <see cref="Few"/> unless they are too many.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="seen">Receives the indexes of rows whose time probably came before.</param>
    /// <param name="memory">Counts the memory.</param>
    public bool TryAddFew(in ScannedRows rows, List<int> seen, QualityMemory memory)
    {
        if (Few is not { } few)
        {
            return false;
        }

        int before = few.TotalBytes;
        bool isAdded = few.TryAdd(rows, !_isWithoutCoverage, seen);
        memory.AddDetails(few.TotalBytes - before);
        return isAdded;
    }

    /// <summary>Adds rows to the totals.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="file">The number of the file in the run.</param>
    /// <param name="future">Later times are in the future, in seconds.</param>
    public void AddTotals(in ScannedRows rows, int file, long future)
    {
        (long first, long last) = Extremes.Of(rows.Seconds);
        (double min, double max) = Extremes.Of(rows.Values);

        // Of 0 and -0, the first one is told.
        min = min == 0 ? rows.Values[rows.Values.IndexOf(0)] : min;
        max = max == 0 ? rows.Values[rows.Values.IndexOf(0)] : max;
        Rows += rows.Seconds.Length;
        First = Math.Min(First, first);
        Last = Math.Max(Last, last);
        Min = min < Min ? min : Min;
        Max = max > Max ? max : Max;
        if (min < 0 || last > future)
        {
            AddExamples(rows, file, future);
        }
    }

    /// <summary>Makes times and details of the rows that were kept while there were few.</summary>
    public void Expand(ScanWorkspace workspace)
    {
        if (Few is { } few)
        {
            Expand(memory: null, workspace).End();
            AddFiles(few.Next, workspace);
        }
    }

    /// <summary>Makes times and details of the first file's rows that were kept while there were few.</summary>
    /// <returns>The scan to which further rows can be added.</returns>
    public SeriesScan Expand(QualityMemory? memory, ScanWorkspace workspace)
    {
        FewRows few = Few!;
        Few = null;
        Coverage = _isWithoutCoverage ? null : new CoverageMap();
        Details = new SeriesDetails();
        memory?.AddDetails(Details.Bytes - few.TotalBytes);
        memory?.AddCoverage(Coverage?.Bytes ?? 0);
        var scan = new SeriesScan(this, memory, few.File, workspace.DaysOf(few.Zone), workspace.Candidates);
        few.AddTo(scan, workspace.Candidates.Seen);
        return scan;
    }

    /// <summary>
    /// Returns the series with what its checks need: while <see cref="Few"/> has the rows, a copy that is valid until the next call. Few
    /// rows have no jumps and spikes.
    /// </summary>
    public SeriesStatistics Expanded(ScanWorkspace workspace)
    {
        if (Few is not { } few)
        {
            return this;
        }

        var copy = (SeriesStatistics)MemberwiseClone();
        copy.Few = null;
        copy.Coverage = _isWithoutCoverage ? null : workspace.EmptyCoverage();
        copy.Details = workspace.EmptyDetails();
        var scan = new SeriesScan(
            copy, memory: null, few.File, workspace.DaysOf(few.Zone), workspace.Candidates, findsChanges: false);
        few.AddTo(scan, workspace.Candidates.Seen);
        scan.End();
        copy.AddFiles(few.Next, workspace);
        return copy;
    }

    /// <summary>Leaves out what a level of detail does not have.</summary>
    public void Shed(QualityDetail detail, QualityMemory memory, ScanWorkspace workspace)
    {
        int totals = TotalsBytes;
        KeepsExamples &= detail < QualityDetail.NoFurtherSeries;
        if (detail >= QualityDetail.Days)
        {
            _isWithoutCoverage = true;
            memory.AddCoverage(-(Coverage?.Bytes ?? 0));
            Coverage = null;
        }

        if (detail >= QualityDetail.Totals)
        {
            memory.AddDetails(-DetailsBytes);
            Expand(workspace);
            Details = null;
        }

        memory.AddTotals(TotalsBytes - totals);
    }

    /// <summary>Takes the memory out of the account.</summary>
    public void Release(QualityMemory memory)
    {
        memory.AddCoverage(-(Coverage?.Bytes ?? 0));
        memory.AddDetails(-DetailsBytes);
        memory.AddTotals(-TotalsBytes);
    }

    /// <summary>Puts the memory into the account.</summary>
    public void Account(QualityMemory memory)
    {
        memory.AddTotals(TotalsBytes);
        memory.AddCoverage(Coverage?.Bytes ?? 0);
        memory.AddDetails(DetailsBytes);
    }

    /// <summary>Remembers a unit.</summary>
    public void AddUnit(string unit)
    {
        if (string.CompareOrdinal(unit, Unit) < 0)
        {
            OtherUnit ??= Unit;
            Unit = unit;
        }
        else if (unit != Unit && (OtherUnit is null || string.CompareOrdinal(unit, OtherUnit) > 0))
        {
            OtherUnit = unit;
        }
    }

    /// <summary>Adds the rows of another file.</summary>
    public void Merge(SeriesStatistics other, ScanWorkspace workspace)
    {
        MergeTotals(other);
        if (Few is not null && other.Few is not null && Few.TryAppend(other.Few))
        {
            return;
        }

        Expand(workspace);
        other.Expand(workspace);
        AddDetails(other);
    }

    /// <summary>Adds the numbers of the files of rows that may be findings.</summary>
    public void AddFiles(HashSet<int> files)
    {
        for (FewRows? few = Few; few is not null; few = few.Next)
        {
            files.Add(few.File);
        }

        _duplicateRows.AddFiles(files);
        _conflictingRows.AddFiles(files);
        _negativeRows.AddFiles(files);
        _futureRows.AddFiles(files);
        _zeroRuns.AddFiles(files);
        _stuckRuns.AddFiles(files);
        Details?.Spikes.AddFiles(files);
        Details?.Jumps.AddFiles(files);
        Details?.Outliers.AddFiles(files);
    }

    private int DetailsBytes => (Few?.TotalBytes ?? 0) + (Details?.Bytes ?? 0);

    private void MergeTotals(SeriesStatistics other)
    {
        AddUnit(other.Unit);
        if (other.OtherUnit is { } unit)
        {
            AddUnit(unit);
        }

        if (string.CompareOrdinal(other.Zone.Id, Zone.Id) < 0)
        {
            Zone = other.Zone;
        }

        Rules ??= other.Rules;
        Rows += other.Rows;
        NotGood += other.NotGood;
        First = Math.Min(First, other.First);
        Last = Math.Max(Last, other.Last);
        Min = Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
        Duplicates += other.Duplicates;
        DuplicateRows.Merge(other.DuplicateRows);
        ConflictingRows.Merge(other.ConflictingRows);
        NegativeRows.Merge(other.NegativeRows);
        FutureRows.Merge(other.FutureRows);
    }

    /// <summary>Adds times and details of the rows of other files.</summary>
    private void AddFiles(FewRows? few, ScanWorkspace workspace)
    {
        for (; few is not null; few = few.Next)
        {
            var other = new SeriesStatistics(Series, Unit, Zone, Rules, few) { _isWithoutCoverage = _isWithoutCoverage };
            other.Expand(memory: null, workspace).End();
            AddDetails(other);
        }
    }

    private void AddDetails(SeriesStatistics other)
    {
        OffMinute += other.OffMinute;
        ZeroRuns.Merge(other.ZeroRuns);
        StuckRuns.Merge(other.StuckRuns);
        for (int i = 0; i < Steps.All.Length; i++)
        {
            StepCounts[i] += other.StepCounts[i];
        }

        if (Coverage is not null && other.Coverage is not null)
        {
            Duplicates += Coverage.Merge(other.Coverage);
        }
        else
        {
            Coverage = null;
        }

        if (Details is not null && other.Details is not null)
        {
            Details.Merge(other.Details);
        }
        else
        {
            Details = null;
        }
    }

    private void AddExamples(in ScannedRows rows, int file, long future)
    {
        for (int i = 0; i < rows.Seconds.Length; i++)
        {
            if (rows.Values[i] < 0)
            {
                _negativeRows.Add(rows.Rate(i, 0, 0, file), KeepsExamples);
            }

            if (rows.Seconds[i] > future)
            {
                _futureRows.Add(rows.Rate(i, 0, 0, file), KeepsExamples);
            }
        }
    }
}
