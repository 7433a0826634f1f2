using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Amazon.S3;
using Amazon.S3.Model;
using Loader.Benchmarks.ColdStart;
using Loader.Benchmarks.EndToEnd;
using Loader.Benchmarks.Input;
using Loader.Cli.Backfill;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.S3;
using Loader.LocalAws;
using Loader.LocalAws.Lambda;
using Loader.LocalAws.S3;
using Loader.LocalAws.StepFunctions;

namespace Loader.Benchmarks.Backfill;

/// <summary>
/// A backfill of many small objects: the children of the deployed definition, interpreted, with the native function in processes of its own. The model of
/// <c>loader backfill estimate</c> is printed beside what was measured.
/// </summary>
internal static partial class BackfillCommand
{
    private const string Bucket = "lake";
    private const string FunctionName = "backfill";

    private static readonly Option<int> Objects = new("--objects") { Description = "Objects, in batches.", DefaultValueFactory = _ => 20_000 };
    private static readonly Option<int> SingleObjects = new("--single-objects") { Description = "Objects, one a call; 0 leaves this out.", DefaultValueFactory = _ => 2_000 };
    private static readonly Option<int> Rows = new("--rows") { Description = "Rows of each.", DefaultValueFactory = _ => 24 };
    private static readonly Option<int> Items = new("--items-per-batch") { Description = "Objects of a batch.", DefaultValueFactory = _ => 100 };
    private static readonly Option<int> Concurrency = new("--concurrency") { Description = "Children at once, each with a process.", DefaultValueFactory = _ => 4 };
    private static readonly Option<int> Latency = new("--latency") { Description = "Milliseconds before every answer of S3, Timestream and CloudWatch.", DefaultValueFactory = _ => 50 };
    private static readonly Option<string?> Function = new("--function") { Description = "The native function. Default: it is published." };

    public static Command Create()
    {
        var command = new Command("backfill", "Runs the children of a backfill and prints measured beside model.")
        {
            Objects, SingleObjects, Rows, Items, Concurrency, Latency, Function,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string function = Path.GetFullPath(
            arguments.GetValue(Function) ?? await NativeBinary.PublishAsync("src/Loader.Lambda", "bootstrap", cancellationToken));
        using var inputs = new InputFolder();
        byte[] content = await File.ReadAllBytesAsync(inputs.FileOf(InputShape.Interleaved, arguments.GetValue(Rows)), cancellationToken);
        var plan = new BackfillPlan
        {
            Objects = arguments.GetValue(Objects),
            ObjectBytes = content.Length,
            Rows = arguments.GetValue(Rows),
            KeyBytes = KeyOf(0).Length,
            ItemsPerBatch = arguments.GetValue(Items),
            Concurrency = arguments.GetValue(Concurrency),
            ReadMilliseconds = arguments.GetValue(Latency),
            WriteMilliseconds = arguments.GetValue(Latency),

            // The metrics of a call are sent before its answer. A transition takes no time here: the interpreter runs in this process.
            CallMilliseconds = arguments.GetValue(Latency),
            TransitionMilliseconds = 0,
        };
        await MeasureAsync("in batches", function, content, plan, cancellationToken);
        if (arguments.GetValue(SingleObjects) is > 0 and var single)
        {
            await MeasureAsync("one object a call", function, content, plan with { Objects = single, ItemsPerBatch = 1 }, cancellationToken);
        }

        return 0;
    }

    private static async Task MeasureAsync(string name, string function, byte[] content, BackfillPlan plan, CancellationToken cancellationToken)
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync(
            new LocalAwsOptions { KeepRequests = false, DiscardWrites = true, Latency = TimeSpan.FromMilliseconds(plan.ReadMilliseconds) }, cancellationToken);
        server.Timestream.CreateEnergyTables();
        server.S3.CreateBucket(Bucket).Generated = new GeneratedObjects((int)plan.Objects, KeyOf, content, DateTimeOffset.UnixEpoch.AddYears(54));
        JsonObject map = JsonNode.Parse(Render(plan))!["States"]!["Load objects"]!.AsObject();
        Process[] processes = [.. Enumerable.Range(0, plan.Concurrency).Select(_ => Start(server, function))];
        try
        {
            // Each process describes the table once and opens its connections: the first call of each is not measured.
            LambdaFunction lambda = server.Lambda.Function(FunctionName);
            JsonObject first = MapBatches.Create(map, Options(), Enumerable.Range(0, 8).Select(number => (KeyOf(number), plan.ObjectBytes))).First();
            await Task.WhenAll(processes.Select(_ => RunChildAsync(map, first, lambda, [])));

            TimeSpan cpuBefore = CpuOf(processes);
            server.Requests.Clear();
            var callSeconds = new ConcurrentBag<double>();
            long begun = Stopwatch.GetTimestamp();
            List<(string Key, long Size)> listed = await ListAsync(server, cancellationToken);
            var children = new ConcurrentBag<ChildExecution>();
            await Parallel.ForEachAsync(
                MapBatches.Create(map, Options(), listed),
                new ParallelOptions { MaxDegreeOfParallelism = plan.Concurrency, CancellationToken = cancellationToken },
                async (batch, _) => children.Add(await RunChildAsync(map, batch, lambda, callSeconds)));
            double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            double cpu = (CpuOf(processes) - cpuBefore).TotalMilliseconds / plan.Objects;

            // The rows take no time of their own beside that of an object, and the model gets the processor time that was measured.
            var prices = new BackfillPrices();
            BackfillEstimate model = BackfillEstimate.Compute(plan with { CpuMilliseconds = cpu, CpuMicrosecondsPerRow = 0 }, prices);
            IReadOnlyDictionary<string, long> requests = server.Requests.Counts;
            Print(name, plan, cpu, model, Measured(plan, prices, children, callSeconds, seconds, requests));
            Console.WriteLine("  requests: " + string.Join(", ", requests.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Where(pair => !pair.Key.StartsWith("lambda:", StringComparison.Ordinal))
                .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value:N0}"))));
        }
        finally
        {
            foreach (Process process in processes)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
                process.Dispose();
            }
        }
    }

