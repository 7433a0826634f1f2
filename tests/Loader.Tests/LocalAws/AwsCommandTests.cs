using System.ComponentModel;
using System.Diagnostics;
using Loader.LocalAws;
using Loader.LocalAws.Timestream;

namespace Loader.Tests.LocalAws;

/// <summary>The official command, an independent client of all three services, with its signatures verified.</summary>
[TestFixture]
internal sealed class AwsCommandTests
{
    private LocalAwsServer _server = null!;
    private string _folder = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await LocalAwsServer.StartAsync(new() { VerifySignatures = true });
        _folder = Directory.CreateTempSubdirectory("local-aws-").FullName;
        try
        {
            await RunAsync("--version");
        }
        catch (Win32Exception)
        {
            Assert.Ignore("The aws command is not installed.");
        }
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        Directory.Delete(_folder, recursive: true);
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_file_is_copied_to_a_bucket_and_listed()
    {
        _server.S3.CreateBucket("data");
        var file = Path.Combine(_folder, "a.bin");
        var content = new byte[9_000_000];
        new Random(3).NextBytes(content);
        await File.WriteAllBytesAsync(file, content);

        await RunAsync("s3", "cp", "--quiet", file, "s3://data/dataset=generation/år 1+2.bin");
        var listed = await RunAsync("s3", "ls", "--recursive", "s3://data/");

        Assert.That(_server.S3.Find("data", "dataset=generation/år 1+2.bin")?.Content, Is.EqualTo(content));
        Assert.That(listed, Does.Contain("9000000 dataset=generation/år 1+2.bin"));
    }

    [Test]
    public async Task Records_are_written()
    {
        _server.Timestream.CreateEnergyTables();

        // With the endpoint from the environment alone, the command would discover the cell, and it speaks only HTTPS to an address without scheme.
        var answer = await RunAsync(
            "timestream-write", "--endpoint-url", _server.Environment()["AWS_ENDPOINT_URL"], "write-records", "--database-name", "energy", "--table-name", "generation",
            "--common-attributes", "Dimensions=[{Name=region,Value=SE}],MeasureName=value,Version=4",
            "--records", "Time=1700000000000,MeasureValue=1.5", "Time=1700000060000,MeasureValue=2.5");

        Assert.Multiple(() =>
        {
            Assert.That(answer, Does.Contain("\"MagneticStore\": 2"));
            Assert.That(_server.Timestream.Table(EnergyTables.Database, EnergyTables.Generation).Count, Is.EqualTo(2));
        });
    }

    [Test]
    public async Task A_metric_is_put()
    {
        await RunAsync("cloudwatch", "put-metric-data", "--namespace", "Loader", "--metric-data", "MetricName=Rows,Value=5,Unit=Count");

        Assert.That(_server.CloudWatch.Sum("Rows"), Is.EqualTo(5));
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("aws", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in _server.Environment())
        {
            start.Environment[name] = value;
        }

        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["AWS_CONFIG_FILE"] = start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(_folder, "none");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, await errors);
        return await output;
    }
}
