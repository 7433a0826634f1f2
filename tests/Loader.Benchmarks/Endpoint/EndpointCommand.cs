using System.CommandLine;

namespace Loader.Benchmarks.Endpoint;

/// <summary>The endpoint as a process of its own: prints its address, and answers until its standard input ends.</summary>
internal static class EndpointCommand
{
    public const string Name = "endpoint";

    private static readonly Option<int> Port = new("--port") { Description = "Port to listen on; 0 for a free one." };
    private static readonly Option<int> Latency = new("--latency") { Description = "Milliseconds before every answer." };

    public static Command Create()
    {
        var command = new Command(Name, "Answers WriteRecords and DescribeTable on a loopback port and throws bodies away.") { Port, Latency };
        command.SetAction(arguments => Run(arguments.GetValue(Port), arguments.GetValue(Latency)));
        return command;
    }

    private static void Run(int port, int latency)
    {
        using var endpoint = new DiscardingEndpoint(port, TimeSpan.FromMilliseconds(latency));
        endpoint.Start();
        Console.WriteLine($"http://127.0.0.1:{endpoint.Port}/");

        // Whoever started it holds the other end; when that process is gone, so is this one.
        Console.In.ReadToEnd();
    }
}
