using System.Globalization;
using Loader.Domain;

namespace Loader.Application.Quality;

/// <summary>Checks that compare the series of a run.</summary>
/// <param name="run">The run.</param>
/// <param name="findings">Receives the findings.</param>
internal sealed class RunChecks(JudgedRun run, FindingCollector findings)
{
    /// <summary>Fewer common times, or fewer regions, say nothing about a sum.</summary>
    private const int MinCommonTimes = 8;
    private const int MinRegions = 3;
    private const double SumTolerance = 0.001;

    private const int MaxSeries = 100_000;

    /// <summary>A small file has many series for its rows; that costs nothing.</summary>
    private const int MinSeriesForShare = 100;

    /// <summary>Checks the run.</summary>
    public void Check()
    {
        foreach (IGrouping<DatasetType, SeriesStatistics> dataset in run.Series.GroupBy(series => series.Series.Dataset))
        {
            findings.Begin(dataset.First().Rules);
            CheckCodes(ColumnNames.Region, dataset.Select(series => series.Series.Region));
            CheckCodes(dataset.Key.SubjectColumn, dataset.Select(series => series.Series.Subject));
            CheckCodes(ColumnNames.MeasurementType, dataset.Select(series => series.Series.MeasurementType));
            CheckCodes(ColumnNames.QualityFlag, run.Flags.GetValueOrDefault(dataset.Key) ?? []);
            foreach (IGrouping<(string, string, string), SeriesStatistics> group in dataset.GroupBy(
                series => (series.Series.Subject, series.Series.MeasurementType, series.Unit)).Where(group => group.Count() >= MinRegions))
            {
                CheckTotal([.. group]);
            }
        }

        findings.Begin(run.Series.Count == 0 ? null : run.Series[0].Rules);
        CheckNumber();
    }

    private void CheckCodes(string column, IEnumerable<string> values)
    {
        // Most codes have no other that is nearly equal.
        var firsts = new Dictionary<string, string>(StringComparer.Ordinal);
        var codes = new Dictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (string value in values.Distinct(StringComparer.Ordinal))
        {
            string normal = NearEqualText.Normalize(value);
            if (firsts.TryAdd(normal, value))
            {
                continue;
            }

            if (!codes.TryGetValue(normal, out SortedSet<string>? same))
            {
                codes.Add(normal, same = new SortedSet<string>(StringComparer.Ordinal) { firsts[normal] });
            }

            same.Add(value);
        }

        if (codes.Count == 0)
        {
            return;
        }

        foreach (SortedSet<string> same in firsts.Keys.Select(normal => codes.GetValueOrDefault(normal)).OfType<SortedSet<string>>())
        {
            findings.Add(new QualityFinding(
                QualityCheck.NearEqualCodes,
                QualitySeverity.Warning,
                $"{column} has {string.Join(" and ", same.Take(5).Select(Quote))}, which differ only in blanks around them, case or "
                    + "Unicode form: they are different series.")
            {
                Count = same.Count,
                Expected = 1,
                Observed = same.Count,
            });
        }
    }

    /// <summary>Finds the region that is the sum of the others at all times that every region has.</summary>
    private void CheckTotal(List<SeriesStatistics> regions)
    {
        if (regions.Exists(region => !region.HasSample))
        {
            return;
        }

        var sums = new Dictionary<long, (double Sum, int Regions, int NotZero)>();
        List<(long Seconds, double Value)>[] samples =
            [.. regions.Select(region => region.Sample!.DistinctBy(row => row.Seconds).ToList())];
        foreach ((long seconds, double value) in samples.SelectMany(sample => sample))
        {
            (double sum, int count, int notZero) = sums.GetValueOrDefault(seconds);
            sums[seconds] = (sum + value, count + 1, notZero + (value == 0 ? 0 : 1));
        }

        int common = sums.Values.Count(sum => sum.Regions == regions.Count);
        if (common < MinCommonTimes)
        {
            return;
        }

        foreach ((SeriesStatistics region, List<(long Seconds, double Value)> sample) in regions.Zip(samples))
        {
            bool isTotal = sample.TrueForAll(row =>
            {
                (double sum, int count, int notZero) = sums[row.Seconds];
                return count != regions.Count
                    || (notZero >= MinRegions && Math.Abs(row.Value - (sum - row.Value)) <= SumTolerance * Math.Abs(row.Value));
            });
            if (isTotal)
            {
                findings.Add(new QualityFinding(
                    QualityCheck.TotalAmongParts,
                    QualitySeverity.Warning,
                    $"Region {Quote(region.Series.Region)} is the sum of the {regions.Count - 1} others: sums over regions count twice.")
                {
                    Series = region.Series,
                    Count = 1,
                    Observed = common,
                });
            }
        }
    }

    private void CheckNumber()
    {
        long rows = run.Series.Sum(series => series.Rows);
        long count = run.Series.Count + run.SeriesNotJudged;
        bool isShare = count >= MinSeriesForShare && count > rows / 3.0;
        if (isShare || count > MaxSeries)
        {
            findings.Add(new QualityFinding(
                QualityCheck.ManySeries,
                QualitySeverity.Warning,
                string.Create(CultureInfo.InvariantCulture, $"{count:N0} series in {rows:N0} rows: each series costs memory and storage."))
            {
                Count = count,
                Expected = MaxSeries,
                Observed = count,
            });
        }
    }

    private static string Quote(string text) => $"'{(text.Length <= 60 ? text : text[..60] + "...")}'";
}
