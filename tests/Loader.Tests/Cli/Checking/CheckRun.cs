using System.Text.Json;
using Amazon.Runtime;
using Loader.Infrastructure.Configuration;
using Loader.LocalAws;
using Loader.LocalAws.Timestream;
using Microsoft.Extensions.DependencyInjection;

namespace Loader.Tests.Cli.Checking;

/// <summary>Runs <c>loader check</c> with the settings of a deployment into an account of its own.</summary>
internal sealed class CheckRun : IAsyncDisposable
{
    /// <summary>A check that answers nothing must fail, and not hang.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private CheckRun(LocalAwsServer? server) => Server = server!;

    public LocalAwsServer Server { get; }

    public CliRun Cli { get; } = new();

    public IReadOnlyDictionary<string, JsonElement> Checks =>
        Cli.Json.GetProperty("checks").EnumerateArray().GroupBy(check => check.GetProperty("name").GetString()!)
            .ToDictionary(group => group.Key, group => group.First());

    public static async Task<CheckRun> StartAsync(LocalAwsOptions? options = null, bool createsTables = true)
    {
        LocalAwsServer server = await LocalAwsServer.StartAsync(options);
        if (createsTables)
        {
            server.Timestream.CreateEnergyTables(EnergyTables.Settings with { RejectedDataBucket = "reports", RejectedDataPrefix = "late/" });
        }

        server.S3.CreateBucket("kept");
        var run = new CheckRun(server);
        run.Connect(server.Endpoint, discovers: true);
        return run;
    }

    /// <summary>Connects to a server of another kind.</summary>
    public static CheckRun To(Uri endpoint)
    {
        var run = new CheckRun(server: null);
        run.Connect(endpoint, discovers: false);
        return run;
    }

    /// <summary>Runs the check of a load into Timestream.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(params string[] arguments) =>
        Cli.RunAsync(["check", .. arguments, "--sink", "timestream", "--json"]).WaitAsync(Limit);

    public string StatusOf(string check) =>
        Checks.TryGetValue(check, out JsonElement found) ? found.GetProperty("status").GetString()! : $"not among {string.Join(", ", Checks.Keys)}";

    /// <summary>Returns what a check found, and what to do.</summary>
    public string TextOf(string check) => $"{Checks[check].GetProperty("found").GetString()} {Checks[check].GetProperty("remedy").GetString()}";

    public async ValueTask DisposeAsync()
    {
        Cli.Dispose();
        if (Server is not null)
        {
            Assert.That(Server.Requests.Failures, Is.Empty);
            await Server.DisposeAsync();
        }
    }

    private void Connect(Uri endpoint, bool discovers)
    {
        Cli.Set("AWS_REGION", "eu-west-1")
            .Set("TIMESTREAM_DATABASE_NAME", EnergyTables.Database)
            .Set("GENERATION_TABLE_NAME", EnergyTables.Generation)
            .Set("CONSUMPTION_TABLE_NAME", EnergyTables.Consumption)
            .Set("TRANSMISSION_TABLE_NAME", EnergyTables.Transmission)
            .Set("REJECTED_ROWS_LOCATION", "s3://kept/rejected/");
        Cli.Services = services => services.PostConfigure<LoaderOptions>(options =>
        {
            options.Aws.Region = "eu-west-1";
            options.Aws.Credentials = new BasicAWSCredentials("AKIALOCALAWS", "local-secret");
            options.Aws.S3Endpoint = options.Aws.TimestreamEndpoint = options.Aws.CloudWatchEndpoint = endpoint;
            options.Aws.SecurityTokenEndpoint = options.Aws.SecretsManagerEndpoint = endpoint;
            options.Aws.DiscoverTimestreamEndpoint = discovers;
        });
    }
}
