using System.CommandLine;
using System.Globalization;
using Loader.Application;
using Loader.Application.Results;
using Loader.Benchmarks.Endpoint;
using Loader.Benchmarks.EndToEnd;
using Loader.Benchmarks.Input;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb;

namespace Loader.Benchmarks.Influx;

/// <summary>Compares writing lines to InfluxDB with the floor under it and with the official C# client, in one run.</summary>
internal static class InfluxCommand
{
    private const string PreparedName = "prepared (for Timestream, one core)";
    private const string EncodedName = "order and encode alone (one core)";
    private const string FloorName = "floor: bare HttpClient with the same bodies";
    private const string MemoryName = "loader's sink, rows in memory";
    private const string PlainName = "loader, whole load";
    private const string GzipName = "loader, whole load, gzip";
    private const string ClientName = "InfluxDB3.Client, rows in memory";

    private const double LeastRatio = 20;

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
        RecordedBodies bodies = await RecordedBodies.RecordAsync(path, inFlight, cancellationToken);
        using EndpointProcess endpoint = await EndpointProcess.StartAsync([InfluxEndpointCommand.Name], cancellationToken);
        IReadOnlyList<MeasurementBatch> batches = rows.ToBatches();
        var encoding = new LineEncoding(batches);
        using var floor = new InfluxFloor(bodies, endpoint.Address, inFlight);
        using InfluxDbSink plain = InfluxLoad.CreateSink(endpoint.Address, inFlight, gzip: false);
        using InfluxDbSink gzip = InfluxLoad.CreateSink(endpoint.Address, inFlight, gzip: true);
        using var client = new PointDataWriter(rows, endpoint.Address, inFlight);
        Part[] parts =
        [
            new(PreparedName, null, token => PrepareAsync(path, token)),
            new(EncodedName, null, encoding.RunAsync),
            new(FloorName, endpoint, floor.RunAsync),
            new(MemoryName, endpoint, token => InfluxLoad.WriteAsync(batches, plain, token)),
            new(PlainName, endpoint, token => InfluxLoad.RunAsync(path, plain, token)),
            new(GzipName, endpoint, token => InfluxLoad.RunAsync(path, gzip, token)),
            new(ClientName, endpoint, client.RunAsync),
        ];
        Dictionary<string, Medians> medians = await Rounds.RunAsync(parts, rounds, cancellationToken);
        Write($"{machine.Processor}, {machine.Cores} cores, {machine.Runtime}, load average before {machine.LoadAverageBefore:0.0}.");
        Write($"{count:N0} rows of {InfluxRows.Shape.Series.Count} series in turn, medians of {rounds} rounds in turns, {InfluxLoad.LinesPerRequest:N0} lines a request, {inFlight} in flight.");
        Write($"");
        Write($"| part | rows/s | CPU us/row | allocated B/row | body B/row | the endpoint's CPU us/row |");
        Write($"|---|---|---|---|---|---|");
        using var http = new HttpClient();
        foreach (Part part in parts)
        {
            Medians of = medians[part.Name];
            double? body = await BodyBytesAsync(part, http, cancellationToken) / (double?)of.Rows;
            double? endpointCpu = part.Endpoint is null ? null : of.EndpointCpuMicrosecondsPerRow;
            Write($"| {part.Name} | {of.RowsPerSecond:N0} | {of.CpuMicrosecondsPerRow:0.000} | {of.AllocatedBytesPerRow:N1} | {body:0.0} | {endpointCpu:0.000} |");
        }

        Write($"");
        Write($"| budget | found | allowed | met |");
        Write($"|---|---|---|---|");
        double allowedCpu = medians[FloorName].CpuMicrosecondsPerRow + (1.2 * medians[PreparedName].CpuMicrosecondsPerRow);
        double clientRate = medians[ClientName].RowsPerSecond;
        Print(new("CPU of the whole load / (floor's CPU + 1.2 x prepared CPU)", medians[PlainName].CpuMicrosecondsPerRow / allowedCpu, 1, IsUpperLimit: true));
        Print(new("rate of the sink / rate of InfluxDB3.Client, both from memory", medians[MemoryName].RowsPerSecond / clientRate, LeastRatio, IsUpperLimit: false));
        Print(new("rate of the whole load / rate of InfluxDB3.Client", medians[PlainName].RowsPerSecond / clientRate, LeastRatio, IsUpperLimit: false));
        foreach (MeasurementBatch batch in batches)
        {
            batch.Dispose();
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

    /// <summary>Decodes, judges, orders and encodes for Timestream on one core, as the part <c>prepared</c> of <c>end-to-end</c>.</summary>
    private static async Task<long> PrepareAsync(string path, CancellationToken cancellationToken)
    {
        using OneCore? core = OneCore.Hold();
        LoadReport report = await Loads.LoadAsync(path, Loads.Preparing(), new LoadOptions { RowGroupsInFlight = 1 }, cancellationToken);
        return report.Ledger.Written;
    }

    private static void Print(Budget budget) =>
        Write($"| {budget.Name} | {budget.Value:0.00} | {(budget.IsUpperLimit ? "<=" : ">=")} {budget.Limit:0.00} | {(budget.IsMet ? "yes" : "no")} |");

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
