using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Loader.Benchmarks.EndToEnd;

namespace Loader.Benchmarks.Readers;

/// <summary>What one reader did with one file.</summary>
/// <param name="Error">The type of the exception, or <see langword="null"/> if the file was read.</param>
/// <param name="Sum">The sum or hash of what was delivered.</param>
/// <param name="Count">The number of values and nulls.</param>
/// <param name="Seconds">The elapsed time.</param>
/// <param name="CpuSeconds">The CPU time of all threads, including the JIT compiler's.</param>
/// <param name="PeakBytes">The peak resident memory of the process.</param>
internal sealed record ReadResult(string? Error, ulong Sum, long Count, double Seconds, double CpuSeconds, long PeakBytes);

/// <summary>
/// Reads the files that are named on standard input, one after the other, with one reader. The child process of
/// <see cref="CompareReadersCommand"/>.
/// </summary>
internal static class ReadWithCommand
{
    public const string Name = "read-with";

    /// <summary>The readers that are compared.</summary>
    public static readonly string[] Readers = ["Loader.Parquet", "Parquet.Net", "ParquetSharp, one thread", "ParquetSharp, defaults"];

    private static readonly Argument<string> Reader = new("reader");
    private static readonly Option<string[]> Columns = new("--columns") { AllowMultipleArgumentsPerToken = true, Required = true };
    private static readonly Option<bool> Exact = new("--exact");

    public static Command Create()
    {
        var command = new Command(Name, "Reads files with one of the compared readers.") { Reader, Columns, Exact };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        while (await Console.In.ReadLineAsync(cancellationToken) is { } path)
        {
            long start = Stopwatch.GetTimestamp();
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            string? error = null;
            var sum = new ColumnSum(isExact: true);
            try
            {
                sum = await ReadAsync(arguments, path);
            }
            catch (Exception exception)
            {
                error = exception.GetType().Name;
            }

            var result = new ReadResult(
                error,
                sum.Value,
                sum.Count,
                Stopwatch.GetElapsedTime(start).TotalSeconds,
                (Environment.CpuUsage.TotalTime - cpu).TotalSeconds,
                LoadCommand.PeakBytes());
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(result));
        }

        return 0;
    }

    private static Task<ColumnSum> ReadAsync(ParseResult arguments, string path)
    {
        string[] columns = arguments.GetValue(Columns)!;
        bool isExact = arguments.GetValue(Exact);
        return arguments.GetValue(Reader) switch
        {
            "Loader.Parquet" => LoaderParquetRead.ReadAsync(path, columns, isExact),
            "Parquet.Net" => ParquetNetRead.ReadAsync(path, columns, isExact),
            "ParquetSharp, one thread" => ParquetSharpRead.ReadAsync(path, columns, isExact, usesThreads: false),
            _ => ParquetSharpRead.ReadAsync(path, columns, isExact, usesThreads: true),
        };
    }
}
