using Loader.Infrastructure.Configuration;
using Loader.Lambda;
using Loader.Lambda.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Loader.Tests.Lambda;

[Parallelizable(ParallelScope.All)]
public sealed class FunctionServicesTests
{
    private static readonly IConfiguration Settings = new ConfigurationBuilder().AddInMemoryCollection(
    [
        new("TIMESTREAM_DATABASE_NAME", "energy"), new("GENERATION_TABLE_NAME", "generation"), new("CONSUMPTION_TABLE_NAME", "consumption"),
        new("TRANSMISSION_TABLE_NAME", "transmission"), new("MAPPING_LOCATION", "s3://config/m.json"), new("SOURCE_TIME_ZONE", "Europe/Berlin"),
    ]).Build();

    [Test]
    public void Functions_have_the_options_that_a_host_with_as_much_memory_has()
    {
        FunctionMemory memory = LambdaEnvironment.Read(name => name == "AWS_LAMBDA_FUNCTION_MEMORY_SIZE" ? "1769" : null).Memory!;
        using ServiceProvider host = new ServiceCollection()
            .Configure<LoaderOptions>(options => options.Load.MemoryLimitBytes = memory.LoadBytes)
            .AddLoader(Settings).Services
            .BuildServiceProvider();
        LoaderOptions expected = host.GetRequiredService<IOptions<LoaderOptions>>().Value;

        LoaderOptions options = FunctionServices.ReadOptions(Settings, memory);

        Assert.That(
            (options.Load.MemoryLimitBytes, options.Source.SeriesMemoryBytes, options.Source.MappingLocation, options.Source.TimeZone),
            Is.EqualTo((
                expected.Load.MemoryLimitBytes, expected.Source.SeriesMemoryBytes, expected.Source.MappingLocation, expected.Source.TimeZone)));
        Assert.That(options.Source.SeriesMemoryBytes, Is.Not.Null);
    }
}
