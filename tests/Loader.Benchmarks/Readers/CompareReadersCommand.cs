using System.CommandLine;
using System.Globalization;
using Loader.Benchmarks.EndToEnd;
using Loader.Benchmarks.Input;
using Loader.Domain;

namespace Loader.Benchmarks.Readers;

/// <summary>
/// Compares Loader.Parquet with the alternatives: speed and memory on one file, deployed size, and what each does with damaged files.
/// </summary>
internal static class CompareReadersCommand
{
    private static readonly Option<long> Rows = new("--rows") { Description = "Rows of the file.", DefaultValueFactory = _ => 10_000_000 };
    private static readonly Option<int> Rounds = new("--rounds")
    {
        Description = "Rounds. In each, every reader reads the file once, in a process of its own.",
        DefaultValueFactory = _ => 7,
    };

    private static readonly Option<string?> Damaged = new("--damaged")
    {
        Description = "A folder of damaged files, written by the test Damaged_files_are_written_for_other_readers.",
    };

    public static Command Create()
    {
        var command = new Command("compare-readers", "Compares Loader.Parquet with Parquet.Net and ParquetSharp.")
        {
            Rows,
            Rounds,
            Damaged,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        Console.WriteLine(Machine.Look());
        using (var inputs = new InputFolder())
        {
            long rows = arguments.GetValue(Rows);
            await CompareSpeedAsync(inputs.FileOf(InputShape.Interleaved, rows), rows, arguments.GetValue(Rounds), cancellationToken);
        }

        Console.WriteLine("\n| reader | assemblies, KiB | native libraries, KiB |\n|---|---|---|");
        foreach (string library in (string[])["Loader.Parquet", "Parquet.Net", "ParquetSharp"])
        {
            (long managed, long native) = DeployedSize.Of(library);
            Write($"| {library} | {managed >> 10:N0} | {native >> 10:N0} |");
        }

        if (arguments.GetValue(Damaged) is { } folder)
        {
            await DamagedFilesComparison.RunAsync(folder, cancellationToken);
        }

        return 0;
    }

    private static async Task CompareSpeedAsync(string path, long rows, int rounds, CancellationToken cancellationToken)
    {
        string[] texts =
            [ColumnNames.Region, ColumnNames.Unit, InputShape.Interleaved.SubjectColumn, ColumnNames.MeasurementType, ColumnNames.QualityFlag];
        Dictionary<string, List<ReadResult>> results =
            ReadWithCommand.Readers.ToDictionary(reader => reader, _ => new List<ReadResult>(), StringComparer.Ordinal);
        for (int round = 0; round < rounds; round++)
        {
            foreach (string reader in ReadWithCommand.Readers)
            {
                using var process = new ReaderProcess(reader, texts, isExact: false);
                ReadResult result = await process.ReadAsync(path, TimeSpan.FromMinutes(5), cancellationToken)
                    ?? throw new InvalidOperationException($"{reader} failed.");
                results[reader].Add(result.Error is null ? result : throw new InvalidOperationException($"{reader}: {result.Error}"));
            }
        }

        Console.WriteLine("\n| reader | M rows/s | min to max | ratio | M rows per CPU second | ratio | peak memory, MiB | values | sum |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        List<ReadResult> ours = results[ReadWithCommand.Readers[0]];
        foreach (string reader in ReadWithCommand.Readers)
        {
            List<ReadResult> reads = results[reader];
            double seconds = Median(reads, r => r.Seconds);
            double cpu = Median(reads, r => r.CpuSeconds);
            double min = rows / reads.Max(r => r.Seconds) / 1e6;
            double max = rows / reads.Min(r => r.Seconds) / 1e6;
            double ratio = Median(ours, r => r.Seconds) / seconds;
            double cpuRatio = Median(ours, r => r.CpuSeconds) / cpu;
            double peak = Median(reads, r => r.PeakBytes) / (1 << 20);
            string speed = string.Create(CultureInfo.InvariantCulture, $"{rows / seconds / 1e6:0.0} | {min:0.0} to {max:0.0} | {ratio:0.00}");
            Write($"| {reader} | {speed} | {rows / cpu / 1e6:0.0} | {cpuRatio:0.00} | {peak:0} | {reads[0].Count:N0} | {reads[0].Sum:x16} |");
        }
    }

    private static double Median(IEnumerable<ReadResult> results, Func<ReadResult, double> figure)
    {
        double[] sorted = [.. results.Select(figure).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
