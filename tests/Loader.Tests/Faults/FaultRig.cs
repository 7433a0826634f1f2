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
using Loader.LocalAws.Faults;
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

    public void Put(GeneratedFolder folder)
    {
        foreach (GeneratedFile file in folder.Files)
        {
            Put(file);
        }

        foreach ((string key, byte[] content) in folder.Broken)
        {
            Server.S3.Put(Bucket, key, content);
        }
    }

    /// <summary>Loads a file until it succeeds: resumes an incomplete load, and runs a failed one again.</summary>
    /// <returns>The sum of the reports of the run that succeeded and of the loads that it resumed. It adds up to the file.</returns>
    public async Task<Ledger> LoadUntilDoneAsync(string key)
    {
        var request = new LoadRequest(SourceFile.InS3(Bucket, key));
        Ledger sinceBeginning = default;
        for (int run = 0; run < MaxRuns; run++)
        {
            // As an invocation does: the metrics of the run before are sent before the next one begins.
            await _services.GetRequiredService<IMetricsPublisher>().FlushAsync(CancellationToken.None);
            try
            {
                LoadReport report = await Load.LoadAsync(request, CancellationToken.None);
                Note(report);
                await _services.GetRequiredService<IMetricsPublisher>().FlushAsync(CancellationToken.None);
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
    /// <param name="keys">The files; one may be there several times.</param>
    /// <param name="stopAfter">
    /// Returns after how many WriteRecords requests a run is stopped, or is <see langword="null"/> if no run is stopped.
    /// </param>
    /// <param name="failing">The files that cannot be loaded: they are run once.</param>
    /// <returns>For each key, the sum that <see cref="LoadUntilDoneAsync(string)"/> returns.</returns>
    public async Task<Dictionary<string, Ledger>> LoadUntilDoneAsync(
        IEnumerable<string> keys, Func<int>? stopAfter = null, IEnumerable<string>? failing = null)
    {
        HashSet<string> broken = [.. failing ?? []];
        List<LoadRequest> left = [.. keys.Select(key => new LoadRequest(SourceFile.InS3(Bucket, key)))];
        var sums = new Dictionary<string, Ledger>();
        for (int run = 0; left.Count > 0; run++)
        {
            Assert.That(run, Is.LessThan(MaxRuns), () => $"{left[0].File} was not loaded. The last failure: {Reports[^1].Failure}");
            using var stop = new CancellationTokenSource();
            FaultRule? stopping = stopAfter is null ? null : Server.Faults.On("timestream:WriteRecords").Calls(stopAfter()).Do(stop.Cancel, "Stop");
            List<LoadRequest> notBegun = [.. left];
            List<LoadRequest> requests = left;
            left = [];
            await foreach (LoadResult result in LoadMany.LoadAsync(
                requests.Select(request => request with { StopRequested = stop.Token }).ToAsyncEnumerable(), CancellationToken.None))
            {
                LoadRequest request = result.Request with { StopRequested = default };
                Assert.That(notBegun.Remove(request), Is.True, "one result for each request");
                Assert.That(result.Failure, Is.Null.Or.InstanceOf<LoadException>().And.Not.InstanceOf<LedgerImbalanceException>());
                Note(result.Report!);
                string key = request.File.Key;
                if (result.Failure is null or IncompleteLoadException)
                {
                    sums[key] = sums.GetValueOrDefault(key) + result.Report!.Ledger;
                }
                else
                {
                    sums[key] = default;
                }

                bool isBroken = broken.Contains(key) && result.Failure is LoadException { IsTransient: false };
                if (result.Failure is not null && !isBroken)
                {
                    left.Add(request with { Resume = (result.Failure as IncompleteLoadException)?.Resume });
                }

                Assert.That(broken.Contains(key) && result.Failure is null, Is.False, "a broken file was loaded");

                // As a host does from time to time, so that the metrics of a run take several requests.
                await _services.GetRequiredService<IMetricsPublisher>().FlushAsync(CancellationToken.None);
            }

            Assert.That(notBegun.Count == 0 || stop.IsCancellationRequested, Is.True, "a result for each request of a run that is not stopped");
            stopping?.Remove();
            left.AddRange(notBegun);
        }

        return sums;
    }

    /// <summary>Returns the records in the table.</summary>
    public Dictionary<RecordIdentity, double> Stored() => Table.Records.ToDictionary(IdentityOf, record => record.DoubleValue);

    public static RecordIdentity IdentityOf(StoredRecord record) =>
        new(record.Time.UtcDateTime, record.Dimension("region")!, record.Dimension("energy_source")!, record.Dimension("quality_flag"));

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
