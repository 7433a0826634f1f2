using System.Globalization;
using Loader.Domain;

namespace Loader.Application.Quality;

/// <summary>Checks the rows and values of one series.</summary>
/// <param name="series">The series.</param>
/// <param name="step">The distance of its times in minutes; 0 if it is not known.</param>
/// <param name="files">The names of the files of the run.</param>
/// <param name="findings">Receives the findings.</param>
internal sealed class SeriesChecks(SeriesStatistics series, int step, FileNames files, FindingCollector findings)
{
    private const int SecondsPerDay = 86_400;
    private const int MinRowsOfDay = 6;
    private const int MinRowsForSpikes = 100;

    /// <summary>Times of rows that another finding explains: they are no jumps.</summary>
    private HashSet<long>? _explained;

    private bool IsConsumption => series.Series.Dataset == DatasetType.Consumption;

    private QualitySeverity WarningOfConsumption => IsConsumption ? QualitySeverity.Warning : QualitySeverity.Info;

    /// <summary>Checks the series.</summary>
    /// <param name="first">The first time of all series of the dataset, in seconds.</param>
    /// <param name="last">The last time.</param>
    /// <param name="days">The local days of the zone.</param>
    public void Check(long first, long last, LocalDays days)
    {
        CheckEnds(first, last);
        CheckRows();
        CheckRuns();
        CheckUnits(days);
        CheckValues();
    }

    private void CheckEnds(long first, long last)
    {
        if (series.First - first > SecondsPerDay)
        {
            Add(
                QualityCheck.LateStart,
                QualitySeverity.Info,
                "The series starts later than others of the dataset.",
                1,
                first,
                series.First);
        }

        if (last - series.Last > SecondsPerDay)
        {
            Add(
                QualityCheck.EarlyEnd, QualitySeverity.Info, "The series ends earlier than others of the dataset.", 1, series.Last, last);
        }
    }

    private void CheckRows()
    {
        long duplicates = series.Duplicates + series.DuplicateRows.Count;
        Add(
            QualityCheck.Duplicate, QualitySeverity.Info, duplicates, series.DuplicateRows,
            "{0} the same time as an earlier row, and the same value or one that could not be compared.");
        Add(
            QualityCheck.ConflictingDuplicate, QualitySeverity.Error, series.ConflictingRows.Count, series.ConflictingRows,
            "{0} the same time as an earlier row, but another value: one of them is not kept.");
        QualitySeverity negative = IsConsumption ? QualitySeverity.Warning
            : series.Series.Dataset == DatasetType.Generation ? QualitySeverity.Info
            : QualitySeverity.Off;
        Add(QualityCheck.Negative, negative, series.NegativeRows.Count, series.NegativeRows, "{0} a negative value.");
        Add(QualityCheck.Future, QualitySeverity.Warning, series.FutureRows.Count, series.FutureRows, "{0} a time in the future.");
        if (series.NotGood > 0)
        {
            double share = (double)series.NotGood / series.Rows;
            findings.Add(new QualityFinding(
                QualityCheck.NotGood,
                share > 0.1 ? QualitySeverity.Warning : QualitySeverity.Info,
                $"{Rows(series.NotGood, "has", "have")} a quality flag that is not good.")
            {
                Series = series.Series,
                From = Time(series.First),
                To = Time(series.Last),
                Count = series.NotGood,
                Expected = 0,
                Observed = share,
            });
        }
    }

    private void CheckRuns()
    {
        AddRuns(QualityCheck.ZeroRun, series.ZeroRuns, "are 0");
        AddRuns(QualityCheck.Stuck, series.StuckRuns, "have the same value");
    }

    private void AddRuns(QualityCheck check, in ValueRuns runs, string what)
    {
        if (runs.Count == 0)
        {
            return;
        }

        foreach (ValueRun run in runs.Longest)
        {
            Explain(run.From);
            Explain(run.To + (step * 60L));
            findings.Add(new QualityFinding(check, WarningOfConsumption, $"{Count(run.Rows)} rows {what}.")
            {
                File = files[run.First.File],
                Series = series.Series,
                From = Time(run.From),
                To = Time(run.To),
                Count = run.Rows,
                Observed = run.First.Value,
                Examples = [Example(run.First)],
            });
        }

        long others = runs.Count - runs.Longest.Count;
        long rows = runs.Rows - runs.Longest.Sum(run => run.Rows);
        AddUnlisted(check, WarningOfConsumption, others, rows);
    }

    private void CheckUnits(LocalDays days)
    {
        if (series.OtherUnit is { } other)
        {
            Add(
                QualityCheck.UnitChange,
                QualitySeverity.Error,
                $"The unit is {Text(series.Unit)} in some rows and {Text(other)} in others.",
                1,
                series.First,
                series.Last);
        }

        if (series.Details is not { } details)
        {
            return;
        }

        ReadOnlySpan<int> numbers = details.Days.Days;
        ReadOnlySpan<DayRecord> records = details.Days.Records;
        for (int i = 1; i < numbers.Length; i++)
        {
            ref readonly DayRecord before = ref records[i - 1];
            ref readonly DayRecord record = ref records[i];
            int day = numbers[i];
            if (day == numbers[i - 1] + 1 && before.Rows >= MinRowsOfDay && record.Rows >= MinRowsOfDay
                && IsThousand(before.Median, record.Median))
            {
                long start = days.StartOf(day);
                Explain(start);
                findings.Add(new QualityFinding(
                    QualityCheck.UnitJump,
                    QualitySeverity.Error,
                    $"The median of the day is {Number(record.Median)}, that of the day before {Number(before.Median)}.")
                {
                    Series = series.Series,
                    From = Time(start),
                    To = Time(days.StartOf(day + 1)),
                    Count = 1,
                    Expected = before.Median,
                    Observed = record.Median,
                });
            }
        }
    }

