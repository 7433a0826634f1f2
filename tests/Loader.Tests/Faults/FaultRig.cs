using Amazon.Runtime;
using Amazon.S3;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Configuration;
using Loader.LocalAws;
using Loader.LocalAws.Faults;
using Loader.LocalAws.Timestream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Loader.Tests.Faults;

/// <summary>The whole loader with a server of its own, and a user who follows the documentation after each failure.</summary>
internal sealed class FaultRig : IAsyncDisposable
{
    private const string Bucket = "data";
    private const int MaxRuns = 60;

    private readonly ServiceProvider _services;

    private FaultRig(LocalAwsServer server, RigDestination destination, ServiceProvider services)
    {
        Server = server;
        Destination = destination;
        _services = services;
        Load = services.GetRequiredService<LoadParquetFile>();
        LoadMany = services.GetRequiredService<LoadParquetFiles>();
    }

    /// <summary>Gets the server of the files, of metrics and of Timestream.</summary>
    public LocalAwsServer Server { get; }

    public RigDestination Destination { get; }

    public LoadParquetFile Load { get; }

    public LoadParquetFiles LoadMany { get; }

    public IParquetSource Source => _services.GetRequiredService<IParquetSource>();

    public List<LoadReport> Reports { get; } = [];

    public TimestreamTable Table => Server.Timestream.Table(EnergyTables.Database, EnergyTables.Generation);

    /// <summary>Starts a loader.</summary>
    /// <param name="configure">Changes the settings.</param>
    /// <param name="discover">Whether Timestream is asked for its endpoint.</param>
    /// <param name="destination">Where it loads into, which is disposed with the rig; Timestream if it is <see langword="null"/>.</param>
    public static async Task<FaultRig> StartAsync(Action<LoaderOptions>? configure = null, bool discover = false, RigDestination? destination = null)
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

        RigDestination target = destination ?? new TimestreamDestination(server);
        services.AddSingleton(provider => target.CreateSink(provider.GetRequiredService<IOptions<LoaderOptions>>().Value));
        services.AddLoader(options =>
        {
            options.Aws.Region = "eu-west-1";
            options.Aws.Credentials = credentials;
            options.Aws.TimestreamEndpoint = server.Endpoint;
            options.Aws.CloudWatchEndpoint = server.Endpoint;
            options.Aws.DiscoverTimestreamEndpoint = discover;
            target.Configure(options);
            options.Load.MaxInvalidPercent = 100;
            options.Load.RowGroupsInFlight = 3;
            options.RejectedRows.Location = $"s3://{Bucket}/rejected/";
            configure?.Invoke(options);
        }).UseCloudWatch();
        return new FaultRig(server, target, services.BuildServiceProvider());
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
            Destination.EndLoad();
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
    /// Returns after how many requests that write a run is stopped, or is <see langword="null"/> if no run is stopped.
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
            FaultRule? stopping = stopAfter is null ? null : On(Destination.WriteOperation).Calls(stopAfter()).Do(stop.Cancel, "Stop");
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

    /// <summary>
    /// Loads files, as many side by side as the settings say, until all have succeeded. Every row must have an outcome.
    /// </summary>
    /// <returns>The sum of the ledgers.</returns>
    public async Task<Ledger> LoadAllAsync(IReadOnlyList<GeneratedFile> files)
    {
        foreach (GeneratedFile file in files)
        {
            Put(file);
        }

        return AssertSettled(files, await LoadUntilDoneAsync(files.Select(file => file.Key)));
    }

    /// <summary>Checks that the ledgers account for every row of the files.</summary>
    /// <returns>The sum of the ledgers.</returns>
    public static Ledger AssertSettled(IEnumerable<GeneratedFile> files, IReadOnlyDictionary<string, Ledger> ledgers)
    {
        Ledger sum = default;
        foreach (GeneratedFile file in files)
        {
            Ledger ledger = ledgers[file.Key];
            Assert.That(
                (ledger.Read, ledger.Invalid, ledger.Unsettled), Is.EqualTo((file.Count, file.Rows.Count(row => !row.IsValid), 0)), file.Key);
            sum += ledger;
        }

        return sum;
    }

    /// <summary>Selects the calls of an operation of the destination or of the server of the files.</summary>
    public FaultOccasion On(string operation) =>
        (operation.Split(':')[0] == Destination.WriteOperation.Split(':')[0] ? Destination.Faults : Server.Faults).On(operation);

    /// <summary>Returns how many faults were applied.</summary>
    public long CountFaults() => new[] { Server.Faults, Destination.Faults }.Distinct().Sum(faults => faults.Applied.Values.Sum());

    /// <summary>Returns the keys of the files of kept rows.</summary>
    public string[] KeptKeys() =>
        [.. Server.S3.Buckets.Single().Keys.Where(key => key.StartsWith("rejected/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>Counts the rows in all files of kept rows.</summary>
    public async Task<long> CountKeptRowsAsync()
    {
        long rows = 0;
        foreach (string key in KeptKeys())
        {
            await using IParquetFile file = await Source.OpenAsync(SourceFile.InS3(Bucket, key), DatasetType.Generation, CancellationToken.None);
            rows += file.RowGroups.Sum(group => group.Rows);
        }

        return rows;
    }

    /// <summary>Returns the records in the table.</summary>
    public Dictionary<RecordIdentity, double> Stored() => Destination.Read().ToDictionary(record => record.Key, record => record.Value.Value);

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
        Destination.AssertSound();

        // EquivalentTo would compare every record with every other.
        Assert.That(expected.Where(pair => !stored.ContainsKey(pair.Key)), Is.Empty, "lost");
        Assert.That(stored.Where(pair => !expected.ContainsKey(pair.Key)), Is.Empty, "stored, but not in any file");
        Assert.That(expected.Where(pair => !stored[pair.Key].Equals(pair.Value)), Is.Empty, "stored, but not with the newest value");
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Server.DisposeAsync();
        await Destination.DisposeAsync();
    }

    private void Note(LoadReport report)
    {
        Assert.That(report.Ledger.IsBalanced, Is.True, report.Ledger.ToString());
        Reports.Add(report);
    }
}