    private static async Task<ChildExecution> RunChildAsync(JsonObject map, JsonObject batch, LambdaFunction lambda, ConcurrentBag<double> callSeconds)
    {
        var child = new ChildExecution(map["ItemProcessor"]!.AsObject(), batch, async payload =>
        {
            long begun = Stopwatch.GetTimestamp();
            LambdaResult result = await lambda.InvokeAsync(payload, TimeSpan.FromMinutes(15));
            callSeconds.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            return result;
        });
        if (!await child.RunAsync() || child.Output!["totals"]!["files_loaded"]!.GetValue<int>() != batch["Items"]!.AsArray().Count)
        {
            throw new InvalidOperationException($"A batch was not loaded, so that the figures would tell of another backfill: {child.Failure}{child.Output}");
        }

        return child;
    }

    /// <summary>Lists the bucket as the map does, page by page.</summary>
    private static async Task<List<(string Key, long Size)>> ListAsync(LocalAwsServer server, CancellationToken cancellationToken)
    {
        using IAmazonS3 client = S3ClientFactory.Create(new AwsOptions { Region = Loads.Region, Credentials = Loads.Credentials, S3Endpoint = server.Endpoint });
        var objects = new List<(string Key, long Size)>();
        var request = new ListObjectsV2Request { BucketName = Bucket };
        ListObjectsV2Response page;
        do
        {
            page = await client.ListObjectsV2Async(request, cancellationToken);
            objects.AddRange(page.S3Objects.Select(item => (item.Key, item.Size ?? 0)));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
        return objects;
    }

    private static BackfillEstimate Measured(
        BackfillPlan plan,
        BackfillPrices prices,
        ConcurrentBag<ChildExecution> children,
        ConcurrentBag<double> callSeconds,
        double seconds,
        IReadOnlyDictionary<string, long> requests)
    {
        // The four transitions of the parent are not executed here.
        long transitions = 4 + children.Sum(child => (long)child.Transitions);
        double gigabyteSeconds = callSeconds.Sum() * plan.MemoryMegabytes / 1_024;
        long reads = requests.Where(pair => pair.Key is "s3:GetObject" or "s3:HeadObject").Sum(pair => pair.Value);
        long lists = requests.GetValueOrDefault("s3:ListObjectsV2");
        return new BackfillEstimate(
            plan.Objects, plan.ItemsPerBatch, children.Count, transitions, callSeconds.Count, callSeconds.Average(), seconds,
            plan.Concurrency * plan.RequestsInFlight, gigabyteSeconds, reads, lists)
        {
            TransitionCost = transitions * prices.PerMillionTransitions / 1_000_000,
            FunctionCost = (callSeconds.Count * prices.PerMillionCalls / 1_000_000) + ((decimal)gigabyteSeconds * prices.PerGigabyteSecond),
            RequestCost = (reads * prices.PerThousandReads / 1_000) + (lists * prices.PerThousandLists / 1_000),
        };
    }

    private static void Print(string name, BackfillPlan plan, double cpu, BackfillEstimate model, BackfillEstimate measured)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Objects:N0} objects of {plan.Rows} rows, {name}, {plan.Concurrency} at once, {plan.ReadMilliseconds} ms an answer, {cpu:0.00} ms of CPU an object"));
        Console.WriteLine("                         measured        model   measured / model");
        Say("batches", measured.Batches, model.Batches, "N0");
        Say("transitions", measured.Transitions, model.Transitions, "N0");
        Say("calls", measured.Calls, model.Calls, "N0");
        Say("GET requests", measured.Reads, model.Reads, "N0");
        Say("LIST requests", measured.Lists, model.Lists, "N0");
        Say("s a call", measured.CallSeconds, model.CallSeconds, "0.000");
        Say("duration, s", measured.DurationSeconds, model.DurationSeconds, "0.0");
        Say("GB-s", measured.GigabyteSeconds, model.GigabyteSeconds, "N1");
        Say("cost, USD", (double)measured.Cost, (double)model.Cost, "0.0000");

