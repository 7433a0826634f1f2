using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.Parquet;
using Loader.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NSubstitute;

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
        services.AddLoader(configuration).Configure(o => o.Load.MemoryLimitBytes = 1_000);
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredService<IOptions<LoaderOptions>>().Value.Source.SeriesMemoryBytes, Is.EqualTo(500));
    }

    [Test]
    public async Task Files_that_are_open_at_the_same_time_share_the_memory()
    {
        using var folder = new Folder();
        string first = Write(folder, "'a' || (i % 250)", 250, "a.parquet");
        string second = Write(folder, "'b' || (i % 250)", 250, "b.parquet");
        var source = new ParquetSource(new SourceOptions { SeriesMemoryBytes = Budget }, Reading.NoS3);
        await using IParquetFile firstFile = await source.OpenAsync(SourceFile.OnDisk(first), DatasetType.Consumption, CancellationToken.None);
        await using IParquetFile secondFile = await source.OpenAsync(SourceFile.OnDisk(second), DatasetType.Consumption, CancellationToken.None);
        IAsyncEnumerator<MeasurementBatch> reading = firstFile.ReadAsync(0, Reading.Version, CancellationToken.None).GetAsyncEnumerator();
        await reading.MoveNextAsync();
        reading.Current.Dispose();

        TooManySeriesException? beside = await ReadAsync(secondFile, []);
        await reading.DisposeAsync();
        TooManySeriesException? alone = await ReadAsync(secondFile, []);

        Assert.That(beside, Is.Not.Null);
        Assert.That((beside!.IsShared, beside.IsTransient), Is.EqualTo((true, true)));
        Assert.That(beside.Message, Does.StartWith($"The distinct series of {second} do not fit").And.Contain("other files use the rest"));
        Assert.That(alone, Is.Null);
    }

    [Test]
    public async Task Loads_whose_series_fit_alone_but_not_together_all_succeed([Values(1, 8)] int filesInFlight)
    {
        using var folder = new Folder();
        SourceFile[] files = [.. Enumerable.Range(0, 12).Select(number => SourceFile.OnDisk(Write(folder, $"'m{number}-' || (i % 300)", 4_000, $"{number}.parquet")))];
        IOptions<LoadOptions> options = Options.Create(new LoadOptions { FilesInFlight = filesInFlight, MemoryLimitBytes = 100_000_000 });
        var source = new ParquetSource(new SourceOptions { SeriesMemoryBytes = Budget }, Reading.NoS3);
        var load = new LoadParquetFile(
            source, new ScriptedSink(), Substitute.For<IRejectedRowStore>(), Substitute.For<IMetricsPublisher>(), options, TimeProvider.System,
            NullLogger<LoadParquetFile>.Instance);
        var totals = new LoadTotals();

        await foreach (LoadResult result in new LoadParquetFiles(load, options).LoadAsync(
            files.Select(file => new LoadRequest(file) { Dataset = DatasetType.Consumption }).ToAsyncEnumerable(), CancellationToken.None))
        {
            Assert.That(result.Failure, Is.Null);
            totals.Add(result.Status, result.Report);
        }

        Assert.That(totals.Ledger, Is.EqualTo(new Ledger { Read = 48_000, Written = 48_000 }));
    }

    private static string Write(Folder folder, string consumer, int rows, string name = "a.parquet") => folder.Write(
        name,
        $"""
        SELECT TIMESTAMP '2024-01-01' AS timestamp, 1.0::DOUBLE AS value, 'SE' AS region, 'MW' AS unit, {consumer} AS consumer_type, 'demand' AS measurement_type
        FROM range({rows}) t(i)
        """);

    /// <summary>Reads a file with a budget. Returns the failure, and in <paramref name="read"/> the rows of each row group before it.</summary>
    private static async Task<TooManySeriesException?> ReadAsync(string path, long budget, List<int> read)
    {
        var source = new ParquetSource(new SourceOptions { SeriesMemoryBytes = budget }, Reading.NoS3);
        await using IParquetFile file = await source.OpenAsync(SourceFile.OnDisk(path), DatasetType.Consumption, CancellationToken.None);
        return await ReadAsync(file, read);
    }

    private static async Task<TooManySeriesException?> ReadAsync(IParquetFile file, List<int> read)
    {
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
