using System.CommandLine;

namespace Loader.Benchmarks.Influx;

/// <summary>The endpoint as a process of its own: prints its address, and answers until its standard input ends.</summary>
internal static class InfluxEndpointCommand
{
    public const string Name = "influx-endpoint";

    public static Command Create()
    {
        var command = new Command(Name, "Answers as InfluxDB 2 on a loopback port and throws bodies away.");
        command.SetAction(_ => Run());
        return command;
    }

    private static void Run()
    {
        using var endpoint = new DiscardingInfluxDb();
        endpoint.Start();
        Console.WriteLine($"http://127.0.0.1:{endpoint.Port}/");

        // Whoever started it holds the other end; when that process is gone, so is this one.
        Console.In.ReadToEnd();
    }
}
