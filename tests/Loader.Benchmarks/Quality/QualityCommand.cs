using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Loader.Application.Quality;
using Loader.Domain;

namespace Loader.Benchmarks.Quality;

/// <summary>What judging series takes, in CPU time a row, and what memory it takes with many series.</summary>
internal static class QualityCommand
{
    private const int RowsPerRowGroup = 122_880;

    /// <summary>What a row of a long series may take, in nanoseconds.</summary>
    private const double Limit = 30;

    private static readonly Option<int> NumberOfRounds = new("--rounds") { Description = "Rounds; medians are told.", DefaultValueFactory = _ => 15 };

    private static readonly Option<string> Only = new("--only") { Description = "Measures only the time of inputs whose name has this text." };

    public static Command Create()
    {
        var command = new Command("quality", "Measures the checks of series: CPU time a row of long and short series, and memory.")
        {
            NumberOfRounds, Only,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        Case[] cases =
        [
            new("1 series, a minute apart", 1, 1_228_800, 60, "UTC"),
            new("24 series in turn, a minute apart", 24, 51_200, 60, "UTC"),
            new("24 series in turn, an hour apart, Berlin", 24, 51_200, 3_600, "Europe/Berlin"),
            new("1,000 series in turn, a quarter of an hour apart", 1_000, 1_228, 900, "UTC"),
            new("10,000 series of 12 rows", 10_000, 12, 900, "UTC"),
        ];
        string? only = arguments.GetValue(Only);
        foreach (Case chosen in cases.Where(chosen => only is null || chosen.Name.Contains(only, StringComparison.Ordinal)))
        {
            Measure(chosen, arguments.GetValue(NumberOfRounds));
        }

        if (only is not null)
        {
            return 0;
        }

        // The numbers of series are such that nearly as much is kept as is allowed, or too much would be.
        foreach ((int series, int rows) in ((int, int)[])[(13_000, 48), (9_500, 300), (100_000, 3), (100_000, 24), (100_000, 96)])
        {
            MeasureMemory(new Case(string.Create(CultureInfo.InvariantCulture, $"{series:N0} series"), series, rows, 3_600, "UTC"));
        }

        return 0;
    }

    private static void Measure(Case chosen, int rounds)
    {
        MeasurementBatch[] batches = [.. chosen.Batches()];
        var all = new List<double>();
        var conclusions = new List<double>();

        // The loops are compiled again when they have been called 30 times.
        for (int round = -40; round < rounds; round++)
        {
            GC.Collect();
            TimeSpan begun = Environment.CpuUsage.UserTime;
            QualityJudge judge = Judge(chosen, batches);
            TimeSpan read = Environment.CpuUsage.UserTime;
            judge.Conclude();
            if (round >= 0)
            {
                all.Add((Environment.CpuUsage.UserTime - begun).TotalNanoseconds);
                conclusions.Add((Environment.CpuUsage.UserTime - read).TotalNanoseconds);
            }
        }

        Array.ForEach(batches, batch => batch.Dispose());
        double total = Median(all);
        string verdict = chosen.RowsOfSeries < 1_000 ? ""
            : string.Create(CultureInfo.InvariantCulture, $"   at most {Limit}: {(total / chosen.Rows <= Limit ? "met" : "missed")}");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{chosen.Name,-50} {total / chosen.Rows,7:0.0} ns a row (least {all[0] / chosen.Rows:0.0}), {Median(conclusions) / chosen.Rows,6:0.0} of them at the end, {total / chosen.Series,12:0} ns a series{verdict}"));
    }

    private static void MeasureMemory(Case chosen)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var judge = new QualityJudge(TimeProvider.System);
        Fill(judge, chosen);
        double used = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)(1 << 20);
        double limit = QualityJudge.DefaultMemoryLimitBytes / (double)(1 << 20);
        QualityReport report = judge.Conclude();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{chosen.Name} of {chosen.RowsOfSeries} rows: {used:0.0} MiB, limit {limit:0}: {(used <= limit ? "met" : "missed")}; "
                + $"detail {report.Detail}, {report.SeriesCount:N0} judged, {report.SeriesNotJudged:N0} not judged"));
    }

    /// <summary>Is a method of its own, so that nothing but the judge is alive when it ends.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Fill(QualityJudge judge, Case chosen)
    {
        using FileJudge file = Begin(judge, chosen);
        foreach (MeasurementBatch batch in chosen.Batches())
        {
            file.Add(batch);
            batch.Dispose();
        }

        file.Complete();
    }

    private static QualityJudge Judge(Case chosen, MeasurementBatch[] batches)
    {
        var judge = new QualityJudge(TimeProvider.System);
        using FileJudge file = Begin(judge, chosen);
        foreach (MeasurementBatch batch in batches)
        {
            file.Add(batch);
        }

        file.Complete();
        return judge;
    }

    private static FileJudge Begin(QualityJudge judge, Case chosen) => judge.Begin(
        SourceFile.OnDisk("/a.parquet"), TimeZoneInfo.FindSystemTimeZoneById(chosen.Zone), rules: null, default);

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private sealed record Case(string Name, int Series, int RowsOfSeries, int Step, string Zone)
    {
        private const long First = 1_546_300_800; // 2019-01-01T00:00:00Z

        public long Rows => (long)Series * RowsOfSeries;

        /// <summary>Makes rows in the order of time, with values of a load that follows the day.</summary>
        public IEnumerable<MeasurementBatch> Batches()
        {
            var catalog = new SeriesCatalog(DatasetType.Generation);
            int[] ids = [.. Enumerable.Range(0, Series).Select(series => catalog.Intern(new SeriesKey(
                string.Create(CultureInfo.InvariantCulture, $"R{series % 4}"),
                string.Create(CultureInfo.InvariantCulture, $"S{series}"),
                "power",
                "good",
                "MW")))];
            var random = new Random(1);
            int rowGroup = 0;
            for (long first = 0; first < Rows; first += RowsPerRowGroup)
            {
                int count = (int)Math.Min(RowsPerRowGroup, Rows - first);
                using var builder = new MeasurementBatchBuilder(catalog, rowGroup++, first, count, TimeUnit.Nanoseconds, version: 1);
                for (int i = 0; i < count; i++)
                {
                    (long moment, long series) = Math.DivRem(first + i, Series);
                    double day = moment * Step / 86_400.0;
                    builder.Times[i] = (First + (moment * Step)) * 1_000_000_000;
                    builder.Values[i] = Math.Round((500 + (series % 97 * 180)) * (0.65 + (0.25 * Math.Sin(day * 2 * Math.PI)) + (0.1 * random.NextDouble())), 3);
                    builder.SeriesIds[i] = ids[series];
                }

                yield return builder.Build();
            }
        }
    }
}
