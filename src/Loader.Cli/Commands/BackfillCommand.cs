using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Loader.Application.Results;
using Loader.Cli.Backfill;
using Loader.Cli.Hosting;
using Loader.Cli.Output;
using Spectre.Console;

namespace Loader.Cli.Commands;

/// <summary><c>loader backfill estimate</c>: the time and the cost of a backfill with the state machine of the Terraform module.</summary>
internal static class BackfillCommand
{
    /// <summary>The text after the options in the group's help.</summary>
    public const string Notes =
        """
        A backfill loads every object below a prefix with a state machine of the Terraform module (docs/backfill.md).

        Examples:
          loader backfill estimate
          loader backfill estimate --objects 250000 --rows 24 --concurrency 40
        """;

    /// <summary>The text after the options in the help of <c>estimate</c>.</summary>
    public const string EstimateNotes =
        """
        Computes transitions, calls, duration and cost in batches and, to compare, with one object a call. It reads nothing and needs no
        account. Writes to the destination have the same price in both ways and are not included: 'loader validate' estimates them. The
        duration depends on the times of requests, which are assumptions: measure yours. docs/backfill.md has the formulas.

        The file of --prices is JSON with one or more of per_million_transitions, per_million_calls, per_gigabyte_second,
        per_thousand_reads and per_thousand_lists, in USD.

        Examples:
          loader backfill estimate
          loader backfill estimate --objects 1000,100000,10000000 --object-size 50000 --rows 720
          loader backfill estimate --objects 250000 --items-per-batch 200 --concurrency 40 --write-ms 80 --prices eu-central-1.json --json

        Exit codes:
          0    the estimate was printed
          2    wrong usage, or the file of prices cannot be read
        """;

    public static Command Create(CliHost host, out Command estimate)
    {
        estimate = CreateEstimate(host);
        return new Command("backfill", "Plan a backfill with the state machine of the Terraform module") { estimate };
    }

    private static Command CreateEstimate(CliHost host)
    {
        var standard = new BackfillPlan { Objects = 0 };
        var objects = new Option<long[]?>("--objects")
        {
            Description = "Numbers of objects, separated by commas (default: 1000,100000,10000000)",
            HelpName = "N,...",
            CustomParser = result =>
            {
                long?[] numbers = [.. result.Tokens[0].Value.Split(',').Select(text => Parse<long>(text, 0, 100_000_000))];
                if (numbers.Contains(null))
                {
                    result.AddError(
                        $"--objects is '{result.Tokens[0].Value}'; it must be whole numbers from 0 to 100,000,000, separated by commas.");
                }

                return [.. numbers.OfType<long>()];
            },
        };
        Option<long> size = Number("--object-size", "Size of an object in bytes", "BYTES", standard.ObjectBytes, 1, 1L << 40);
        Option<int> rows = Number("--rows", "Rows of an object", "N", standard.Rows, 1, int.MaxValue);
        Option<int> key = Number("--key-bytes", "Length of a key in bytes", "BYTES", standard.KeyBytes, 1, 1_024);
        Option<int> items = Number("--items-per-batch", "Objects of a batch", "N", standard.ItemsPerBatch, 1, 1_000);
        Option<long> bytes = Number(
            "--bytes-per-call", "Size of the objects that a call begins, in bytes", "BYTES", standard.BytesPerCall, 1, long.MaxValue);
        Option<int> concurrency = Number("--concurrency", "Batches that are loaded at once", "N", standard.Concurrency, 1, 1_000);
        Option<int> files = Number("--files-in-flight", "Objects that a call loads at once", "N", standard.FilesInFlight, 1, 64);
        Option<int> requests = Number("--requests-in-flight", "Write requests of a call at once", "N", standard.RequestsInFlight, 1, 256);
        Option<int> records = Number(
            "--records-per-request", "Records of a write request; 5000 or more for InfluxDB", "N", standard.RecordsPerRequest, 1, 50_000);
        Option<int> memory = Number("--memory", "Memory of the function in MB", "MB", standard.MemoryMegabytes, 128, 10_240);
        Option<int> timeout = Number("--timeout", "Timeout of the function in seconds", "S", standard.TimeoutSeconds, 30, 900);
        Option<double> read = Number("--read-ms", "Time of a read request in ms", "MS", standard.ReadMilliseconds, 0, 60_000);
        Option<double> write = Number("--write-ms", "Time of a write request in ms", "MS", standard.WriteMilliseconds, 0, 60_000);
        Option<double> cpu = Number("--cpu-ms", "Processor time of an object in ms", "MS", standard.CpuMilliseconds, 0, 60_000);
        var prices = new Option<string?>("--prices")
        {
            Description = "JSON file with prices in USD (default: us-east-1, without free tiers)",
            HelpName = "FILE",
        };
        Option<bool> json = SharedOptions.Json();
        var command = new Command("estimate", "Compute the transitions, calls, duration and cost of a backfill, in batches and one by one")
        {
            objects, size, rows, key, items, bytes, concurrency, files, requests, records, memory, timeout, read, write, cpu, prices, json,
        };
        command.SetAction((result, _) => Task.FromResult(Run(
            host,
            result.GetValue(objects) is { Length: > 0 } given ? given : [1_000, 100_000, 10_000_000],
            new BackfillPlan
            {
                Objects = 0,
                ObjectBytes = result.GetValue(size),
                Rows = result.GetValue(rows),
                KeyBytes = result.GetValue(key),
                ItemsPerBatch = result.GetValue(items),
                BytesPerCall = result.GetValue(bytes),
                Concurrency = result.GetValue(concurrency),
                FilesInFlight = result.GetValue(files),
                RequestsInFlight = result.GetValue(requests),
                RecordsPerRequest = result.GetValue(records),
                MemoryMegabytes = result.GetValue(memory),
                TimeoutSeconds = result.GetValue(timeout),
                ReadMilliseconds = result.GetValue(read),
                WriteMilliseconds = result.GetValue(write),
                CpuMilliseconds = result.GetValue(cpu),
            },
            result.GetValue(prices),
            result.GetValue(json))));
        return command;
    }