        static void Say(string label, double left, double right, string format) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {label,-18}{left.ToString(format, CultureInfo.InvariantCulture),13}{right.ToString(format, CultureInfo.InvariantCulture),13}{left / right,13:0.00}"));
    }

    private static Process Start(LocalAwsServer server, string function)
    {
        var start = new ProcessStartInfo(function) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment.Clear();
        foreach ((string name, string value) in server.Environment())
        {
            start.Environment[name] = value;
        }

        start.Environment["AWS_LAMBDA_RUNTIME_API"] = server.Lambda.RuntimeApi(FunctionName);
        start.Environment["AWS_LAMBDA_FUNCTION_NAME"] = FunctionName;
        start.Environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = "1769";
        start.Environment["AWS_LAMBDA_LOG_FORMAT"] = "JSON";
        start.Environment["_HANDLER"] = "LoadFromStepFunctions";
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private static TimeSpan CpuOf(IEnumerable<Process> processes) => TimeSpan.FromTicks(processes.Sum(process =>
    {
        process.Refresh();
        return process.TotalProcessorTime.Ticks;
    }));

    private static string KeyOf(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"dataset={InputShape.Interleaved.Dataset}/year=2024/part-{number:00000000}.parquet");

    private static JsonObject Options() => new() { ["dataset"] = null, ["version"] = null, ["from"] = null, ["to"] = null };

    /// <summary>Renders the deployed definition. Nothing fails here, so that it needs no retries.</summary>
    private static string Render(BackfillPlan plan) => Placeholder().Replace(
        File.ReadAllText(Path.Combine(NativeBinary.RepositoryRoot(), "deploy", "terraform", "statemachine", "backfill.asl.json")),
        match => match.Groups["name"].Value switch
        {
            "source_bucket" => Bucket,
            "items_per_batch" => plan.ItemsPerBatch.ToString(CultureInfo.InvariantCulture),
            "bytes_per_call" => plan.BytesPerCall.ToString(CultureInfo.InvariantCulture),
            "retry_attempts" => "6",
            "retry_interval_seconds" => "30",
            "task_timeout_seconds" => "960",
            "max_concurrency" or "tolerated_failure_percentage" => "0",
            "lambda_retries" or "process_errors" => "[]",
            var other => other,
        });

    [GeneratedRegex(@"\$\{(?<name>\w+)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
