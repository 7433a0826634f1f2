using System.CommandLine;
using System.Globalization;
using Loader.Application;
using Loader.Application.Results;
using Loader.Benchmarks.Endpoint;
using Loader.Benchmarks.EndToEnd;
using Loader.Benchmarks.Input;

namespace Loader.Benchmarks.Influx;

/// <summary>Compares writing lines to InfluxDB with the floor under it and with the official C# client, in one run.</summary>
internal static class InfluxCommand
{
    private const int LinesPerRequest = 5_000;

    private static readonly Option<int> Rows = new("--rows") { Description = "Rows of the file.", DefaultValueFactory = _ => 2_000_000 };
    private static readonly Option<int> NumberOfRounds = new("--rounds") { Description = "Rounds; medians are printed.", DefaultValueFactory = _ => 5 };
    private static readonly Option<int> InFlight = new("--in-flight") { Description = "Requests in flight.", DefaultValueFactory = _ => 4 };

    public static Command Create()
    {
        var command = new Command("influx", "Compares writing to InfluxDB with a bare HttpClient, with InfluxDB3.Client and with preparing.")
        {
            Rows, NumberOfRounds, InFlight,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        (int count, int rounds, int inFlight) = (arguments.GetValue(Rows), arguments.GetValue(NumberOfRounds), arguments.GetValue(InFlight));
        Machine machine = Machine.Look();
        Progress.Say($"writing {count:N0} rows");
        using var inputs = new InputFolder();
        string path = inputs.FileOf(InfluxRows.Shape, count);
        InfluxRows rows = await InfluxRows.ReadAsync(path, cancellationToken);
        using EndpointProcess endpoint = await EndpointProcess.StartAsync([InfluxEndpointCommand.Name], cancellationToken);
        using var floor = new InfluxFloor(LineBodies.Create(rows, LinesPerRequest), rows.Count, endpoint.Address, inFlight);
        using var client = new PointDataWriter(rows, endpoint.Address, LinesPerRequest, inFlight);
        Part[] parts =
        [
            new("prepared", null, token => PrepareAsync(path, token)),
            new("floor", endpoint, floor.RunAsync),
            new("client", endpoint, client.RunAsync),
        ];
        Dictionary<string, Medians> medians = await Rounds.RunAsync(parts, rounds, cancellationToken);
        Write($"{machine.Processor}, {machine.Cores} cores, {machine.Runtime}, load average before {machine.LoadAverageBefore:0.0}.");
        Write($"{count:N0} rows of {InfluxRows.Shape.Series.Count} series in turn, medians of {rounds} rounds in turns, {LinesPerRequest:N0} lines a request, {inFlight} in flight.");
        Write($"");
        Write($"| part | rows/s | CPU us/row | allocated B/row | body B/row | the endpoint's CPU us/row |");
        Write($"|---|---|---|---|---|---|");
        using var http = new HttpClient();
        foreach (Part part in parts)
        {
            Medians of = medians[part.Name];
            double? body = await BodyBytesAsync(part, http, cancellationToken) / (double?)of.Rows;
            Write($"| {part.Name} | {of.RowsPerSecond:N0} | {of.CpuMicrosecondsPerRow:0.000} | {of.AllocatedBytesPerRow:N1} | {body:0.0} | {of.EndpointCpuMicrosecondsPerRow:0.000} |");
        }

        return 0;
    }

    /// <summary>Returns the bytes of all bodies of a part, counted by the endpoint in a run that is not measured, or null if it sends nothing.</summary>
    private static async Task<long?> BodyBytesAsync(Part part, HttpClient http, CancellationToken cancellationToken)
    {
        if (part.Endpoint is not { Address: var address })
        {
            return null;
        }

        long before = await DiscardingInfluxDb.ReceivedBytesAsync(http, address, cancellationToken);
        await part.RunAsync(cancellationToken);
        return await DiscardingInfluxDb.ReceivedBytesAsync(http, address, cancellationToken) - before;
    }

    /// <summary>Decodes, judges, orders and encodes for Timestream on one core, as the same part of <c>end-to-end</c>.</summary>
    private static async Task<long> PrepareAsync(string path, CancellationToken cancellationToken)
    {
        using OneCore? core = OneCore.Hold();
        LoadReport report = await Loads.LoadAsync(path, Loads.Preparing(), new LoadOptions { RowGroupsInFlight = 1 }, cancellationToken);
        return report.Ledger.Written;
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
