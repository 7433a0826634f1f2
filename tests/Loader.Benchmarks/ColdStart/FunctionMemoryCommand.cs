using System.CommandLine;
using System.Globalization;
using Loader.Benchmarks.Input;
using Loader.LocalAws;

namespace Loader.Benchmarks.ColdStart;

/// <summary>The peak resident memory of the native function for files with row groups of 122,880 rows, each in a process of its own.</summary>
internal static class FunctionMemoryCommand
{
    private const string Bucket = "data";

    /// <summary>The allowed peak, in MB.</summary>
    private const double Limit = 100;

    private static readonly Option<string?> Function = new("--function") { Description = "The function's published binary. Default: it is published." };
    private static readonly Option<string?> Before = new("--before") { Description = "Another published binary of the function, for comparison." };
    private static readonly Option<int> NumberOfRounds = new("--rounds") { Description = "Loads of each case; the largest peak counts.", DefaultValueFactory = _ => 3 };
    private static readonly Option<int> MaxMillions = new("--max") { Description = "Leaves out cases with more millions of rows.", DefaultValueFactory = _ => 30 };

    public static Command Create()
    {
        var command = new Command("function-memory", "Measures the peak memory of the native function for one large file, and for eight files at once.")
        {
            Function, Before, NumberOfRounds, MaxMillions,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string function = arguments.GetValue(Function) ?? await NativeBinary.PublishAsync("src/Loader.Lambda", "bootstrap", cancellationToken);
        string[] binaries = [.. new[] { arguments.GetValue(Before), function }.OfType<string>().Select(Path.GetFullPath)];
        Case[] cases =
        [
            new("interleaved", InputShape.Interleaved, 1, 1),
            new("interleaved", InputShape.Interleaved, 10, 1),
            new("interleaved", InputShape.Interleaved, 30, 1),
            new("10,000 short series", InputShape.ShortSeries, 1, 1),
            new("10,000 short series", InputShape.ShortSeries, 10, 1),
            new("interleaved", InputShape.Interleaved, 1, 8),
            new("10,000 short series", InputShape.ShortSeries, 1, 8),
        ];
        Console.WriteLine($"peak resident memory of the function, largest of {arguments.GetValue(NumberOfRounds)} loads each");
        foreach (Case chosen in cases.Where(item => item.Millions <= arguments.GetValue(MaxMillions)))
        {
            await MeasureAsync(chosen, binaries, arguments.GetValue(NumberOfRounds), cancellationToken);
        }

        return 0;
    }

    private static async Task MeasureAsync(Case chosen, string[] binaries, int rounds, CancellationToken cancellationToken)
    {
        using var inputs = new InputFolder();
        await using LocalAwsServer server = await LocalAwsServer.StartAsync(
            new LocalAwsOptions { KeepRequests = false, DiscardWrites = true }, cancellationToken);
        server.Timestream.CreateEnergyTables();
        string path = inputs.FileOf(chosen.Shape, chosen.Millions * 1_000_000L);
        string[] keys = [.. Enumerable.Range(1, chosen.Files).Select(file => $"dataset={chosen.Shape.Dataset}/{file}.parquet")];
        foreach (string key in keys)
        {
            server.S3.CreateBucket(Bucket).PutFile(key, path);
        }

        string records = string.Join(',', keys.Select(key =>
            $$"""{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"{{Bucket}}"},"object":{"key":"{{Uri.EscapeDataString(key)}}"} } }"""));
        var environment = new Dictionary<string, string>(server.Environment()) { ["_HANDLER"] = "LoadFromS3Event" };
        var starts = new List<FunctionStart>[binaries.Length];
        for (int binary = 0; binary < binaries.Length; binary++)
        {
            starts[binary] = [];
        }

        for (int round = 0; round < rounds; round++)
        {
            for (int binary = 0; binary < binaries.Length; binary++)
            {
                starts[binary].Add(await FunctionStart.MeasureAsync(server, binaries[binary], environment, $$"""{"Records":[{{records}}]}"""));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        foreach ((int binary, List<FunctionStart> measured) in starts.Index())
        {
            double peak = measured.Max(start => start.PeakBytes) / 1e6;
            double seconds = measured.Select(start => start.Milliseconds).Order().ElementAt(rounds / 2) / 1000;
            double cpu = measured.Average(start => start.CpuMilliseconds) * 1e3 / chosen.Rows;
            string verdict = binary < binaries.Length - 1 ? "before" : $"at most {Limit} MB: {(peak <= Limit ? "met" : "missed")}";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {chosen.Files} x {chosen.Millions,2} M rows, {chosen.Name,-20} {peak,6:0.0} MB, {chosen.Rows / seconds / 1e6,5:0.00} M rows/s, {cpu:0.000} us of CPU a row   {verdict}"));
        }
    }

    private sealed record Case(string Name, InputShape Shape, int Millions, int Files)
    {
        public long Rows => Files * Millions * 1_000_000L;
    }
}
