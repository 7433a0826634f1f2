using System.Net;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Loader.LocalAws;
using Loader.LocalAws.S3;

namespace Loader.Tests.LocalAws;

/// <summary>The official client, as the loader uses it.</summary>
[TestFixture]
internal sealed class S3SdkTests
{
    private static int _buckets;
    private LocalAwsServer _server = null!;
    private AmazonS3Client _client = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await LocalAwsServer.StartAsync();
        _client = new AmazonS3Client(
            new BasicAWSCredentials("AKIALOCAL", "secret"),
            new AmazonS3Config { ServiceURL = _server.Endpoint.ToString(), ForcePathStyle = true, AuthenticationRegion = "eu-west-1", MaxErrorRetry = 0 });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task An_object_put_as_a_stream_comes_back_byte_for_byte([Values] bool chunked)
    {
        var bucket = NewBucket();
        var content = new byte[200_000];
        new Random(1).NextBytes(content);

        await _client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = bucket,
            Key = "dataset=generation/år 1+2.parquet",
            InputStream = new MemoryStream(content),
            UseChunkEncoding = chunked,
        });

        using var got = await _client.GetObjectAsync(bucket, "dataset=generation/år 1+2.parquet");
        Assert.Multiple(() =>
        {
            Assert.That(Read(got), Is.EqualTo(content));
            Assert.That(_server.S3.Find(bucket, "dataset=generation/år 1+2.parquet")!.Content, Is.EqualTo(content));
            Assert.That(got.Headers.ContentLength, Is.EqualTo(content.Length));
        });
    }

    [Test]
    public async Task A_bucket_is_made_and_an_object_deleted()
    {
        var bucket = "made-" + NewBucket();

        await _client.PutBucketAsync(bucket);
        await _client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = "k", ContentBody = "text" });
        await _client.DeleteObjectAsync(bucket, "k");

        Assert.That(_server.S3.Buckets.Single(made => string.Equals(made.Name, bucket, StringComparison.Ordinal)).Objects, Is.Empty);
    }

    [TestCase(2, 4, "cde", "bytes 2-4/10")]
    [TestCase(8, 100, "ij", "bytes 8-9/10")]
    public async Task A_range_is_cut_out(long from, long to, string expected, string contentRange)
    {
        var bucket = NewBucket();
        _server.S3.Put(bucket, "k", "abcdefghij"u8.ToArray());

        using var got = await _client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = "k", ByteRange = new ByteRange(from, to) });

        Assert.Multiple(() =>
        {
            Assert.That(Encoding.ASCII.GetString(Read(got)), Is.EqualTo(expected));
            Assert.That(got.HttpStatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
            Assert.That(got.ContentRange, Is.EqualTo(contentRange));
        });
    }

    [Test]
    public async Task A_suffix_range_gives_the_end()
    {
        var bucket = NewBucket();
        _server.S3.Put(bucket, "k", "abcdefghij"u8.ToArray());

        using var got = await _client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = "k", ByteRange = new ByteRange("bytes=-3") });

        Assert.That(Encoding.ASCII.GetString(Read(got)), Is.EqualTo("hij"));
    }

    [Test]
    public void Errors_have_the_codes_of_S3()
    {
        var bucket = NewBucket();
        _server.S3.Put(bucket, "k", "abc"u8.ToArray());

        Assert.Multiple(() =>
        {
            AssertRefused("NoSuchKey", HttpStatusCode.NotFound, new GetObjectRequest { BucketName = bucket, Key = "missing" });
            AssertRefused("NoSuchBucket", HttpStatusCode.NotFound, new GetObjectRequest { BucketName = "nowhere", Key = "k" });
            AssertRefused("PreconditionFailed", HttpStatusCode.PreconditionFailed, new GetObjectRequest { BucketName = bucket, Key = "k", EtagToMatch = "\"other\"" });
            AssertRefused("InvalidRange", HttpStatusCode.RequestedRangeNotSatisfiable, new GetObjectRequest { BucketName = bucket, Key = "k", ByteRange = new ByteRange(3, 9) });
            AssertRefused("NoSuchVersion", HttpStatusCode.NotFound, new GetObjectRequest { BucketName = bucket, Key = "k", VersionId = "v00000009" });
            AssertRefused("InvalidArgument", HttpStatusCode.BadRequest, new GetObjectRequest { BucketName = bucket, Key = "k", VersionId = "v9" });
        });
    }

    [Test]
    public async Task Versions_are_kept_where_the_bucket_keeps_them()
    {
        var bucket = NewBucket(versioned: true);
        var first = _server.S3.Put(bucket, "k", "one"u8.ToArray());
        _server.S3.Put(bucket, "k", "two"u8.ToArray());
        await _client.DeleteObjectAsync(bucket, "k");

        using var got = await _client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = "k", VersionId = first.VersionId });

        Assert.Multiple(() =>
        {
            Assert.That(Encoding.ASCII.GetString(Read(got)), Is.EqualTo("one"));
            Assert.That(got.VersionId, Is.EqualTo(first.VersionId));
            AssertRefused("NoSuchKey", HttpStatusCode.NotFound, new GetObjectRequest { BucketName = bucket, Key = "k" });
        });
    }

    [Test]
    public async Task Head_tells_what_get_would_send()
    {
        var bucket = NewBucket();
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
        var put = _server.S3.CreateBucket(bucket).Put("k", "abc"u8.ToArray(), time);

        var head = await _client.GetObjectMetadataAsync(bucket, "k");

        Assert.Multiple(() =>
        {
            Assert.That(head.ETag, Is.EqualTo(put.ETag).And.EqualTo("\"900150983cd24fb0d6963f7d28e17f72\""));
            Assert.That(head.ContentLength, Is.EqualTo(3));
            Assert.That(head.LastModified!.Value.ToUniversalTime(), Is.EqualTo(time.UtcDateTime.AddMilliseconds(-678)));
            Assert.That(
                async () => await _client.GetObjectMetadataAsync(bucket, "missing"),
                Throws.InstanceOf<AmazonS3Exception>().With.Property("StatusCode").EqualTo(HttpStatusCode.NotFound));
        });
    }

    [Test]
    public async Task A_listing_is_paged_in_the_order_of_keys()
    {
        var bucket = NewBucket();
        for (var i = 0; i < 25; i++)
        {
            _server.S3.Put(bucket, $"in/år+{i:D2} <&>.parquet", new byte[i]);
        }

        _server.S3.Put(bucket, "other/x", new byte[1]);

        var pages = new List<ListObjectsV2Response>();
        await foreach (var page in _client.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = bucket, Prefix = "in/", MaxKeys = 10 }).Responses)
        {
            pages.Add(page);
        }

        Assert.Multiple(() =>
        {
            Assert.That(pages.Select(page => page.S3Objects.Count), Is.EqualTo(new[] { 10, 10, 5 }));
            Assert.That(pages.SelectMany(page => page.S3Objects).Select(item => item.Key), Is.EqualTo(Enumerable.Range(0, 25).Select(i => $"in/år+{i:D2} <&>.parquet")));
            Assert.That(pages[2].S3Objects[^1].Size, Is.EqualTo(24));
        });
    }

    [Test]
    public async Task A_delimiter_folds_keys_into_common_prefixes_across_pages()
    {
        var bucket = NewBucket();
        foreach (var key in (string[])["a/1", "a/2", "b", "c/1", "c/2/3", "d"])
        {
            _server.S3.Put(bucket, key, new byte[1]);
        }

        var seen = new List<string>();
        await foreach (var page in _client.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = bucket, Delimiter = "/", MaxKeys = 1 }).Responses)
        {
            seen.AddRange((page.CommonPrefixes ?? []).Concat((page.S3Objects ?? []).Select(item => item.Key)));
        }

        Assert.That(seen, Is.EqualTo(new[] { "a/", "b", "c/", "d" }));
    }

    [Test]
    public async Task A_listing_can_start_after_a_key()
    {
        var bucket = NewBucket();
        foreach (var key in (string[])["a", "b", "c"])
        {
            _server.S3.Put(bucket, key, new byte[1]);
        }

        var page = await _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, StartAfter = "a" });

        Assert.That(page.S3Objects.Select(item => item.Key), Is.EqualTo(new[] { "b", "c" }));
    }

    [Test]
    public async Task Generated_objects_are_listed_in_order_with_the_others_and_can_be_read()
    {
        var bucket = NewBucket();
        var made = _server.S3.CreateBucket(bucket);
        made.Generated = new GeneratedObjects(25, number => $"a/{number:D2}.parquet", new byte[3], new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero));
        foreach (var key in (string[])["a/-", "a/07.x", "b"])
        {
            _server.S3.Put(bucket, key, new byte[1]);
        }

        var keys = new List<string>();
        await foreach (var item in _client.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = bucket, Prefix = "a/", MaxKeys = 10 }).S3Objects)
        {
            keys.Add(item.Key);
        }

        using var last = await _client.GetObjectAsync(bucket, "a/24.parquet");
        Assert.Multiple(() =>
        {
            Assert.That(keys, Is.EqualTo(Enumerable.Range(0, 25).Select(i => $"a/{i:D2}.parquet").Concat(["a/-", "a/07.x"]).Order(StringComparer.Ordinal)));
            Assert.That(last.ContentLength, Is.EqualTo(3));
            Assert.That(made.Find("a/25.parquet"), Is.Null);
        });
    }

    [Test]
    public async Task A_file_is_uploaded_in_parts()
    {
        var bucket = NewBucket();
        var first = new string('a', 5 << 20); // The smallest part that is not the last one.
        var upload = await _client.InitiateMultipartUploadAsync(bucket, "k");
        var parts = new List<PartETag>();
        foreach (var (number, text) in ((int, string)[])[(2, "world"), (1, first)])
        {
            var part = await _client.UploadPartAsync(new UploadPartRequest
            {
                BucketName = bucket,
                Key = "k",
                UploadId = upload.UploadId,
                PartNumber = number,
                InputStream = new MemoryStream(Encoding.ASCII.GetBytes(text)),
            });
            parts.Add(new PartETag(number, part.ETag));
        }

        await _client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = bucket, Key = "k", UploadId = upload.UploadId, PartETags = parts });

        Assert.That(Encoding.ASCII.GetString(_server.S3.Find(bucket, "k")!.Content), Is.EqualTo(first + "world"));
        Assert.That(_server.S3.Find(bucket, "k")!.ETag, Does.EndWith("-2\""));
    }

    [Test]
    public async Task A_folder_is_served_as_it_is_on_disk()
    {
        var folder = Directory.CreateTempSubdirectory("local-aws-");
        try
        {
            var name = NewBucket();
            Directory.CreateDirectory(Path.Combine(folder.FullName, "dataset=generation"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "dataset=generation", "a.parquet"), "abcdef");
            _server.S3.ServeFolder(name, folder.FullName);

            var page = await _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = name });
            using var got = await _client.GetObjectAsync(new GetObjectRequest { BucketName = name, Key = "dataset=generation/a.parquet", ByteRange = new ByteRange(1, 3) });

            Assert.Multiple(() =>
            {
                Assert.That(page.S3Objects.Single().Key, Is.EqualTo("dataset=generation/a.parquet"));
                Assert.That(page.S3Objects.Single().ETag, Is.EqualTo(got.ETag));
                Assert.That(Encoding.ASCII.GetString(Read(got)), Is.EqualTo("bcd"));
                Assert.That(_server.S3.Find(name, "../" + folder.Name + "/dataset=generation/a.parquet"), Is.Null);
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] Read(GetObjectResponse response)
    {
        using var content = new MemoryStream();
        response.ResponseStream.CopyTo(content);
        return content.ToArray();
    }

    private void AssertRefused(string code, HttpStatusCode status, GetObjectRequest request) => Assert.That(
        async () => await _client.GetObjectAsync(request),
        Throws.InstanceOf<AmazonS3Exception>().With.Property("ErrorCode").EqualTo(code).And.Property("StatusCode").EqualTo(status));

    private string NewBucket(bool versioned = false) =>
        _server.S3.CreateBucket($"bucket-{Interlocked.Increment(ref _buckets)}", versioned).Name;
}
