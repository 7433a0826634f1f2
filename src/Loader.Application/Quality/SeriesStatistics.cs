using System.Runtime.CompilerServices;
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
internal sealed class SeriesStatistics(QualitySeries series, string unit, TimeZoneInfo zone, QualityRules? rules)
{
    /// <summary>An estimate of the memory of an instance without details, with its entry in a dictionary and the texts.</summary>
    public const int TotalsBytes = 560;

    private const int MaxSample = 48;

    public QualitySeries Series { get; } = series;

    /// <summary>Gets the unit that comes first in the order of texts.</summary>
    public string Unit { get; private set; } = unit;

    /// <summary>Gets the unit that comes last in the order of texts, or <see langword="null"/> if there is only one.</summary>
    public string? OtherUnit { get; private set; }

    public TimeZoneInfo Zone { get; private set; } = zone;

    public QualityRules? Rules { get; private set; } = rules;

    public long Rows { get; set; }

    public long Unordered { get; set; }

    public long NotGood { get; set; }

    /// <summary>Gets or sets the number of rows whose time is not a whole minute.</summary>
    public long OffMinute { get; set; }

    public long First { get; set; } = long.MaxValue;

    public long Last { get; set; } = long.MinValue;

    public double Min { get; set; } = double.PositiveInfinity;

    public double Max { get; set; } = double.NegativeInfinity;

    /// <summary>Gets or sets the number of rows of several files with the same time; their values are not compared.</summary>
    public long Duplicates { get; set; }

    public RowExamples DuplicateRows { get; private set; } = new();

    public RowExamples ConflictingRows { get; private set; } = new();

    public RowExamples NegativeRows { get; private set; } = new();

    public RowExamples FutureRows { get; private set; } = new();

    public ValueRuns ZeroRuns { get; } = new();

    public ValueRuns StuckRuns { get; } = new();

    /// <summary>Gets how often each of <see cref="Steps.All"/> is the distance of two rows in file order.</summary>
    public int[] StepCounts { get; } = new int[Steps.All.Length];

    public CoverageMap? Coverage { get; private set; } = new();

    public SeriesDetails? Details { get; private set; } = new();

    /// <summary>Gets the earliest rows.</summary>
    public List<(long Seconds, double Value)>? Sample { get; private set; } = [];

    /// <summary>Gets a value indicating whether the sample takes another row.</summary>
    public bool SampleIsOpen => Sample is { Count: < MaxSample };

    /// <summary>Leaves out what a level of detail does not have.</summary>
    public void Shed(QualityDetail detail, QualityMemory memory)
    {
        if (detail >= QualityDetail.Days && Coverage is { } coverage)
        {
            memory.AddCoverage(-coverage.Bytes);
            Coverage = null;
        }

        if (detail >= QualityDetail.Totals && Details is { } details)
        {
            memory.AddDetails(-details.Bytes);
            Details = null;
            Sample = null;
        }
    }

    /// <summary>Takes the memory out of the account.</summary>
    public void Release(QualityMemory memory)
    {
        memory.AddCoverage(-(Coverage?.Bytes ?? 0));
        memory.AddDetails(-(Details?.Bytes ?? 0));
        memory.AddTotals(-TotalsBytes);
    }

    /// <summary>Puts the memory into the account.</summary>
    public void Account(QualityMemory memory)
    {
        memory.AddTotals(TotalsBytes);
        memory.AddCoverage(Coverage?.Bytes ?? 0);
        memory.AddDetails(Details?.Bytes ?? 0);
    }

    /// <summary>Returns whether the unit was seen before, and remembers it.</summary>
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
    public void Merge(SeriesStatistics other)
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
        Unordered += other.Unordered;
        NotGood += other.NotGood;
        OffMinute += other.OffMinute;
        First = Math.Min(First, other.First);
        Last = Math.Max(Last, other.Last);
        Min = Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
        Duplicates += other.Duplicates;
        DuplicateRows.Merge(other.DuplicateRows);
        ConflictingRows.Merge(other.ConflictingRows);
        NegativeRows.Merge(other.NegativeRows);
        FutureRows.Merge(other.FutureRows);
        ZeroRuns.Merge(other.ZeroRuns);
        StuckRuns.Merge(other.StuckRuns);
        for (int i = 0; i < StepCounts.Length; i++)
        {
            StepCounts[i] += other.StepCounts[i];
        }

