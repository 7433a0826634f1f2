using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Amazon.S3;
using Loader.Application;
using Loader.Application.Results;
using Loader.Benchmarks.EndToEnd;
using Loader.Cli;
using Loader.Cli.Hosting;
using Loader.Domain;
using Loader.DuckDb;
using Loader.Infrastructure.DependencyInjection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Loader.Benchmarks.DuckDb;

/// <summary>Compares loads into DuckDB with DuckDB's own MERGE of the same files: few large files, and many small ones.</summary>
/// <remarks>Every time includes opening and closing the database, so that the write-ahead log is in the file.</remarks>
internal static class CompareDuckDbCommand
{
    private const int SmallFileRows = 24;

    private static readonly ObjectVersion Version = new(1_000);
    private static readonly Option<long> Rows = new("--rows") { Description = "Rows of the large files together.", DefaultValueFactory = _ => 3_000_000 };
    private static readonly Option<int> Files = new("--files") { Description = "Large files.", DefaultValueFactory = _ => 13 };
    private static readonly Option<int> SmallFiles = new("--small-files")
    {
        Description = "Files of 24 rows; 0 leaves them out.",
        DefaultValueFactory = _ => 3_000,
    };

    private static readonly Option<int> NumberOfRounds = new("--rounds")
    {
        Description = "Rounds after one that does not count. In each, every part runs once; medians are printed.",
        DefaultValueFactory = _ => 5,
    };

    public static Command Create()
    {
        var command = new Command("compare-duckdb", "Compares loads into DuckDB with DuckDB's own MERGE from read_parquet.")
        {
            Rows, Files, SmallFiles, NumberOfRounds,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        Console.WriteLine(Machine.Look());
        int rounds = arguments.GetValue(NumberOfRounds);
        if (arguments.GetValue(Rows) > 0)
        {
            using DuckDbInput large = DuckDbInput.Consecutive(arguments.GetValue(Rows), arguments.GetValue(Files));
            Figures figures = await MeasureAsync(large, LoadAsync, rounds, cancellationToken);
            Write($"\n{large.Rows:N0} rows of {large.Files.Count} files, medians of {rounds} rounds\n");
            figures.Print(firstLimit: 1.1, againLimit: 1.5, secondsLimit: null);
        }

        int smallFiles = arguments.GetValue(SmallFiles);
        if (smallFiles > 0)
        {
            using (DuckDbInput consecutive = DuckDbInput.Consecutive((long)smallFiles * SmallFileRows, smallFiles))
            {
                Figures figures = await MeasureAsync(consecutive, RunCommandLineAsync, rounds, cancellationToken);
                Write($"\n{smallFiles:N0} files of {SmallFileRows} rows, each one minute of all series, by the command line\n");
                figures.Print(firstLimit: null, againLimit: null, secondsLimit: 3);
            }

            using (DuckDbInput overlapping = DuckDbInput.OfOneSeriesEach(SmallFileRows, smallFiles))
            {
                Figures figures = await MeasureAsync(overlapping, RunCommandLineAsync, rounds, cancellationToken);
                Write($"\n{smallFiles:N0} files of {SmallFileRows} rows, each one day of one series, by the command line\n");
                figures.Print(firstLimit: null, againLimit: null, secondsLimit: 3);
            }
        }

        return 0;
    }

    /// <summary>Loads the files first and once more, by the loader and by DuckDB in turns, and compares the tables.</summary>
    private static async Task<Figures> MeasureAsync(
        DuckDbInput input, Func<DuckDbInput, string, CancellationToken, Task> loadAsync, int rounds, CancellationToken cancellationToken)
    {
        var figures = new Figures();
        for (int round = 0; round <= rounds; round++)
        {
            string folder = Directory.CreateTempSubdirectory("loader-duckdb-").FullName;
            string ours = Path.Combine(folder, "loader.duckdb");
            string theirs = Path.Combine(folder, "merge.duckdb");
            List<Figure>[] seconds = round == 0 ? [[], [], [], []] : [figures.First, figures.MergeFirst, figures.Again, figures.MergeAgain];
            try
            {
                for (int time = 0; time < 2; time++)
                {
                    seconds[time * 2].Add(await TimeAsync(() => loadAsync(input, ours, cancellationToken)));
                    seconds[(time * 2) + 1].Add(await TimeAsync(() =>
                    {
                        DuckDbMerge.Run(theirs, input.Folder, Version);
                        return Task.CompletedTask;
                    }));
                    DuckDbMerge.CheckEqual(ours, theirs, input.Rows);
                }
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }

            Progress.Say($"round {round}: {seconds[0][^1]} and {seconds[2][^1]}, MERGE {seconds[1][^1]} and {seconds[3][^1]}");
        }

        return figures;
    }

    private static async Task<Figure> TimeAsync(Func<Task> work)
    {
        GC.Collect();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long started = Stopwatch.GetTimestamp();
        await work();
        return new Figure(Stopwatch.GetElapsedTime(started).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    /// <summary>Loads all files side by side, with the options of the command line.</summary>
    private static async Task LoadAsync(DuckDbInput input, string database, CancellationToken cancellationToken)
    {
        var options = new LoadOptions();
        using var sink = new DuckDbSink(Options.Create(new DuckDbOptions { Path = database }));
        LoadParquetFile load = Loads.Create(
            new Lazy<IAmazonS3>(() => throw new InvalidOperationException("The files are on disk.")), sink, new NoMetrics(), options);
        IAsyncEnumerable<LoadRequest> requests =
            input.Files.Select(path => new LoadRequest(SourceFile.OnDisk(path)) { Version = Version }).ToAsyncEnumerable();
        var totals = new LoadTotals();
        await foreach (LoadResult result in new LoadParquetFiles(load, Options.Create(options)).LoadAsync(requests, cancellationToken))
        {
            totals.Add(result.Report?.Status ?? LoadStatus.Failed, result.Report);
        }

        if (totals.Ledger.Written != input.Rows)
        {
            throw new InvalidOperationException($"Not every row was written, so that the figures would tell of another load: {totals.Ledger}.");
        }
    }

    /// <summary>Runs <c>loader load</c> in this process: it lists the files, loads them and records each in the database.</summary>
    private static async Task RunCommandLineAsync(DuckDbInput input, string database, CancellationToken cancellationToken)
    {
        await using var output = new StringWriter();
        using var signals = new StopSignals();
        var host = new CliHost(
            CliHost.CreateConsole(output, isRedirected: true), CliHost.CreateConsole(output, isRedirected: true), new ConfigurationBuilder().Build())
        {
            Folder = Path.GetDirectoryName(database)!,
            Signals = signals,
        };
        string version = Version.Value.ToString(CultureInfo.InvariantCulture);
        int exitCode = await new CommandLineApp(host).RunAsync(["load", input.Folder, "--duckdb", database, "--version", version]);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"The load failed with exit code {exitCode}: {output}");
        }
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>What one run took.</summary>
    private readonly record struct Figure(double Seconds, double CpuSeconds)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seconds:0.00} s ({CpuSeconds:0.00} s CPU)");
    }