    private static bool IsThousand(double one, double other)
    {
        double ratio = Math.Max(one, other) / Math.Min(one, other);
        return ratio is >= 800 and <= 1250;
    }

    private void CheckValues()
    {
        if (series.Details is not { } details)
        {
            return;
        }

        double median = details.Magnitudes.Median();
        if (series.Rows >= MinRowsForSpikes && step > 0)
        {
            double change = details.Differences.Median();
            double limit = Math.Max(10 * change, 0.05 * median);
            AddTop(
                QualityCheck.Spike, QualitySeverity.Warning, details.Spikes, limit, "differs from both of its neighbours", explains: true);
            AddTop(QualityCheck.Jump, QualitySeverity.Info, details.Jumps, 10 * change, "differs from the row before it", explains: false);
        }

        // A median of 0 gives no measure: of a series that is mostly 0, such as solar generation, each other value would be an outlier.
        if (median == 0 || Math.Max(Math.Abs(series.Min), Math.Abs(series.Max)) <= 10 * median)
        {
            return;
        }

        long outliers = details.Magnitudes.CountAbove(10 * median);
        RatedRow[] rows = [.. details.Outliers.Rows.ToArray().Where(row => row.Score > 10 * median)];
        Array.Sort(rows, CompareTimes);

        // The largest values are known, so that few outliers are counted exactly.
        outliers = rows.Length < 8 ? rows.Length : Math.Max(outliers, rows.Length);
        if (outliers > 0)
        {
            findings.Add(new QualityFinding(
                QualityCheck.Outlier, WarningOfConsumption, $"{Rows(outliers, "is", "are")} more than ten times the median.")
            {
                File = files[rows[0].File],
                Series = series.Series,
                From = Time(rows[0].Seconds),
                To = Time(rows[^1].Seconds),
                Count = outliers,
                Expected = median,
                Observed = rows.MaxBy(row => row.Score).Value,
                Examples = Examples(rows),
            });
        }
    }

    private void AddTop(QualityCheck check, QualitySeverity severity, in TopRows rows, double limit, string what, bool explains)
    {
        List<RatedRow>? found = null;
        foreach (ref readonly RatedRow row in rows.Rows)
        {
            if (row.Score > limit && Steps.AreSame(row.Step, step * 60L) && (explains || _explained?.Contains(row.Seconds) is not true))
            {
                (found ??= []).Add(row);
            }
        }

        // Most series have none.
        found?.Sort((one, other) => one.Score != other.Score ? other.Score.CompareTo(one.Score) : CompareTimes(one, other));
        for (int i = 0; i < found?.Count; i++)
        {
            RatedRow row = found[i];
            if (explains)
            {
                Explain(row.Seconds);
                Explain(row.Seconds + row.Step);
            }

            findings.Add(new QualityFinding(check, severity, $"{Number(row.Value)} {what} by {Number(row.Score)}.")
            {
                File = files[row.File],
                Series = series.Series,
                From = Time(row.Seconds),
                To = Time(row.Seconds),
                Count = 1,
                Expected = limit,
                Observed = row.Score,
                Examples = [Example(row)],
            });
        }

        long others = rows.CountOthersAbove(limit);
        AddUnlisted(check, severity, others, others);
    }

    private static int CompareTimes(RatedRow one, RatedRow other) =>
        (one.Seconds, one.Place.RowGroup, one.Place.Row).CompareTo((other.Seconds, other.Place.RowGroup, other.Place.Row));

    private void Explain(long seconds) => (_explained ??= []).Add(seconds);

    /// <summary>Counts findings that are not known one by one.</summary>
    private void AddUnlisted(QualityCheck check, QualitySeverity severity, long number, long count)
    {
        if (number > 0)
        {
            findings.AddUnlisted(check, severity, number, count);
        }
    }

    private void Add(QualityCheck check, QualitySeverity severity, string message, long count, long from, long to) =>
        findings.Add(new QualityFinding(check, severity, message)
        {
            Series = series.Series,
            From = Time(from),
            To = Time(to),
            Count = count,
        });

    private void Add(QualityCheck check, QualitySeverity severity, long count, in RowExamples rows, string message)
    {
        if (count == 0)
        {
            return;
        }

        findings.Add(new QualityFinding(
            check, severity, message.Replace("{0}", Rows(count, "has", "have"), StringComparison.Ordinal))
        {
            File = rows.Rows.Count > 0 ? files[rows.Rows[0].File] : null,
            Series = series.Series,
            From = rows.Rows.Count > 0 ? Time(rows.Rows[0].Seconds) : null,
            Count = count,
            Expected = 0,
            Observed = rows.Rows.Count > 0 ? rows.Rows[0].Value : null,
            Examples = Examples(rows.Rows),
        });
    }

    /// <summary>Returns the rows of the first one's file.</summary>
    private static QualityExample[] Examples(IReadOnlyList<RatedRow> rows) =>
        [.. rows.Where(row => row.File == rows[0].File).Take(5).Select(Example)];

    private static QualityExample Example(RatedRow row) => new(row.Place.RowGroup, row.Place.Row, Time(row.Seconds), row.Value);

    private static DateTimeOffset Time(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);

    private static string Rows(long count, string one, string many) => count == 1 ? $"1 row {one}" : $"{Count(count)} rows {many}";

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static string Text(string text) => $"'{(text.Length <= 60 ? text : text[..60] + "...")}'";
}