        MergeDetails(other);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MergeDetails(SeriesStatistics other)
    {
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

        if (Sample is not null && other.Sample is not null)
        {
            Sample.AddRange(other.Sample);
            Sample.Sort();
            Sample.RemoveRange(Math.Min(MaxSample, Sample.Count), Math.Max(Sample.Count - MaxSample, 0));
        }
        else
        {
            Sample = null;
        }
    }
}

/// <summary>The days, medians and examples of a series.</summary>
internal sealed class SeriesDetails
{
    private const int SampleBytes = 48 * 16;

    public DayTable Days { get; } = new();

    /// <summary>Gets the magnitudes of values.</summary>
    public MedianSketch Magnitudes { get; } = new();

    /// <summary>Gets the magnitudes of differences of neighbours.</summary>
    public MedianSketch Differences { get; } = new();

    public TopRows Spikes { get; } = new(32);

    public TopRows Jumps { get; } = new(32);

    public TopRows Outliers { get; } = new(8, keepsOthers: false);

    public int Bytes => SampleBytes + Days.Bytes + Magnitudes.Bytes + Differences.Bytes + Spikes.Bytes + Jumps.Bytes + Outliers.Bytes;

    public void Merge(SeriesDetails other)
    {
        Days.Merge(other.Days);
        Magnitudes.Merge(other.Magnitudes);
        Differences.Merge(other.Differences);
        Spikes.Merge(other.Spikes);
        Jumps.Merge(other.Jumps);
        Outliers.Merge(other.Outliers);
    }
}

/// <summary>The number of rows of a kind, and the earliest of them.</summary>
internal sealed class RowExamples
{
    private const int MaxRows = 5;

    private List<RatedRow>? _rows;

    public long Count { get; set; }

    public IReadOnlyList<RatedRow> Rows => _rows ?? [];

    public void Add(in RatedRow row)
    {
        Count++;
        Keep(row);
    }

    public void Merge(RowExamples other)
    {
        Count += other.Count;
        foreach (RatedRow row in other.Rows)
        {
            Keep(row);
        }
    }

    private void Keep(in RatedRow row)
    {
        _rows ??= new List<RatedRow>(1);
        int at = _rows.Count;
        while (at > 0 && _rows[at - 1].Seconds > row.Seconds)
        {
            at--;
        }

        if (at < MaxRows)
        {
            _rows.Insert(at, row);
            if (_rows.Count > MaxRows)
            {
                _rows.RemoveAt(MaxRows);
            }
        }
    }
}

/// <summary>Rows in file order with the same value.</summary>
/// <param name="From">The first time, in seconds since 1970 (UTC).</param>
/// <param name="To">The last time.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="First">The first row.</param>
internal readonly record struct ValueRun(long From, long To, int Rows, RatedRow First);

/// <summary>The number of runs, and the longest of them.</summary>
internal sealed class ValueRuns
{
    private const int MaxRuns = 20;

    private List<ValueRun>? _longest;

    public long Count { get; private set; }

    public long Rows { get; private set; }

    public IReadOnlyList<ValueRun> Longest => _longest ?? [];

    public void Add(in ValueRun run)
    {
        Count++;
        Rows += run.Rows;
        Keep(run);
    }

    public void Merge(ValueRuns other)
    {
        Count += other.Count;
        Rows += other.Rows;
        foreach (ValueRun run in other.Longest)
        {
            Keep(run);
        }
    }

    private void Keep(in ValueRun run)
    {
        _longest ??= [];
        int at = _longest.Count;
        while (at > 0 && Precedes(run, _longest[at - 1]))
        {
            at--;
        }

        if (at < MaxRuns)
        {
            _longest.Insert(at, run);
            if (_longest.Count > MaxRuns)
            {
                _longest.RemoveAt(MaxRuns);
            }
        }
    }

    private static bool Precedes(in ValueRun run, in ValueRun other)
    {
        long length = run.To - run.From;
        long otherLength = other.To - other.From;
        return length != otherLength ? length > otherLength : run.From < other.From;
    }
}
