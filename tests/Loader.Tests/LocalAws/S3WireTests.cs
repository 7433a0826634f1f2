using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Loader.LocalAws;

namespace Loader.Tests.LocalAws;

/// <summary>What official clients rely on and the SDK for .NET does not show: raw requests to the S3 of LocalAws.</summary>
[TestFixture]
internal sealed class S3WireTests
{
    private const string Digits = "123456789";
    private const int MinPart = 5 << 20;

    private static readonly HttpClient Http = new();
    private static int _buckets;
    private LocalAwsServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await LocalAwsServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        Assert.That(_server.Requests.Failures, Is.Empty);
        await _server.DisposeAsync();
    }

    // Check values of the CRC catalogue for the same nine digits.
    private static IEnumerable<TestCaseData> Checksums()
    {
        yield return new("crc32", Convert.ToBase64String(Convert.FromHexString("CBF43926")));
        yield return new("crc32c", Convert.ToBase64String(Convert.FromHexString("E3069283")));
        yield return new("crc64nvme", Convert.ToBase64String(Convert.FromHexString("AE8B14860A799888")));
        yield return new("sha256", Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(Digits))));
#pragma warning disable CA5350 // S3 offers it.
        yield return new("sha1", Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(Digits))));
#pragma warning restore CA5350
    }

    [TestCaseSource(nameof(Checksums))]
    public async Task A_checksum_is_verified_and_returned(string algorithm, string value)
    {
        string url = NewObject();
        string header = "x-amz-checksum-" + algorithm;

        Answer put = await SendAsync("PUT", url, Digits, (header, value));
        Answer plain = await SendAsync("GET", url);
        Answer got = await SendAsync("GET", url, headers: ("x-amz-checksum-mode", "ENABLED"));
        Answer head = await SendAsync("HEAD", url, headers: ("x-amz-checksum-mode", "ENABLED"));
        Answer range = await SendAsync("GET", url, null, ("x-amz-checksum-mode", "ENABLED"), ("Range", "bytes=0-3"));

        Assert.Multiple(() =>
        {
            Assert.That(new[] { put, plain, got, head, range }.Select(answer => answer.Header(header)), Is.EqualTo(new[] { value, null, value, value, null }));
            Assert.That(got.Header("x-amz-checksum-type"), Is.EqualTo("FULL_OBJECT"));
        });
    }

    [TestCaseSource(nameof(Checksums))]
    public async Task A_trailing_checksum_is_verified_and_returned(string algorithm, string value)
    {
        string url = NewObject();
        string header = "x-amz-checksum-" + algorithm;

        Answer put = await ChunkedAsync(url, header, $"{header}:{value}");
        Answer wrong = await ChunkedAsync(url + "2", header, $"{header}:{Flip(value)}");
        Answer missing = await ChunkedAsync(url + "3", header, "");

        Assert.Multiple(() =>
        {
            Assert.That((put.Status, put.Header(header)), Is.EqualTo((200, value)));
            Assert.That((wrong.Status, wrong.Code), Is.EqualTo((400, "BadDigest")));
            Assert.That((missing.Status, missing.Code), Is.EqualTo((400, "MalformedTrailerError")));
            Assert.That(_server.S3.Find(BucketOf(url), "k")!.Content, Is.EqualTo(Encoding.ASCII.GetBytes(Digits)));
        });
    }

    [TestCase("x-amz-checksum-crc32", "AAAAAA==", "BadDigest")]
    [TestCase("x-amz-checksum-crc32", "AAA=", "InvalidRequest")]
    [TestCase("x-amz-checksum-crc32", "no base 64", "InvalidRequest")]
    [TestCase("x-amz-checksum-crc7", "AA==", "InvalidRequest")]
    [TestCase("x-amz-sdk-checksum-algorithm", "CRC32", "InvalidRequest")]
    [TestCase("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==", "BadDigest")]
    [TestCase("Content-MD5", "AAAA", "InvalidDigest")]
    [TestCase("x-amz-content-sha256", "0000000000000000000000000000000000000000000000000000000000000000", "XAmzContentSHA256Mismatch")]
    public async Task An_upload_with_a_wrong_checksum_is_refused_and_not_kept(string header, string value, string code)
    {
        string url = NewObject();

        Answer answer = await SendAsync("PUT", url, Digits, (header, value));

        Assert.That((answer.Status, answer.Code, _server.S3.Find(BucketOf(url), "k")), Is.EqualTo((400, code, (object?)null)));
    }

    [Test]
    public async Task Two_checksums_are_refused()
    {
        Answer answer = await SendAsync("PUT", NewObject(), Digits, ("x-amz-checksum-crc32", "y/Q5Jg=="), ("x-amz-checksum-crc32c", "4waSgw=="));

        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "InvalidRequest")));
    }

    [TestCase("5;x\r\n12345\r\n4\r\n6789\r\n0\r\n\r\n", 9, 200)]
    [TestCase("5\r\n12345\r\n4\r\n6789\r\n0\r\n\r\n", 8, 400)]
    [TestCase("5\r\n123456\r\n0\r\n\r\n", 5, 400)]
    [TestCase("7fffffff\r\n12345\r\n", 5, 400)]
    [TestCase("x\r\n", 5, 400)]
    [TestCase("5\r\n12345\r\n", 5, 400)]
    public async Task A_chunked_body_must_be_whole(string body, int length, int status)
    {
        Answer answer = await SendAsync(
            "PUT", NewObject(), body, ("Content-Encoding", "aws-chunked"), ("x-amz-decoded-content-length", $"{length}"));

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
    }

    [TestCase("\r")]
    [TestCase("\n")]
    [TestCase("\r\n")]
    [TestCase("<&>\"'")]
    [TestCase("a b+c*d~e(f)é")]
    public async Task Every_key_comes_back_from_a_listing(string part)
    {
        string key = $"in/{part}.parquet";
        string bucket = NewBucket();
        _server.S3.Put(bucket, key, new byte[1]);

        Answer plain = await SendAsync("GET", $"{bucket}?list-type=2");
        Answer encoded = await SendAsync("GET", $"{bucket}?list-type=2&encoding-type=url");

        Assert.That((Key(plain), WebUtility.UrlDecode(Key(encoded))), Is.EqualTo((key, key)));
    }

    [Test]
    public async Task An_encoded_listing_looks_like_that_of_S3()
    {
        string bucket = NewBucket();
        _server.S3.Put(bucket, "a b/c*d+e\u0001\r.parquet", new byte[1]);

        Answer listed = await SendAsync("GET", $"{bucket}?list-type=2&encoding-type=url");

        Assert.That(Key(listed), Is.EqualTo("a+b/c*d%2Be%01%0D.parquet"));
    }

    [Test]
    public async Task An_unknown_encoding_is_refused() => Assert.That(
        (await SendAsync("GET", $"{NewBucket()}?list-type=2&encoding-type=base64")).Code, Is.EqualTo("InvalidArgument"));

    [Test]
    public async Task An_error_about_an_odd_key_is_readable()
    {
        Answer answer = await SendAsync("GET", $"{NewBucket()}/a%0Db");

        Assert.That(XElement.Parse(answer.Text).Element("Resource")!.Value, Does.EndWith("/a\rb"));
    }

    [TestCase("If-Match", "\"other\"", false, 404, "NoSuchKey")]
    [TestCase("If-Match", "\"other\"", true, 412, "PreconditionFailed")]
    [TestCase("If-None-Match", "*", true, 412, "PreconditionFailed")]
    [TestCase("If-None-Match", "\"other\"", true, 501, "NotImplemented")]
    public async Task A_condition_of_an_upload_is_checked(string header, string value, bool exists, int status, string code)
    {
        string url = NewObject();
        if (exists)
        {
            await SendAsync("PUT", url, "old");
        }

        Answer put = await SendAsync("PUT", url, "new", (header, value));

        Assert.That((put.Status, put.Code), Is.EqualTo((status, code)));
    }

    [Test]
    public async Task A_condition_that_holds_lets_the_upload_through()
    {
        string url = NewObject();

        Answer made = await SendAsync("PUT", url, "one", ("If-None-Match", "*"));
        Answer changed = await SendAsync("PUT", url, "two", ("If-Match", made.Header("ETag")!));

        Assert.That((made.Status, changed.Status, (await SendAsync("GET", url)).Text), Is.EqualTo((200, 200, "two")));
    }

    [Test]
    public async Task A_deleted_object_counts_as_absent_for_a_condition()
    {
        string url = $"{NewBucket(versioned: true)}/k";
        Answer put = await SendAsync("PUT", url, "one");
        await SendAsync("DELETE", url);

        Assert.That((await SendAsync("PUT", url, "two", ("If-Match", put.Header("ETag")!))).Code, Is.EqualTo("NoSuchKey"));
    }

    [TestCase("versionId=nonsense", 400, "InvalidArgument")]
    [TestCase("versionId=", 400, "InvalidArgument")]
    [TestCase("versionId=v", 400, "InvalidArgument")]
    [TestCase("versionId=v99999999", 404, "NoSuchVersion")]
    [TestCase("versionId=null", 404, "NoSuchVersion")]
    public async Task A_version_id_that_can_be_none_is_told_from_one_that_does_not_exist(string query, int status, string code)
    {
        string url = $"{NewBucket(versioned: true)}/k";
        await SendAsync("PUT", url, "one");

        Answer got = await SendAsync("GET", $"{url}?{query}");
        Answer head = await SendAsync("HEAD", $"{url}?{query}");

        Assert.That((got.Status, got.Code, head.Status), Is.EqualTo((status, code, status)));
    }

    [Test]
    public async Task A_copy_takes_the_version_that_it_names()
    {
        string bucket = NewBucket(versioned: true);
        Answer first = await SendAsync("PUT", $"{bucket}/k", "one");
        await SendAsync("PUT", $"{bucket}/k", "two");

        await SendAsync("PUT", $"{bucket}/copy", null, ("x-amz-copy-source", $"{bucket}/k?versionId={first.Header("x-amz-version-id")}"));

        Assert.That((await SendAsync("GET", $"{bucket}/copy")).Text, Is.EqualTo("one"));
    }

    [TestCase("GET", "acl")]
    [TestCase("GET", "tagging")]
    [TestCase("PUT", "acl")]
    [TestCase("PUT", "retention")]
    [TestCase("DELETE", "tagging")]
    public async Task What_is_not_implemented_does_not_touch_the_object(string method, string subresource)
    {
        string url = NewObject();
        await SendAsync("PUT", url, "one");

        Answer answer = await SendAsync(method, $"{url}?{subresource}", method is "PUT" ? "<x/>" : null);

        Assert.That((answer.Status, (await SendAsync("GET", url)).Text), Is.EqualTo((501, "one")));
    }

    [Test]
    public async Task Parts_are_joined_as_the_client_lists_them()
    {
        string url = NewObject();
        string id = await BeginAsync(url);
        string one = await PartAsync(url, id, 2, new string('a', MinPart));
        await PartAsync(url, id, 3, "not listed");
        string last = await PartAsync(url, id, 7, "end");

        Answer done = await CompleteAsync(url, id, (2, one), (7, last));
        Answer part = await SendAsync("GET", $"{url}?partNumber=7");
        Answer absent = await SendAsync("GET", $"{url}?partNumber=3");
        Answer again = await CompleteAsync(url, id, (2, one), (7, last));

        Assert.Multiple(() =>
        {
            Assert.That(Element(done, "ETag"), Is.EqualTo($"\"{MultipartETag(new string('a', MinPart), "end")}-2\""));
            Assert.That(_server.S3.Find(BucketOf(url), "k")!.Length, Is.EqualTo(MinPart + 3));
            Assert.That((part.Status, part.Text, part.Header("x-amz-mp-parts-count")), Is.EqualTo((206, "end", "2")));
            Assert.That((absent.Status, absent.Code), Is.EqualTo((416, "InvalidPartNumber")));
            Assert.That(again.Code, Is.EqualTo("NoSuchUpload"));
        });
    }

    [Test]
    public async Task An_upload_is_completed_only_by_its_own_parts_in_their_order()
    {
        string url = NewObject();
        string id = await BeginAsync(url);
        string one = await PartAsync(url, id, 1, "one");
        string two = await PartAsync(url, id, 2, "two");

        Answer[] answers =
        [
            await CompleteAsync(url, id, (1, "\"00000000000000000000000000000000\"")),
            await CompleteAsync(url, id, (1, two)),
            await CompleteAsync(url, id, (3, one)),
            await CompleteAsync(url, id, (2, two), (1, one)),
            await CompleteAsync(url, id, (1, one), (1, one)),
            await CompleteAsync(url, id, (1, one), (2, two)),
            await CompleteAsync(url, id),
            await SendAsync("POST", $"{url}?uploadId={id}", "<CompleteMultipartUpload>"),
            await CompleteAsync(url + "2", id, (1, one)),
        ];

        Assert.That(answers.Select(answer => answer.Code), Is.EqualTo(new[]
        {
            "InvalidPart", "InvalidPart", "InvalidPart", "InvalidPartOrder", "InvalidPartOrder", "EntityTooSmall", "MalformedXML", "MalformedXML", "NoSuchUpload",
        }));
        Assert.That((await CompleteAsync(url, id, (1, one))).Status, Is.EqualTo(200));
    }

    [TestCase("CRC32", null, "COMPOSITE")]
    [TestCase("CRC32", "FULL_OBJECT", "FULL_OBJECT")]
    [TestCase("SHA256", null, "COMPOSITE")]
    [TestCase("CRC64NVME", null, "FULL_OBJECT")]
    public async Task The_checksum_of_an_upload_in_parts_says_of_what_it_is(string algorithm, string? type, string expected)
    {
        string url = NewObject();
        string id = await BeginAsync(url, [("x-amz-checksum-algorithm", algorithm), .. type is null ? [] : (ValueTuple<string, string>[])[("x-amz-checksum-type", type)]]);
        string one = await PartAsync(url, id, 1, Digits);

        Answer done = await CompleteAsync(url, id, (1, one));
        Answer whole = await SendAsync("HEAD", url, headers: ("x-amz-checksum-mode", "ENABLED"));

        string value = Element(done, "Checksum" + algorithm);
        Assert.Multiple(() =>
        {
            Assert.That(Element(done, "ChecksumType"), Is.EqualTo(expected));
            Assert.That(value.EndsWith("-1", StringComparison.Ordinal), Is.EqualTo(expected is "COMPOSITE"));
            Assert.That(whole.Header("x-amz-checksum-" + algorithm), Is.EqualTo(value));
        });
    }

    [Test]
    public async Task Attributes_describe_the_object_without_its_content()
    {
        string url = NewObject();
        string id = await BeginAsync(url, ("x-amz-checksum-algorithm", "CRC32"));
        string one = await PartAsync(url, id, 1, Digits);
        await CompleteAsync(url, id, (1, one));

        Answer all = await SendAsync("GET", url + "?attributes", headers: ("x-amz-object-attributes", "ETag,Checksum,ObjectParts,StorageClass,ObjectSize"));
        Answer some = await SendAsync("GET", url + "?attributes", headers: ("x-amz-object-attributes", "ObjectSize"));
        Answer none = await SendAsync("GET", url + "?attributes");
        Answer absent = await SendAsync("GET", NewObject() + "?attributes", headers: ("x-amz-object-attributes", "ETag"));

        Assert.Multiple(() =>
        {
            Assert.That(Element(all, "ETag"), Is.EqualTo(MultipartETag(Digits) + "-1"));
            Assert.That(Element(all, "PartsCount"), Is.EqualTo("1"));
            Assert.That(Elements(all, "ChecksumCRC32").Last(), Is.EqualTo("y/Q5Jg=="));
            Assert.That(Elements(some, "ObjectSize").Concat(Elements(some, "ETag")), Is.EqualTo(new[] { "9" }));
            Assert.That((none.Status, none.Code), Is.EqualTo((400, "InvalidArgument")));
            Assert.That((absent.Status, absent.Code), Is.EqualTo((404, "NoSuchKey")));
        });
    }

