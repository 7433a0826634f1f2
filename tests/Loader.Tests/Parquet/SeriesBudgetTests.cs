using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.Parquet;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Loader.Tests.Parquet;

/// <summary>The bound for the distinct series of a file.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class SeriesBudgetTests
{
    /// <summary>Memory for about 400 series.</summary>
    private const long Budget = 500_000;

    [TestCase("'meter-' || i", Description = "texts")]
    [TestCase("i", Description = "integers")]
    [TestCase("i::BIGINT << 32", Description = "long integers")]
    [TestCase("repeat('x', 1000) || i", Description = "long texts")]
    public async Task Too_many_series_are_refused_by_their_own_name_early_and_with_advice(string consumer)
    {
        using var folder = new Folder();
        string path = Write(folder, consumer, 20_000);
        var read = new List<int>();

        TooManySeriesException failure = (await ReadAsync(path, Budget, read))!;

        Assert.That(failure, Is.Not.Null);
        Assert.That(failure.IsTransient, Is.False);
        Assert.That(failure.File, Is.EqualTo(SourceFile.OnDisk(path)));
        Assert.That(failure.Message, Does.StartWith($"{path} has too many distinct series: after ")
            .And.Contain($"the {Budget} bytes of memory")
            .And.Contain("Write fewer series into one file").And.Contain("give the load more memory"));
        Assert.That(failure.Message, Does.Not.Contain("corrupt").And.Not.Contain("damaged"));
        Assert.That(read, Is.Empty, "no row group fits");
    }

    [Test]
    public async Task Series_of_several_columns_are_counted_together()
    {
        using var folder = new Folder();
        string path = folder.Write(
            "a.parquet",
            """
            SELECT TIMESTAMP '2024-01-01' AS timestamp, 1.0::DOUBLE AS value, 'R' || (i % 100) AS region, 'MW' AS unit, 'c' || (i // 100) AS consumer_type, 'demand' AS measurement_type
            FROM range(10000) t(i)
            """);

        Assert.That(await ReadAsync(path, Budget, []), Is.Not.Null);
    }

    [Test]
    public async Task Row_groups_before_the_limit_are_read()
    {
        using var folder = new Folder();
        string path = folder.Write(
            "a.parquet",
            """
            SELECT TIMESTAMP '2024-01-01' AS timestamp, 1.0::DOUBLE AS value, 'SE' AS region, 'MW' AS unit, 'c' || (i // 20) AS consumer_type, 'demand' AS measurement_type
            FROM range(20480) t(i)
            """,
            "ROW_GROUP_SIZE 2048");
        var read = new List<int>();

        Assert.That(await ReadAsync(path, Budget, read), Is.Not.Null);
        Assert.That(read, Is.EqualTo(new[] { 2_048, 2_048, 2_048, 2_048 }));
    }

    [Test]
    public async Task Repeated_series_cost_nothing()
    {
        using var folder = new Folder();
        string path = Write(folder, "'c' || (i % 300)", 100_000);

        Assert.That(await ReadAsync(path, Budget, []), Is.Null);
    }

    [Test]
    public void By_default_series_may_use_half_of_the_memory_of_the_load()
    {
        var settings = new Dictionary<string, string?>
        {
            ["TIMESTREAM_DATABASE_NAME"] = "energy",
            ["GENERATION_TABLE_NAME"] = "generation",
            ["CONSUMPTION_TABLE_NAME"] = "consumption",
            ["TRANSMISSION_TABLE_NAME"] = "transmission",
            ["AWS_REGION"] = "eu-west-1",
        };
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        ServiceCollection services = new();
        services.AddLoader(configuration).Configure<LoaderOptions>(o => o.Load.MemoryLimitBytes = 1_000);
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredService<IOptions<LoaderOptions>>().Value.Source.SeriesMemoryBytes, Is.EqualTo(500));
    }

    private static string Write(Folder folder, string consumer, int rows) => folder.Write(
        "a.parquet",
        $"""
        SELECT TIMESTAMP '2024-01-01' AS timestamp, 1.0::DOUBLE AS value, 'SE' AS region, 'MW' AS unit, {consumer} AS consumer_type, 'demand' AS measurement_type
        FROM range({rows}) t(i)
        """);

    /// <summary>Reads a file with a budget. Returns the failure, and in <paramref name="read"/> the rows of each row group before it.</summary>
    private static async Task<TooManySeriesException?> ReadAsync(string path, long budget, List<int> read)
    {
        var source = new ParquetSource(new SourceOptions { SeriesMemoryBytes = budget }, Reading.NoS3);
        await using IParquetFile file = await source.OpenAsync(SourceFile.OnDisk(path), DatasetType.Consumption, CancellationToken.None);
        try
        {
            await foreach (MeasurementBatch batch in file.ReadAsync(0, Reading.Version, CancellationToken.None))
            {
                read.Add(batch.Count);
                batch.Dispose();
            }

            return null;
        }
        catch (TooManySeriesException failure)
        {
            return failure;
        }
    }
}
