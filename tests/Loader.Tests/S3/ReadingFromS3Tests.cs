using Amazon.Runtime;
using Amazon.S3;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.Parquet.Schema;
using Loader.LocalAws;
using Loader.LocalAws.Faults;
using Loader.LocalAws.Http;
using Loader.Parquet.Metadata;
using Loader.Parquet.Reading;
using Loader.Tests.Parquet;

namespace Loader.Tests.S3;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReadingFromS3Tests : IAsyncDisposable
{
    private const string Bucket = "lake";
    private const string Get = "s3:GetObject";

    /// <summary>
    /// Five row groups that do not fit the tail, with an ignored column between the needed ones.
    /// </summary>
    private const string Large =
        """
        SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) SECOND AS timestamp, 'R' || (i % 4) AS region, md5(i::VARCHAR) AS ignored, sqrt(i) AS value, 'MW' AS unit,
            'type' || (i % 90) AS consumer_type, 'demand' AS measurement_type FROM range(100000) t(i)
        """;

    private readonly Folder _folder = new();
    private LocalAwsServer _server = null!;
    private AmazonS3Client _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _server = await LocalAwsServer.StartAsync();
        _client = new AmazonS3Client(
            new BasicAWSCredentials("AKIALOCALAWS", "local-secret"),
            new AmazonS3Config { ServiceURL = _server.Endpoint.ToString(), ForcePathStyle = true, MaxErrorRetry = 1, AuthenticationRegion = "eu-west-1" });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_small_object_is_one_request()
    {
        string path = Put("small.parquet", Large + " LIMIT 1000");
        IReadOnlyList<Row> expected = await Reading.RowsAsync(path);

        await using IParquetFile file = await OpenAsync("small.parquet");
        List<Row> rows = await RowsAsync(file);

        Assert.That(rows, Is.EqualTo(expected));
        Assert.That(_server.Requests.Count(Get), Is.EqualTo(1));
        Assert.That(file.BytesRead, Is.EqualTo(new FileInfo(path).Length));
    }

    [Test]
    public async Task For_a_large_object_little_more_than_the_footer_and_the_needed_chunks_is_fetched()
    {
        string path = Put("large.parquet", Large, "ROW_GROUP_SIZE 20480, DICTIONARY_SIZE_LIMIT 100000");
        IReadOnlyList<Row> expected = await Reading.RowsAsync(path);
        long needed = await NeededBytesAsync(path);

        await using IParquetFile file = await OpenAsync("large.parquet");
        List<Row> rows = await RowsAsync(file);

        Assert.That(rows, Is.EqualTo(expected));
        Assert.That(file.RowGroups, Has.Count.EqualTo(5));
        Assert.That(file.BytesRead, Is.LessThanOrEqualTo(needed * 1.05));
        Assert.That(_server.Requests.Count(Get), Is.LessThanOrEqualTo(1 + (2 * 5)), "timestamp and region lie on one side of the ignored column, the others on the other");
        Assert.That(_server.Requests.Of(Get)[0].Header("Range"), Is.EqualTo("bytes=-65536"));
        Assert.That(_server.Requests.Of(Get)[0].Header("If-Match"), Is.Null);
        Assert.That(_server.Requests.Of(Get).Skip(1).Select(r => r.Header("If-Match")?.Trim('"')), Is.All.EqualTo(file.ETag));
        TestContext.Out.WriteLine($"{file.BytesRead} bytes in {_server.Requests.Count(Get)} requests; footer and needed chunks are {needed} of {new FileInfo(path).Length} bytes");
    }

    [Test]
    public async Task ETag_version_and_last_modified_time_are_known_after_opening()
    {
        var modified = new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);
        string path = _folder.Write("a.parquet", Large + " LIMIT 10");
        _server.S3.CreateBucket(Bucket, versioned: true);
        var put = _server.S3.Put(Bucket, "a.parquet", File.ReadAllBytes(path), modified);

