using System.Buffers.Binary;
using Amazon.Runtime;
using Amazon.S3;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.LocalAws;
using Loader.LocalAws.Lambda;
using Loader.LocalAws.Timestream;
using Loader.Tests.Cli;
using Loader.Tests.Lambda;
using Microsoft.Extensions.DependencyInjection;

namespace Loader.Tests.Faults;

/// <summary>The requests that loads of small objects take. Each is a round trip, which small files spend their time with.</summary>
[Parallelizable(ParallelScope.Self)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RoundTripTests : IAsyncDisposable
{
    private const string Bucket = "data";
    private const int TailBytes = 64 << 10;

    private static readonly BasicAWSCredentials Credentials = new("AKIALOCALAWS", "local-secret");
    private static readonly byte[] Small = SomeFiles.Generation(rows: 24);

    private readonly CliRun _cli = new();
    private LocalAwsServer _server = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _server = await LocalAwsServer.StartAsync();
        _server.Timestream.CreateEnergyTables();
        _server.S3.CreateBucket(Bucket);
        _cli.Set("TIMESTREAM_DATABASE_NAME", EnergyTables.Database)
            .Set("GENERATION_TABLE_NAME", EnergyTables.Generation)
            .Set("CONSUMPTION_TABLE_NAME", EnergyTables.Consumption)
            .Set("TRANSMISSION_TABLE_NAME", EnergyTables.Transmission);
        _cli.Services = services => services
            .AddSingleton(new AwsConnection(
                new AwsOptions
                {
                    Region = "eu-west-1",
                    Credentials = Credentials,
                    TimestreamEndpoint = _server.Endpoint,
                    CloudWatchEndpoint = _server.Endpoint,
                    DiscoverTimestreamEndpoint = true,
                },
                TimeProvider.System))
            .AddSingleton(new Lazy<IAmazonS3>(() => new AmazonS3Client(
                Credentials,
                new AmazonS3Config { ServiceURL = _server.Endpoint.ToString(), ForcePathStyle = true, AuthenticationRegion = "eu-west-1" })));
    }

    public async ValueTask DisposeAsync()
    {
        _cli.Dispose();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Twenty_small_objects_take_one_request_each_to_read_and_one_to_write()
    {
        PutTwenty();

        int exit = await LoadAsync("--metrics");

        Assert.That(exit, Is.Zero, _cli.Error);
        Assert.That(_server.Requests.Counts, Is.EquivalentTo(new Dictionary<string, long>
        {
            ["s3:ListObjectsV2"] = 1,
            ["s3:GetObject"] = 20,
            ["timestream:DescribeEndpoints"] = 1,
            ["timestream:DescribeTable"] = 1,
            ["timestream:WriteRecords"] = 20,
            ["cloudwatch:PutMetricData"] = 1,
        }));
        Assert.That(_server.CloudWatch.Sum("RecordsProcessed"), Is.EqualTo(20 * 24));
    }

    [Test]
    public async Task A_function_takes_no_more_for_an_event_of_twenty_objects()
    {
        string[] keys = PutTwenty();
        await using LambdaProcess function = LambdaProcess.Start(_server, "LoadFromS3Event");

        LambdaResult result = await function.InvokeAsync(SomeEvents.S3([.. keys.Select(key => SomeEvents.S3Record(key.Replace("=", "%3D", StringComparison.Ordinal)))]));

        // Metrics are there with the response: the process may be frozen after it.
        Assert.That(result.IsSuccess, Is.True, string.Join('\n', function.Log));
        Assert.That(ServiceCalls(), Is.EquivalentTo(new Dictionary<string, long>
        {
            ["s3:GetObject"] = 20,
            ["timestream:DescribeTable"] = 1,
            ["timestream:WriteRecords"] = 20,
            ["cloudwatch:PutMetricData"] = 1,
        }));
    }

    [Test]
    public async Task The_metrics_of_a_failed_invocation_are_there_with_its_error()
    {
        await using LambdaProcess function = LambdaProcess.Start(_server, "LoadFromS3Event");

        await function.InvokeAsync(SomeEvents.S3(SomeEvents.S3Record("dataset%3Dgeneration/missing.parquet")));

        Assert.That(_server.CloudWatch.Sum("ProcessingErrors"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_invocation_succeeds_if_its_metrics_are_denied_and_the_next_one_publishes_them()
    {
        PutTwenty();
        _server.Faults.On("cloudwatch:PutMetricData").Next(1).AccessDenied();
        await using LambdaProcess function = LambdaProcess.Start(_server, "LoadFromS3Event");

        LambdaResult first = await function.InvokeAsync(SomeEvents.S3(SomeEvents.S3Record("dataset%3Dgeneration/00.parquet")));
        LambdaResult second = await function.InvokeAsync(SomeEvents.S3(SomeEvents.S3Record("dataset%3Dgeneration/01.parquet")));

        Assert.That((first.IsSuccess, second.IsSuccess), Is.EqualTo((true, true)));
        Assert.That((_server.Requests.Count("cloudwatch:PutMetricData"), _server.CloudWatch.Sum("RecordsProcessed")), Is.EqualTo((2, 48)));
    }

    [Test]
    public async Task The_command_line_publishes_no_metrics_unless_asked()
    {
        PutTwenty();

        Assert.That(await LoadAsync(), Is.Zero, _cli.Error);
        Assert.That(_server.Requests.Count("cloudwatch:PutMetricData"), Is.Zero);
    }

    [Test]
    public async Task The_command_line_succeeds_if_its_metrics_are_denied_and_says_so_once()
    {
        PutTwenty();
        _server.Faults.On("cloudwatch:PutMetricData").Always().AccessDenied();

        int exit = await LoadAsync("--metrics");

        Assert.That(exit, Is.Zero);
        Assert.That(_cli.Error.Split("Grant cloudwatch:PutMetricData"), Has.Length.EqualTo(2));
        Assert.That(_cli.Error, Does.Contain("The metrics of 20 loads are lost"));
    }

    [Test]
    public async Task A_replay_publishes_metrics_only_if_asked()
    {
        string kept = await KeepRowAsync();

        await _cli.RunAsync("replay", kept, "--sink", "timestream");
        long unasked = _server.Requests.Count("cloudwatch:PutMetricData");
        await _cli.RunAsync("replay", kept, "--sink", "timestream", "--metrics");

        Assert.That((unasked, _server.Requests.Count("cloudwatch:PutMetricData")), Is.EqualTo((0, 1)));
    }

    [TestCase(TailBytes - 1, 1)]
    [TestCase(TailBytes, 1)]
    [TestCase(TailBytes + 5, 2)] // The first four bytes are a magic number that nobody needs.
    public async Task An_object_of_64_KiB_is_read_with_one_request(int bytes, int requests)
    {
        _server.S3.Put(Bucket, "dataset=generation/padded.parquet", Pad(Small, bytes));

        Assert.That(await LoadAsync(), Is.Zero, _cli.Error);
        Assert.That(_server.Requests.Count("s3:GetObject"), Is.EqualTo(requests));
    }

    [Test]
    public async Task A_resumed_run_opens_every_file_once_whether_it_is_loaded_or_changed()
    {
        PutTwenty();
        _server.S3.Put(Bucket, "dataset=generation/zz.parquet", "not Parquet"u8.ToArray());
        await LoadAsync();
        byte[] corrected = SomeFiles.Generation(rows: 25);
        _server.S3.Put(Bucket, "dataset=generation/03.parquet", corrected);
        _server.S3.Put(Bucket, "dataset=generation/zz.parquet", corrected);
        _server.Requests.Clear();

        int exit = await LoadAsync("--resume");

        Assert.That(exit, Is.Zero, _cli.Error);
        Assert.That((_cli.Json.GetProperty("skipped_done").GetInt32(), _cli.Json.GetProperty("read").GetInt64()), Is.EqualTo((19, 50L)));
        Assert.That(_server.Requests.Count("s3:GetObject"), Is.EqualTo(21));
    }

    [Test]
    public async Task A_file_that_changed_after_its_load_was_stopped_is_opened_once()
    {
        byte[] large = SomeFiles.Generation(rows: 3 * SomeFiles.RowGroupRows);
        _cli.Set("ROW_GROUPS_IN_FLIGHT", "1");
        _server.S3.Put(Bucket, "dataset=generation/large.parquet", large);
        _server.Faults.On("timestream:WriteRecords").Calls(1).Do(() => _cli.Signals.Raise());
        int stopped = await LoadAsync();
        _server.S3.Put(Bucket, "dataset=generation/large.parquet", Small);
        _server.Requests.Clear();

        int resumed = await LoadAsync("--resume");

        Assert.That((stopped, resumed), Is.EqualTo((130, 0)), _cli.Error);
        Assert.That((_cli.Json.GetProperty("read").GetInt64(), _server.Requests.Count("s3:GetObject")), Is.EqualTo((24L, 1L)));
    }

    /// <summary>Adds bytes between the pages and the footer, which no offset in the file notices.</summary>
    private static byte[] Pad(byte[] file, int length)
    {
        int footer = file.Length - 8 - BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(file.Length - 8));
        return [.. file[..footer], .. new byte[length - file.Length], .. file[footer..]];
    }

    private Task<int> LoadAsync(params string[] options) => _cli.RunAsync(["load", $"s3://{Bucket}/", "--sink", "timestream", "--json", .. options]);

    private string[] PutTwenty()
    {
        string[] keys = [.. Enumerable.Range(0, 20).Select(i => $"dataset=generation/{i:00}.parquet")];
        foreach (string key in keys)
        {
            _server.S3.Put(Bucket, key, Small);
        }

        return keys;
    }

    /// <summary>Loads a file with an invalid row, which is kept.</summary>
    /// <returns>The folder of the kept rows.</returns>
    private async Task<string> KeepRowAsync()
    {
        _server.S3.Put(Bucket, "dataset=generation/invalid.parquet", SomeFiles.Generation(rows: 24, value: "CASE WHEN i = 3 THEN NULL ELSE i END"));
        string kept = _cli.PathOf("kept");
        await LoadAsync("--rejected", kept);
        Assert.That(Directory.Exists(kept), Is.True, _cli.Error);
        return kept;
    }

    /// <summary>Returns the counts without those of the Lambda API.</summary>
    private Dictionary<string, long> ServiceCalls() =>
        _server.Requests.Counts.Where(pair => !pair.Key.StartsWith("lambda", StringComparison.OrdinalIgnoreCase)).ToDictionary();
}
