using Amazon.Runtime;
using Amazon.S3;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.Timestream;
using Loader.LocalAws;
using Loader.LocalAws.Timestream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Loader.Tests.Faults;

/// <summary>The whole loader with a server of its own, and a user who follows the documentation after each failure.</summary>
internal sealed class FaultRig : IAsyncDisposable
{
    private const string Bucket = "data";
    private const int MaxRuns = 60;

    private readonly ServiceProvider _services;

    private FaultRig(LocalAwsServer server, ServiceProvider services)
    {
        Server = server;
        _services = services;
        Load = services.GetRequiredService<LoadParquetFile>();
        LoadMany = services.GetRequiredService<LoadParquetFiles>();
    }

    public LocalAwsServer Server { get; }

    public LoadParquetFile Load { get; }

    public LoadParquetFiles LoadMany { get; }

    public IParquetSource Source => _services.GetRequiredService<IParquetSource>();

    public List<LoadReport> Reports { get; } = [];

    public TimestreamTable Table => Server.Timestream.Table(EnergyTables.Database, EnergyTables.Generation);

    public static async Task<FaultRig> StartAsync(Action<LoaderOptions>? configure = null, bool discover = false)
    {
        LocalAwsServer server = await LocalAwsServer.StartAsync(new LocalAwsOptions { ExtraCells = discover ? 2 : 0, RequireDiscovery = discover, KeepRequests = false });
        server.Timestream.CreateEnergyTables(new TableSettings { MemoryStoreHours = 8_766, MagneticStoreDays = 73_000, MagneticStoreWrites = true });
        server.S3.CreateBucket(Bucket);
        var credentials = new BasicAWSCredentials("AKIALOCALAWS", "local-secret");
        var services = new ServiceCollection();
        services.AddSingleton(new Lazy<IAmazonS3>(() => new AmazonS3Client(credentials, new AmazonS3Config
        {
            ServiceURL = server.Endpoint.ToString(),
            AuthenticationRegion = "eu-west-1",
            ForcePathStyle = true,
            MaxErrorRetry = 0,
            ThrottleRetries = false,
        })));

        // The waits between retries are 0, because the tests check results and not times.
        services.AddSingleton<IRecordSink>(provider => new TimestreamSink(
            provider.GetRequiredService<IOptions<LoaderOptions>>().Value.Timestream,
            new AwsConnection(provider.GetRequiredService<IOptions<LoaderOptions>>().Value.Aws, TimeProvider.System),
            TimeProvider.System,
            NullLogger.Instance,
            () => 0));
        services.AddLoader(options =>
        {
            options.Aws.Region = "eu-west-1";
            options.Aws.Credentials = credentials;
            options.Aws.TimestreamEndpoint = server.Endpoint;
            options.Aws.CloudWatchEndpoint = server.Endpoint;
            options.Aws.DiscoverTimestreamEndpoint = discover;
            options.Timestream.DatabaseName = EnergyTables.Database;
            options.Timestream.GenerationTableName = EnergyTables.Generation;
            options.Timestream.ConsumptionTableName = EnergyTables.Consumption;
            options.Timestream.TransmissionTableName = EnergyTables.Transmission;
            options.Timestream.MaxBatchSize = 40;
            options.Timestream.RequestTimeout = TimeSpan.FromSeconds(30);
            options.Load.MaxInvalidPercent = 100;
            options.Load.RowGroupsInFlight = 3;
            options.RejectedRows.Location = $"s3://{Bucket}/rejected/";
            configure?.Invoke(options);
        });
        return new FaultRig(server, services.BuildServiceProvider());
    }

    public void Put(GeneratedFile file) => Server.S3.Put(Bucket, file.Key, file.ToBytes(), file.LastModified);

    /// <summary>Loads a file until it succeeds: resumes an incomplete load, and runs a failed one again.</summary>
    /// <returns>The sum of the reports of the run that succeeded and of the loads that it resumed. It adds up to the file.</returns>
    public async Task<Ledger> LoadUntilDoneAsync(string key)
    {
        var request = new LoadRequest(SourceFile.InS3(Bucket, key));
        Ledger sinceBeginning = default;
        for (int run = 0; run < MaxRuns; run++)
        {
            try
            {
                LoadReport report = await Load.LoadAsync(request, CancellationToken.None);
                Note(report);
                return sinceBeginning + report.Ledger;
            }
            catch (IncompleteLoadException incomplete)
            {
                Note(incomplete.Report!);
                sinceBeginning += incomplete.Report!.Ledger;
                request = request with { Resume = incomplete.Resume };
            }
            catch (LoadException failure) when (failure is not LedgerImbalanceException)
            {
                // Transient failures are run again. The scripts cause only permanent failures that a user can remedy, and they end by themselves.
                Note(failure.Report!);
                sinceBeginning = default;
                request = request with { Resume = null };
            }
        }

        throw new AssertionException($"{key} was not loaded in {MaxRuns} runs. The last failure: {Reports[^1].Failure}");
    }