        await using IParquetFile file = await OpenAsync("a.parquet");

        Assert.That(file.LastModified, Is.EqualTo(modified));
        Assert.That(file.ETag, Is.EqualTo(put.ETag.Trim('"')));
        Assert.That(file.VersionId, Is.EqualTo(put.VersionId));
    }

    [Test]
    public async Task An_older_version_can_be_read()
    {
        _server.S3.CreateBucket(Bucket, versioned: true);
        string path = _folder.Write("a.parquet", Large + " LIMIT 10");
        var older = _server.S3.Put(Bucket, "a.parquet", File.ReadAllBytes(path));
        _server.S3.Put(Bucket, "a.parquet", File.ReadAllBytes(_folder.Write("b.parquet", Large + " LIMIT 20")));

        await using IParquetFile file = await Source().OpenAsync(SourceFile.InS3(Bucket, "a.parquet", older.VersionId), DatasetType.Consumption, CancellationToken.None);

        Assert.That(await RowsAsync(file), Has.Count.EqualTo(10));
    }

    [Test]
    public async Task The_next_row_group_is_prefetched()
    {
        Put("large.parquet", Large, "ROW_GROUP_SIZE 20480");
        await using IParquetFile file = await OpenAsync("large.parquet");
        await using IAsyncEnumerator<MeasurementBatch> batches = file.ReadAsync(0, Reading.Version, CancellationToken.None).GetAsyncEnumerator();
        var gate = new FaultGate();
        long first = (await FooterOfAsync("large.parquet")).RowGroups[1].Chunks.Min(c => c.Range.Offset);
        _server.Faults.On(Get).Where(call => RangeOf(call.Header("Range")) >= first).Always().Hold(gate);

        bool any = await batches.MoveNextAsync();
        using MeasurementBatch batch = batches.Current;
        await gate.Reached.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.That(any);
        Assert.That(batch.RowGroup, Is.Zero);
        gate.Open();
    }

    [Test]
    public async Task Stopping_early_cancels_the_prefetch()
    {
        Put("large.parquet", Large, "ROW_GROUP_SIZE 20480");
        await using IParquetFile file = await OpenAsync("large.parquet");
        var gate = new FaultGate();
        long first = (await FooterOfAsync("large.parquet")).RowGroups[1].Chunks.Min(c => c.Range.Offset);
        _server.Faults.On(Get).Where(call => RangeOf(call.Header("Range")) >= first).Always().Hold(gate);

        await foreach (MeasurementBatch batch in file.ReadAsync(0, Reading.Version, CancellationToken.None))
        {
            batch.Dispose();
            await gate.Reached.WaitAsync(TimeSpan.FromMinutes(1));
            break;
        }

        // The loop has ended although the prefetch never got a response.
        Assert.That(gate.Reached.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task An_object_that_is_replaced_while_it_is_read_fails_the_load()
    {
        Put("large.parquet", Large, "ROW_GROUP_SIZE 20480");
        byte[] other = File.ReadAllBytes(_folder.Write("other.parquet", Large.Replace("sqrt(i)", "cbrt(i)", StringComparison.Ordinal), "ROW_GROUP_SIZE 20480"));
        await using IParquetFile file = await OpenAsync("large.parquet");
        _server.Faults.On(Get).Calls(4).Do(() => _server.S3.Put(Bucket, "large.parquet", other));

        SourceChangedException failure = Assert.ThrowsAsync<SourceChangedException>(() => RowsAsync(file))!;

        Assert.That(failure.Message, Is.EqualTo("s3://lake/large.parquet was replaced while it was read. Load it again."));
        Assert.That(failure.IsTransient, Is.False);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(50_000)]
    public async Task An_interrupted_body_is_continued_where_it_stopped(int kept)
    {
        string path = Put("large.parquet", Large, "ROW_GROUP_SIZE 20480");
        IReadOnlyList<Row> expected = await Reading.RowsAsync(path);
        await using IParquetFile whole = await OpenAsync("large.parquet");
        await RowsAsync(whole);
        _server.Requests.Clear();
        _server.Faults.On(Get).Calls(1, 3, 4).Truncate(kept);

        await using IParquetFile file = await OpenAsync("large.parquet");
        List<Row> rows = await RowsAsync(file);

        Assert.That(rows, Is.EqualTo(expected));
        Assert.That(file.BytesRead, Is.EqualTo(whole.BytesRead));
        RecordedRequest[] requests = [.. _server.Requests.Of(Get)];
        Assert.That(RangeOf(requests[1].Header("Range")), Is.EqualTo(new FileInfo(path).Length - 65_536 + kept));
        Assert.That(requests[1].Header("If-Match")?.Trim('"'), Is.EqualTo(file.ETag));
    }

    [Test]
    public async Task A_body_that_is_interrupted_repeatedly_is_a_transient_failure()
    {
        Put("large.parquet", Large, "ROW_GROUP_SIZE 20480");
        await using IParquetFile file = await OpenAsync("large.parquet");
        _server.Faults.On(Get).Always().Truncate(5);

        UnavailableException failure = Assert.ThrowsAsync<UnavailableException>(() => RowsAsync(file))!;

        Assert.That(failure.Message, Does.StartWith("s3://lake/large.parquet could not be read: the download was interrupted 6 times (last: "));
        Assert.That(failure.IsTransient);
    }

    [Test]
    public async Task A_server_error_is_retried()
    {
        string path = Put("small.parquet", Large + " LIMIT 1000");
        _server.Faults.On(Get).Calls(1).InternalError();

        await using IParquetFile file = await OpenAsync("small.parquet");

        Assert.That(file.BytesRead, Is.EqualTo(new FileInfo(path).Length));
        Assert.That(_server.Requests.Count(Get), Is.EqualTo(2));
    }

    [Test]
    public void A_persistent_server_error_is_transient()
    {
        Put("small.parquet", Large + " LIMIT 1000");
        _server.Faults.On(Get).Always().Throttle();

        UnavailableException failure = Assert.ThrowsAsync<UnavailableException>(() => OpenAsync("small.parquet"))!;

        Assert.That(failure.Message, Does.StartWith("s3://lake/small.parquet could not be read: "));
        Assert.That(failure.File, Is.EqualTo(SourceFile.InS3(Bucket, "small.parquet")));
    }

    [Test]
    public void A_reset_connection_is_transient()
    {
        Put("small.parquet", Large + " LIMIT 1000");
        _server.Faults.On(Get).Always().ResetBeforeStore();

        Assert.That(() => OpenAsync("small.parquet"), Throws.TypeOf<UnavailableException>());
    }

    [TestCase("lake", "none.parquet", "NoSuchKey")]
    [TestCase("pond", "none.parquet", "NoSuchBucket")]
    public void A_missing_object_or_bucket_is_named(string bucket, string key, string code)
    {
        _server.S3.CreateBucket(Bucket);

        SourceNotFoundException failure = Assert.ThrowsAsync<SourceNotFoundException>(
            () => Source().OpenAsync(SourceFile.InS3(bucket, key), DatasetType.Consumption, CancellationToken.None))!;

        Assert.That(failure.Message, Does.StartWith($"s3://{bucket}/{key} does not exist ({code}"));
    }

    [Test]
    public void A_missing_version_is_named()
    {
        _server.S3.CreateBucket(Bucket, versioned: true);
        Put("small.parquet", Large + " LIMIT 1000");

        SourceNotFoundException failure = Assert.ThrowsAsync<SourceNotFoundException>(
            () => Source().OpenAsync(SourceFile.InS3(Bucket, "small.parquet", "none"), DatasetType.Consumption, CancellationToken.None))!;

        Assert.That(failure.Message, Does.StartWith("s3://lake/small.parquet in version none does not exist"));
    }

    [Test]
    public void A_denied_object_is_named_with_the_missing_permission()
    {
        Put("small.parquet", Large + " LIMIT 1000");
        _server.Faults.On(Get).Always().AccessDenied();

        SourceAccessDeniedException failure = Assert.ThrowsAsync<SourceAccessDeniedException>(() => OpenAsync("small.parquet"))!;

        Assert.That(
            failure.Message,
            Does.StartWith("Access denied reading s3://lake/small.parquet, or it does not exist").And.Contain("s3:GetObject").And.Contain("s3:ListBucket"));
    }

    [Test]
    public void An_empty_object_is_corrupt()
    {
        _server.S3.Put(Bucket, "empty.parquet", Array.Empty<byte>());

        SourceCorruptException failure = Assert.ThrowsAsync<SourceCorruptException>(() => OpenAsync("empty.parquet"))!;

        Assert.That(failure.Message, Does.StartWith("s3://lake/empty.parquet cannot be read as Parquet: it is empty"));
    }

    [Test]
    public async Task Cancelling_is_not_a_failure()
    {
        Put("large.parquet", Large, "ROW_GROUP_SIZE 20480");
        await using IParquetFile file = await OpenAsync("large.parquet");
        using var cancellation = new CancellationTokenSource();
        var gate = new FaultGate();
        _server.Faults.On(Get).Always().Hold(gate);

        IAsyncEnumerator<MeasurementBatch> batches = file.ReadAsync(0, Reading.Version, cancellation.Token).GetAsyncEnumerator();
        ValueTask<bool> first = batches.MoveNextAsync();
        await gate.Reached.WaitAsync(TimeSpan.FromMinutes(1));
        await cancellation.CancelAsync();

        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        await batches.DisposeAsync();
    }

    private string Put(string key, string query, string options = "")
    {
        string path = _folder.Write(key, query, options);
        _server.S3.Put(Bucket, key, File.ReadAllBytes(path));
        return path;
    }

    private ParquetSource Source() => new(new SourceOptions(), new Lazy<IAmazonS3>(_client));

    private Task<IParquetFile> OpenAsync(string key) => Source().OpenAsync(SourceFile.InS3(Bucket, key), DatasetType.Consumption, CancellationToken.None);

    private async Task<FileMetadata> FooterOfAsync(string key)
    {
        await using var bytes = new LocalFile(SourceFile.OnDisk(_folder.File(key)));
        await bytes.OpenAsync(CancellationToken.None);
        return (await FileLayout.ReadAsync(bytes, CancellationToken.None)).Metadata;
    }

    private static async Task<long> NeededBytesAsync(string path)
    {
        await using var bytes = new LocalFile(SourceFile.OnDisk(path));
        await bytes.OpenAsync(CancellationToken.None);
        FileLayout layout = await FileLayout.ReadAsync(bytes, CancellationToken.None);
        ColumnPlan plan = SchemaValidator.Validate(layout.Schema, DatasetType.Consumption, path).Plan!;
        return layout.Metadata.Bytes.Length + 8
            + layout.Metadata.RowGroups.Sum(group => plan.Columns.Sum(column => group.Chunks[column.LeafIndex].CompressedSize));
    }

    /// <summary>Returns the start of a range, or -1 for a range that counts from the end.</summary>
    private static long RangeOf(string? header) =>
        header is not null && long.TryParse(header["bytes=".Length..].Split('-')[0], System.Globalization.CultureInfo.InvariantCulture, out long offset) ? offset : -1;

    private static async Task<List<Row>> RowsAsync(IParquetFile file)
    {
        var rows = new List<Row>();
        await foreach (MeasurementBatch batch in file.ReadAsync(0, Reading.Version, CancellationToken.None))
        {
            using (batch)
            {
                rows.AddRange(Enumerable.Range(0, batch.Count).Select(i => Reading.RowOf(batch, i)));
            }
        }

        return rows;
    }
}
