using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Loader.LocalAws;
using Loader.Tests.Support;

namespace Loader.Tests.LocalAws;

/// <summary>
/// The official JavaScript clients drive LocalAws, with their signatures verified. Skipped where Node.js 20 or npm is missing, or where npm cannot install the
/// packages of JavaScript/package-lock.json.
/// </summary>
[TestFixture]
internal sealed class JavaScriptSdkTests
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(2);

    private TemporaryFolder _folder = null!;
    private LocalAwsServer? _server;
    private JsonElement _seen;

    [OneTimeSetUp]
    public async Task RunAsync()
    {
        _folder = new TemporaryFolder();
        await RequireNodeAsync();
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "LocalAws", "JavaScript")))
        {
            File.Copy(file, Path.Combine(_folder.Path, Path.GetFileName(file)));
        }

        await InstallAsync();
        _server = await LocalAwsServer.StartAsync(new() { VerifySignatures = true });
        _server.S3.CreateBucket("js");
        _server.S3.CreateBucket("js-versions", versioned: true);
        _server.Timestream.CreateEnergyTables();
        var (exitCode, output, errors) = await RunAsync(RunLimit, _server.Environment(), "node", "clients.mjs");
        Assert.That(exitCode, Is.Zero, errors);
        using var document = JsonDocument.Parse(output);
        _seen = document.RootElement.Clone();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }

    [TestCase("oddKeys", """{"listed":true,"encoded":true,"read":true}""")]
    [TestCase("plain", """{"text":"123456789","etag":"\"25f9e794323b453885f5181f1b624d0b\"","crc32":"y/Q5Jg=="}""")]
    [TestCase("stream", """{"text":"123456789","etag":"\"25f9e794323b453885f5181f1b624d0b\"","crc32":"y/Q5Jg=="}""")]
    [TestCase("sha256", """{"text":"123456789","etag":"\"25f9e794323b453885f5181f1b624d0b\"","sha256":"FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="}""")]
    [TestCase("wrongMd5", "\"400 BadDigest\"")]
    [TestCase("wrongChecksum", "\"400 BadDigest\"")]
    [TestCase("multipart", """{"wrong":"400 InvalidPart","etag":true,"checksumType":"COMPOSITE","sameChecksum":true,"size":5242883,"parts":[5242880,3],"totalParts":2,"last":"end"}""")]
    [TestCase("conditions", """{"absent":"404 NoSuchKey","exists":"412 PreconditionFailed","other":"412 PreconditionFailed","same":"none"}""")]
    [TestCase("versions", """{"first":"one","bad":"400 InvalidArgument","absent":"404 NoSuchVersion"}""")]
    [TestCase("range", "\"345 bytes 2-4/9\"")]
    [TestCase("pages", "[2,2,1]")]
    [TestCase("acl", "\"501 NotImplemented\"")]
    public void S3_answers_as_the_client_expects(string check, string expected) => AssertSeen("s3", check, expected);

    [TestCase("discovery", "true")]
    [TestCase("written", """{"MagneticStore":0,"MemoryStore":2,"Total":2}""")]
    [TestCase("rejected", """{"name":"RejectedRecordsException","status":419,"records":[[1,1]]}""")]
    [TestCase("schema", """{"schema":true,"created":true,"missing":"419 RejectedRecordsException","present":"none"}""")]
    [TestCase("missing", "\"404 ResourceNotFoundException\"")]
    [TestCase("invalid", "\"400 ValidationException\"")]
    public void Timestream_answers_as_the_client_expects(string check, string expected) => AssertSeen("timestream", check, expected);

    [TestCase("json", "small", "\"none\"")]
    [TestCase("json", "large", "\"none\"")]
    [TestCase("json", "invalid", "\"400 InvalidParameterValueException\"")]
    [TestCase("query", "small", "\"none\"")]
    [TestCase("query", "large", "\"none\"")]
    [TestCase("query", "invalid", "\"400 InvalidParameterValueException\"")]
    public void CloudWatch_answers_as_the_client_expects(string protocol, string check, string expected) => AssertSeen(protocol, check, expected);

    [TestCase("JsonValue", 12.5)]
    [TestCase("JsonValues", 5)]
    [TestCase("JsonSet", 10)]
    [TestCase("JsonLarge", 200)]
    [TestCase("QueryValue", 12.5)]
    [TestCase("QueryValues", 5)]
    [TestCase("QuerySet", 10)]
    [TestCase("QueryLarge", 200)]
    public void Metrics_of_both_protocols_are_kept(string name, double sum) => Assert.That(_server!.CloudWatch.Sum(name), Is.EqualTo(sum));

    [Test]
    public void Each_protocol_was_used_plain_and_compressed()
    {
        var used = _server!.Requests.Of("cloudwatch:PutMetricData")
            .Select(request => (request.Header("Content-Type")!.Split(';')[0], request.Header("Content-Encoding") ?? "plain"))
            .Distinct();

        Assert.That(used, Is.EquivalentTo(new[]
        {
            ("application/x-amz-json-1.0", "plain"), ("application/x-amz-json-1.0", "gzip"),
            ("application/x-www-form-urlencoded", "plain"), ("application/x-www-form-urlencoded", "gzip"),
        }));
    }

    [Test]
    public void LocalAws_had_no_errors_of_its_own() => Assert.That(_server!.Requests.Failures, Is.Empty);

    private void AssertSeen(string service, string check, string expected)
    {
        using var wanted = JsonDocument.Parse(expected);
        var seen = _seen.GetProperty(service).GetProperty(check);

        Assert.That(JsonElement.DeepEquals(seen, wanted.RootElement), seen.GetRawText());
    }

    private async Task RequireNodeAsync()
    {
        foreach (var command in (string[])["node", "npm"])
        {
            try
            {
                var (exitCode, version, _) = await RunAsync(RunLimit, environment: null, command, "--version");
                if (exitCode != 0 || (command is "node" && int.Parse(version.TrimStart('v').Split('.')[0], CultureInfo.InvariantCulture) < 20))
                {
                    Assert.Ignore($"{command} {version.Trim()} does not run the packages, which need Node.js 20.");
                }
            }
            catch (Win32Exception)
            {
                Assert.Ignore($"The command {command} is not installed.");
            }
        }
    }

    private async Task InstallAsync()
    {
        try
        {
            var (exitCode, _, errors) = await RunAsync(InstallLimit, environment: null, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
            if (exitCode != 0)
            {
                Assert.Ignore($"npm could not install the official JavaScript clients: {errors}");
            }
        }
        catch (TimeoutException)
        {
            Assert.Ignore($"npm did not install the official JavaScript clients within {InstallLimit.TotalMinutes} minutes.");
        }
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        TimeSpan limit, IReadOnlyDictionary<string, string>? environment, string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = _folder.Path,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output, await errors);
    }
}