    private static int Run(CliHost host, IReadOnlyList<long> objects, BackfillPlan plan, string? pricesPath, bool asJson)
    {
        BackfillPrices prices;
        try
        {
            prices = pricesPath is null ? new BackfillPrices() : BackfillPrices.Read(pricesPath);
        }
        catch (ConfigurationException wrong)
        {
            return LoadExecution.PrintFailure(host, asJson, wrong);
        }

        BackfillComparison[] estimates =
        [
            .. objects.Select(count => new BackfillComparison(
                BackfillEstimate.Compute(plan with { Objects = count }, prices),
                BackfillEstimate.Compute(plan with { Objects = count, ItemsPerBatch = 1 }, prices))),
        ];
        if (asJson)
        {
            host.Output.Profile.Out.Writer.WriteLine(
                JsonSerializer.Serialize(new BackfillDocument(prices, estimates), BackfillJson.Default.BackfillDocument));
            return ExitCode.Success;
        }

        Print(host, plan, estimates);
        return ExitCode.Success;
    }

    private static void Print(CliHost host, BackfillPlan plan, IReadOnlyList<BackfillComparison> estimates)
    {
        var table = new TextTable(
            new TextColumn("Objects") { IsRightAligned = true },
            new TextColumn("a call") { IsRightAligned = true },
            new TextColumn("Transitions") { IsRightAligned = true },
            new TextColumn("Calls") { IsRightAligned = true },
            new TextColumn("s a call") { IsRightAligned = true, LeftOutAs = 1 },
            new TextColumn("Duration") { IsRightAligned = true },
            new TextColumn("Step Functions") { IsRightAligned = true, LeftOutAs = 4 },
            new TextColumn("Lambda") { IsRightAligned = true, LeftOutAs = 3 },
            new TextColumn("S3") { IsRightAligned = true, LeftOutAs = 2 },
            new TextColumn("Total, USD") { IsRightAligned = true });
        foreach (BackfillEstimate estimate in estimates.SelectMany(pair => new[] { pair.Single, pair.Batched }))
        {
            table.AddRow(
                ConsoleFormat.Count(estimate.Objects),
                ConsoleFormat.Count((long)Math.Round(estimate.Objects / (double)Math.Max(estimate.Calls, 1))),
                ConsoleFormat.Count(estimate.Transitions),
                ConsoleFormat.Count(estimate.Calls),
                estimate.CallSeconds.ToString("0.00", CultureInfo.InvariantCulture),
                ConsoleFormat.TimeLeft(TimeSpan.FromSeconds(estimate.DurationSeconds)),
                Money(estimate.TransitionCost),
                Money(estimate.FunctionCost),
                Money(estimate.RequestCost),
                Money(estimate.Cost));
        }

        host.Output.Write(table);
        long most = estimates.Select(pair => pair.Batched.RequestsInFlight).DefaultIfEmpty().Max();
        host.Output.MarkupLine(
            $"At most {ConsoleFormat.Count(most, "write request")} in flight: {ConsoleFormat.Count(plan.Concurrency, "call")} at once with "
            + $"{ConsoleFormat.Count(plan.RequestsInFlight)} each. Writes to the destination are not part of the cost.");
    }

    private static string Money(decimal dollars) => dollars.ToString(dollars < 1 ? "0.0000" : "N2", CultureInfo.InvariantCulture);

    private static Option<T> Number<T>(string name, string description, string helpName, T standard, T minimum, T maximum)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            DefaultValueFactory = _ => standard,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (Parse(text, minimum, maximum) is { } number)
                {
                    return number;
                }

                result.AddError(string.Create(
                    CultureInfo.InvariantCulture, $"{name} is '{text}'; it must be a number from {minimum:N0} to {maximum:N0}."));
                return standard;
            },
        };

    private static T? Parse<T>(string text, T minimum, T maximum)
        where T : struct, INumber<T> =>
        T.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out T number)
            && number >= minimum && number <= maximum
            ? number
            : null;
}
