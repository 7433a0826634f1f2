using Amazon.Runtime;
using Amazon.S3;
using Loader.Application.Results;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.S3;
using Loader.LocalAws;
using Loader.Tests.Cli;
using Microsoft.Extensions.DependencyInjection;

namespace Loader.Tests.Mapping;

/// <summary>Mappings that are read from a file.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MappingProviderTests : IAsyncDisposable
{
    private readonly CliRun _cli = new();
    private LocalAwsServer _server = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _server = await LocalAwsServer.StartAsync();
        _server.S3.CreateBucket("config", versioned: false);
        _cli.Services = services => services.AddSingleton(S3());
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _cli.Dispose();
    }

    [Test]
    public async Task Loads_that_wait_for_one_file_fail_with_exceptions_of_their_own()
    {
        MappingProvider provider = Provider();
        Task<Exception?>[] reads = [.. Enumerable.Range(0, 3).Select(_ => FailureOfAsync(provider))];

        Exception?[] failures = await Task.WhenAll(reads);

        Assert.That(failures, Is.Unique);
        Assert.That(failures, Has.All.InstanceOf<ConfigurationException>().With.Message.Contains("s3://config/m.json"));
    }

    [Test]
    public async Task A_wrong_mapping_tells_its_faults()
    {
        _server.S3.Put("config", "m.json", """{"name": "m", "dataset": "x"}"""u8.ToArray());

        Exception? failure = await FailureOfAsync(Provider());

        Assert.That((failure as ConfigurationException)?.Faults, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_file_is_read_once_and_again_only_after_a_failure()
    {
        MappingProvider provider = Provider();
        await FailureOfAsync(provider);
        _server.S3.Put("config", "m.json", """{"name": "m", "dataset": "consumption"}"""u8.ToArray());

        await provider.GetAsync(CancellationToken.None);
        _server.S3.Put("config", "m.json", """{"name": "n", "dataset": "consumption"}"""u8.ToArray());

        Assert.That((await provider.GetAsync(CancellationToken.None)).All.Single().Name, Is.EqualTo("m"));
    }

    [Test]
    public async Task An_interrupt_while_the_mapping_is_read_is_no_bug()
    {
        _server.S3.Put("config", "m.json", """{"name": "m", "dataset": "consumption"}"""u8.ToArray());
        _server.Faults.On("s3:GetObject").Calls(1).Do(() => _cli.Signals.Raise());

        int exit = await _cli.RunAsync("load", _cli.PathOf("x.parquet"), "--mapping", "s3://config/m.json", "--json");

        Assert.That((exit, _cli.Json.GetProperty("status").GetString()), Is.EqualTo((130, "failed")));
        Assert.That(_cli.Error, Does.Contain("nothing was loaded").And.Not.Contain("bug"));
    }

    private static async Task<Exception?> FailureOfAsync(MappingProvider provider)
    {
        try
        {
            await provider.GetAsync(CancellationToken.None);
            return null;
        }
        catch (LoadException failure)
        {
            return failure;
        }
    }

    private MappingProvider Provider() =>
        new(new SourceOptions { MappingLocation = "s3://config/m.json" }, S3(), TimeProvider.System);

    private Lazy<IAmazonS3> S3() => new(() => S3ClientFactory.Create(
        new AwsOptions { Region = "eu-west-1", Credentials = new BasicAWSCredentials("key", "secret"), S3Endpoint = _server.Endpoint }));
}
