using System.CommandLine;
using Loader.LocalAws.Timestream;

namespace Loader.LocalAws;

/// <summary>The command: starts the server, prints the variables to export, runs until Ctrl-C, then prints what was stored.</summary>
internal static class LocalAwsCommand
{
    private static readonly Option<int> Port = new("--port") { Description = "Port to listen on; 0 for a free one.", DefaultValueFactory = _ => 4580 };
    private static readonly Option<DirectoryInfo?> Folder = new("--s3-folder") { Description = "A folder whose files are the objects of the bucket." };
    private static readonly Option<string> Bucket = new("--bucket") { Description = "Name of the bucket.", DefaultValueFactory = _ => "data" };
    private static readonly Option<string> Region = new("--region") { Description = "Region.", DefaultValueFactory = _ => "eu-west-1" };
    private static readonly Option<bool> Discard = new("--discard") { Description = "Respond to WriteRecords immediately and store nothing." };
    private static readonly Option<int> Latency = new("--latency-ms") { Description = "Milliseconds to wait before every response." };
    private static readonly Option<int> ThrottleEvery = new("--throttle-every") { Description = "Throttle every n-th WriteRecords." };
    private static readonly Option<int> FailEvery = new("--fail-every") { Description = "Fail every n-th WriteRecords with status 500." };
    private static readonly Option<int> ResetEvery = new("--reset-every") { Description = "Store the records of every n-th WriteRecords, then reset its connection." };

    public static RootCommand Create()
    {
        var command = new RootCommand("S3, Timestream Write, CloudWatch and Lambda on one loopback port, for trying the loader without an account.")
        {
            Port, Folder, Bucket, Region, Discard, Latency, ThrottleEvery, FailEvery, ResetEvery,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(Folder) is { Exists: false } missing)
        {
            await Console.Error.WriteLineAsync($"The folder {missing.FullName} does not exist.");
            return 2;
        }

        await using var server = await LocalAwsServer.StartAsync(
            new()
            {
                Port = arguments.GetValue(Port),
                Region = arguments.GetValue(Region)!,
                DiscardWrites = arguments.GetValue(Discard),
                Latency = TimeSpan.FromMilliseconds(arguments.GetValue(Latency)),
                KeepRequests = false,
            },
            cancellationToken);
        Prepare(server, arguments);
        PrintEnvironment(server, arguments.GetValue(Bucket)!);
        await UntilInterruptedAsync(cancellationToken);
        PrintSummary(server);
        return 0;
    }

    private static void Prepare(LocalAwsServer server, ParseResult arguments)
    {
        server.Timestream.CreateEnergyTables();
        var bucket = arguments.GetValue(Bucket)!;
        if (arguments.GetValue(Folder) is { } folder)
        {
            server.S3.ServeFolder(bucket, folder.FullName);
        }
        else
        {
            server.S3.CreateBucket(bucket);
        }

        if (arguments.GetValue(ThrottleEvery) is var throttle and > 0)
        {
            server.Faults.On("timestream:WriteRecords").EveryNth(throttle).Throttle();
        }

        if (arguments.GetValue(FailEvery) is var fail and > 0)
        {
            server.Faults.On("timestream:WriteRecords").EveryNth(fail).InternalError();
        }

        if (arguments.GetValue(ResetEvery) is var reset and > 0)
        {
            server.Faults.On("timestream:WriteRecords").EveryNth(reset).ResetAfterStore();
        }
    }

    private static void PrintEnvironment(LocalAwsServer server, string bucket)
    {
        foreach (var (name, value) in server.Environment())
        {
            Console.WriteLine($"export {name}={value}");
        }

        Console.WriteLine($"# bucket: s3://{bucket}/ ({server.S3.CreateBucket(bucket).Keys.Count} objects)");
        Console.WriteLine($"# stored records: curl {server.Endpoint}_local/timestream/{EnergyTables.Database}/{EnergyTables.Generation}");
        Console.WriteLine("# Press Ctrl-C to stop.");
    }

    private static async Task UntilInterruptedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is the normal end.
        }
    }

    private static void PrintSummary(LocalAwsServer server)
    {
        Console.WriteLine();
        foreach (var (operation, count) in server.Requests.Counts.OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"# {operation}: {count}");
        }

        foreach (var table in server.Timestream.Databases.SelectMany(database => database.Tables))
        {
            Console.WriteLine($"# {table.Name}: {table.Count} records");
        }
    }
}