    /// <summary>The figures of each part, by round.</summary>
    private sealed class Figures
    {
        public List<Figure> First { get; } = [];

        public List<Figure> MergeFirst { get; } = [];

        public List<Figure> Again { get; } = [];

        public List<Figure> MergeAgain { get; } = [];

        public void Print(double? firstLimit, double? againLimit, double? secondsLimit)
        {
            Write($"| load | loader, s | min to max | CPU, s | MERGE, s | min to max | CPU, s | ratio | of CPU | bound |");
            Write($"|---|---|---|---|---|---|---|---|---|---|");
            Print("first", First, MergeFirst, firstLimit, secondsLimit);
            Print("repeated", Again, MergeAgain, againLimit, secondsLimit);
        }

        private static void Print(string name, List<Figure> ours, List<Figure> merge, double? ratioLimit, double? secondsLimit)
        {
            (double seconds, double mergeSeconds) = (Median(ours, figure => figure.Seconds), Median(merge, figure => figure.Seconds));
            (double cpu, double mergeCpu) = (Median(ours, figure => figure.CpuSeconds), Median(merge, figure => figure.CpuSeconds));
            double ratio = seconds / mergeSeconds;
            string bound = ratioLimit is { } most
                ? string.Create(CultureInfo.InvariantCulture, $"ratio ≤ {most:0.0}: {(ratio <= most ? "met" : "missed")}")
                : string.Create(CultureInfo.InvariantCulture, $"≤ {secondsLimit:0.0} s: {(seconds <= secondsLimit ? "met" : "missed")}");
            Write(
                $"| {name} | {seconds:0.00} | {Range(ours)} | {cpu:0.00} | {mergeSeconds:0.00} | {Range(merge)} | {mergeCpu:0.00} | {ratio:0.00} | {cpu / mergeCpu:0.00} | {bound} |");
        }

        private static string Range(List<Figure> figures) => string.Create(
            CultureInfo.InvariantCulture, $"{figures.Min(figure => figure.Seconds):0.00} to {figures.Max(figure => figure.Seconds):0.00}");

        private static double Median(List<Figure> figures, Func<Figure, double> value)
        {
            double[] sorted = [.. figures.Select(value).Order()];
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }
}