    /// <summary>
    /// Loads files side by side until all have succeeded: resumes incomplete loads, and runs failed ones again.
    /// </summary>
    /// <returns>For each key, the sum that <see cref="LoadUntilDoneAsync(string)"/> returns.</returns>
    public async Task<Dictionary<string, Ledger>> LoadUntilDoneAsync(IEnumerable<string> keys)
    {
        List<LoadRequest> left = [.. keys.Select(key => new LoadRequest(SourceFile.InS3(Bucket, key)))];
        var sums = new Dictionary<string, Ledger>();
        for (int run = 0; left.Count > 0; run++)
        {
            Assert.That(run, Is.LessThan(MaxRuns), () => $"{left[0].File} was not loaded. The last failure: {Reports[^1].Failure}");
            List<LoadRequest> requests = left;
            left = [];
            int results = 0;
            await foreach (LoadResult result in LoadMany.LoadAsync(requests.ToAsyncEnumerable(), CancellationToken.None))
            {
                results++;
                Assert.That(result.Failure, Is.Null.Or.InstanceOf<LoadException>().And.Not.InstanceOf<LedgerImbalanceException>());
                Note(result.Report!);
                string key = result.Request.File.Key;
                if (result.Failure is null or IncompleteLoadException)
                {
                    sums[key] = sums.GetValueOrDefault(key) + result.Report!.Ledger;
                }
                else
                {
                    sums[key] = default;
                }

                if (result.Failure is not null)
                {
                    left.Add(result.Request with { Resume = (result.Failure as IncompleteLoadException)?.Resume });
                }
            }

            Assert.That(results, Is.EqualTo(requests.Count), "one result for each request");
        }

        return sums;
    }

    /// <summary>Returns the records in the table.</summary>
    public Dictionary<RecordIdentity, double> Stored() => Table.Records.ToDictionary(
        record => new RecordIdentity(record.Time.UtcDateTime, record.Dimension("region")!, record.Dimension("energy_source")!, record.Dimension("quality_flag")),
        record => record.DoubleValue);

    /// <summary>Compares the table with the files: it must hold the newest value of every identity.</summary>
    /// <param name="files">The files.</param>
    /// <param name="isRefused">
    /// Whether the service refuses a row. Of several rows of a row group with one identity only the last one is sent, so that if it is
    /// refused, none of them is stored.
    /// </param>
    public void AssertStored(IEnumerable<GeneratedFile> files, Func<GeneratedRow, bool>? isRefused = null)
    {
        var expected = new Dictionary<RecordIdentity, double>();
        foreach (IReadOnlyList<GeneratedRow> rowGroup in files.OrderBy(file => file.LastModified).SelectMany(file => file.RowGroups))
        {
            foreach (IGrouping<RecordIdentity, GeneratedRow> rows in rowGroup.Where(row => row.IsValid).GroupBy(row => row.Identity))
            {
                if (isRefused?.Invoke(rows.Last()) != true)
                {
                    expected[rows.Key] = rows.Last().Value!.Value;
                }
            }
        }

        Dictionary<RecordIdentity, double> stored = Stored();

        // EquivalentTo would compare every record with every other.
        Assert.That(expected.Where(pair => !stored.ContainsKey(pair.Key)), Is.Empty, "lost");
        Assert.That(stored.Where(pair => !expected.ContainsKey(pair.Key)), Is.Empty, "stored, but not in any file");
        Assert.That(expected.Where(pair => !stored[pair.Key].Equals(pair.Value)), Is.Empty, "stored, but not with the newest value");
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Server.DisposeAsync();
    }

    private void Note(LoadReport report)
    {
        Assert.That(report.Ledger.IsBalanced, Is.True, report.Ledger.ToString());
        Reports.Add(report);
    }
}
