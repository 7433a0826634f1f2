using System.Text.Json;
using Loader.LocalAws.InfluxDb;
using Loader.LocalAws.InfluxDb.Storage;

namespace Loader.Tests.Cli;

/// <summary>The command line with an InfluxDB server of its own.</summary>
internal sealed class InfluxDbRun : IAsyncDisposable
{
    private readonly CancellationTokenSource _time = new(TimeSpan.FromMinutes(2));

    private InfluxDbRun(LocalInfluxServer server) => Server = server;

    public LocalInfluxServer Server { get; }

    public CliRun Cli { get; } = new();

    public InfluxBucket Bucket => Server.Bucket("energy");

    public static async Task<InfluxDbRun> StartAsync(InfluxEngine engine, TimeSpan? retention = null)
    {
        LocalInfluxServer server = await LocalInfluxServer.StartAsync(
            new LocalInfluxOptions { Engine = engine, KeepBodies = true, Buckets = [new("energy", retention), new("other")] });
        var run = new InfluxDbRun(server);
        foreach ((string name, string value) in server.Environment())
        {
            run.Cli.Set(name, value);
        }

        return run;
    }

    /// <summary>Runs a command with <c>--sink influxdb --json</c>.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(params string[] arguments) => Cli.RunAsync([.. arguments, "--sink", "influxdb", "--json"]).WaitAsync(_time.Token);

    public long Count(string member) => Cli.Json.GetProperty(member).GetInt64();

    public JsonElement Estimate => Cli.Json.GetProperty("estimate_influxdb");

    /// <summary>Gets the size of the bodies of all requests that wrote lines.</summary>
    public long BytesWritten => Server.Requests.Of("influx:Write").Sum(request => request.Body.Length);

    public async ValueTask DisposeAsync()
    {
        Cli.Dispose();
        _time.Dispose();

        // A query that the server does not know, or no_sync, is a defect.
        Assert.That(Server.Requests.Failures, Is.Empty);
        await Server.DisposeAsync();
    }
}
