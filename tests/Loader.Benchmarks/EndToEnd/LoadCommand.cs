using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Infrastructure.Timestream;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>One load in a process of its own: for its memory, as what else the harness does must not be in the figure, and for profilers.</summary>
internal static class LoadCommand
{
    public const string Name = "load";

    /// <summary>The exit code of a load that a row group is too large for.</summary>
    public const int Refused = 3;

    private static readonly Option<string> Source = new("--file") { Description = "The file.", Required = true };
    private static readonly Option<Uri?> Endpoint = new("--endpoint")
    {
        Description = "Where records go; without it they are prepared and not sent.",
        CustomParser = result => new Uri(result.Tokens[0].Value),
    };

    private static readonly Option<int> Times = new("--times") { Description = "How often the file is loaded.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> InFlight = new("--in-flight") { Description = "Requests in flight.", DefaultValueFactory = _ => 16 };

    private static readonly Option<int> RowGroups = new("--row-groups")
    {
        Description = "Row groups in flight.",
        DefaultValueFactory = _ => new LoadOptions().RowGroupsInFlight,
    };

    private static readonly Option<bool> OnOneCore = new("--one-core") { Description = "Use one core, as a function of 1,769 MB has." };

    public static Command Create()
    {
        var command = new Command(Name, "Loads one file and prints what that took.") { Source, Endpoint, InFlight, Times, RowGroups, OnOneCore };
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>Returns the command line that loads one file.</summary>
    public static IEnumerable<string> Arguments(string path, Uri endpoint, int inFlight) =>
        [Name, Source.Name, path, Endpoint.Name, endpoint.ToString(), InFlight.Name, inFlight.ToString(CultureInfo.InvariantCulture)];

    /// <summary>Returns the command line that loads one file twice as a function of one core would, the first time to warm up.</summary>
    public static IEnumerable<string> FunctionArguments(string path, Uri endpoint, int inFlight, int rowGroups) =>
        [.. Arguments(path, endpoint, inFlight), Times.Name, "2", OnOneCore.Name, RowGroups.Name, rowGroups.ToString(CultureInfo.InvariantCulture)];

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        using OneCore? core = arguments.GetValue(OnOneCore) ? OneCore.Hold() : null;
        var options = new LoadOptions { RowGroupsInFlight = arguments.GetValue(RowGroups) };
        using TimestreamSink? delivering = arguments.GetValue(Endpoint) is { } endpoint ? Loads.Delivering(endpoint, arguments.GetValue(InFlight)) : null;
        IRecordSink sink = delivering is null ? Loads.Preparing() : delivering;
        for (int time = 0; time < arguments.GetValue(Times); time++)
        {
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            try
            {
                LoadReport report = await Loads.LoadAsync(arguments.GetValue(Source)!, sink, options, cancellationToken);
                var loaded = new LoadedFile(
                    report.Ledger.Written, report.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, PeakBytes());
                Console.WriteLine(JsonSerializer.Serialize(loaded));
            }
            catch (RowGroupTooLargeException refusal)
            {
                await Console.Error.WriteLineAsync(refusal.Message);
                return Refused;
            }
        }

        return 0;
    }

    public static long PeakBytes()
    {
        const string Status = "/proc/self/status";
        if (!File.Exists(Status))
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }

        // "VmHWM:     76484 kB"
        string line = File.ReadLines(Status).First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.AsSpan("VmHWM:".Length).Trim().TrimEnd("kB"), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }
}