#pragma warning disable CA5351 // S3's ETag.
    private static string MultipartETag(params string[] parts) =>
        Convert.ToHexStringLower(MD5.HashData([.. parts.SelectMany(part => MD5.HashData(Encoding.ASCII.GetBytes(part)))]));
#pragma warning restore CA5351

    private static string Flip(string base64)
    {
        byte[] bytes = Convert.FromBase64String(base64);
        bytes[0] ^= 1;
        return Convert.ToBase64String(bytes);
    }

    private static string BucketOf(string url) => url.Split('/')[0];

    private static string Key(Answer answer) => Element(answer, "Key");

    private static string Element(Answer answer, string name) => Elements(answer, name).First();

    private static IEnumerable<string> Elements(Answer answer, string name) =>
        XElement.Parse(answer.Text).Descendants().Where(element => element.Name.LocalName == name).Select(element => element.Value);

    private static string NextBucket() => $"wire-{Interlocked.Increment(ref _buckets)}";

    private string NewBucket(bool versioned = false) => _server.S3.CreateBucket(NextBucket(), versioned).Name;

    private string NewObject() => $"{NewBucket()}/k";

    private async Task<string> BeginAsync(string url, params (string Name, string Value)[] headers) =>
        Element(await SendAsync("POST", url + "?uploads", "", headers), "UploadId");

    private async Task<string> PartAsync(string url, string id, int number, string content) =>
        (await SendAsync("PUT", $"{url}?uploadId={id}&partNumber={number}", content)).Header("ETag")!;

    private Task<Answer> CompleteAsync(string url, string id, params (int Number, string ETag)[] parts) => SendAsync(
        "POST",
        $"{url}?uploadId={id}",
        new XElement(
            "CompleteMultipartUpload",
            parts.Select(part => new XElement("Part", new XElement("PartNumber", part.Number), new XElement("ETag", part.ETag)))).ToString());

    private Task<Answer> ChunkedAsync(string url, string trailer, string trailing) => SendAsync(
        "PUT",
        url,
        $"4\r\n1234\r\n5\r\n56789\r\n0\r\n{trailing}\r\n\r\n",
        ("Content-Encoding", "aws-chunked"),
        ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        ("x-amz-decoded-content-length", "9"),
        ("x-amz-trailer", trailer));

    private async Task<Answer> SendAsync(string method, string url, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_server.Endpoint, url));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }

        foreach ((string name, string value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using HttpResponseMessage response = await Http.SendAsync(request);
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    private sealed record Answer(int Status, string Text, HttpResponseHeaders Headers)
    {
        public string? Code => Status >= 400 && Text.Length > 0 ? XElement.Parse(Text).Element("Code")!.Value : null;

        public string? Header(string name) => Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.Single() : null;
    }
}
