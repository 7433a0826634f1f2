using System.CommandLine;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>The harness at the command line.</summary>
internal static class EndToEndCommand
{
    private static readonly Option<int> Rows = new("--rows")
    {
        Description = "Rows of the file that rates are measured with.",
        DefaultValueFactory = _ => 2_000_000,
    };

    private static readonly Option<int> NumberOfRounds = new("--rounds") { Description = "Rounds; medians are told.", DefaultValueFactory = _ => 5 };
    private static readonly Option<int> InFlight = new("--in-flight") { Description = "Requests in flight.", DefaultValueFactory = _ => 16 };
    private static readonly Option<int> Latency = new("--latency")
    {
        Description = "Milliseconds before every answer, in the part that varies the requests in flight.",
        DefaultValueFactory = _ => 10,
    };

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = $"Parts to run, separated by commas: {string.Join(", ", EndToEndOptions.AllParts)}. Default: all.",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<long[]> MemoryRows = new("--memory-rows")
    {
        Description = "Rows of the files that memory is measured with, separated by commas.",
        CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(',')).Select(long.Parse)],
        DefaultValueFactory = _ => [1_000_000, 10_000_000, 30_000_000],
    };

    private static readonly Option<bool> Telemetry = new("--telemetry") { Description = "Listen to spans and measurements, as a host with OpenTelemetry does." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON document instead of a table." };

    public static Command Create()
    {
        var command = new Command("end-to-end", "Measures preparing, delivering, the floor under it, memory and cost, in one run.")
        {
            Rows, NumberOfRounds, InFlight, Latency, Only, MemoryRows, Telemetry, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string[] only = [.. arguments.GetValue(Only)!.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        if (only.Except(EndToEndOptions.AllParts).FirstOrDefault() is { } unknown)
        {
            await Console.Error.WriteLineAsync($"There is no part '{unknown}'; there are {string.Join(", ", EndToEndOptions.AllParts)}.");
            return 2;
        }

        var options = new EndToEndOptions
        {
            Rows = arguments.GetValue(Rows),
            Rounds = arguments.GetValue(NumberOfRounds),
            InFlight = arguments.GetValue(InFlight),
            Latency = arguments.GetValue(Latency),
            Parts = only.Length == 0 ? EndToEndOptions.AllParts : only,
            MemoryRows = arguments.GetValue(MemoryRows)!,
        };
        using TelemetryListener? listener = arguments.GetValue(Telemetry) ? new TelemetryListener() : null;
        using var run = new EndToEndRun(options);
        ResultDocument result = await run.RunAsync(cancellationToken);
        Console.WriteLine(arguments.GetValue(Json) ? result.ToJson() : ResultTable.Of(result));
        return 0;
    }
}
