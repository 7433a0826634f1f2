using System.Text.Json;
using Loader.LocalAws;
using Loader.LocalAws.Timestream;
using Loader.Tests.Support;

namespace Loader.Tests.Lambda;

/// <summary>The events in <c>samples/events</c>, each run by the executable on the sample files.</summary>
public sealed class EventSamplesTests
{
    private const string FromS3 = "LoadFromS3Event";
    private const string FromStepFunctions = "LoadFromStepFunctions";
    private const int Generation1 = 864;
    private const int Generation2 = 576;
    private const int Consumption1 = 864;
    private const int Transmission1 = 432;

    /// <summary>The function of each sample, and the records that each table holds afterwards.</summary>
    private static readonly Dictionary<string, (string Handler, int Generation, int Consumption, int Transmission)> Expected = new()
    {
        ["s3.json"] = (FromS3, Generation1, 0, 0),
        ["s3-two-objects.json"] = (FromS3, Generation1, Consumption1, 0),
        ["s3-removed.json"] = (FromS3, 0, 0, 0),
        ["s3-test.json"] = (FromS3, 0, 0, 0),
        ["eventbridge.json"] = (FromS3, Generation1, 0, 0),
        ["cloudtrail.json"] = (FromS3, 0, 0, Transmission1),
        ["sns.json"] = (FromS3, 0, Consumption1, 0),
        ["sqs.json"] = (FromS3, Generation1, Consumption1, 0),
        ["sqs-eventbridge.json"] = (FromS3, Generation1, 0, 0),
        ["sqs-cloudtrail.json"] = (FromS3, 0, 0, Transmission1),
        ["sqs-sns.json"] = (FromS3, Generation2, 0, 0),
        ["sqs-failure.json"] = (FromS3, Generation1, 0, 0),
        ["step-functions.json"] = (FromStepFunctions, Generation1, 0, 0),
        ["step-functions-options.json"] = (FromStepFunctions, Generation1 / 3, 0, 0),
        ["step-functions-listed.json"] = (FromStepFunctions, Generation1, 0, 0),
        ["step-functions-batch.json"] = (FromStepFunctions, Generation1, Consumption1, 0),
        ["step-functions-resumable.json"] = (FromStepFunctions, Generation1, 0, 0),
        ["step-functions-resume.json"] = (FromStepFunctions, Generation1, 0, 0),
    };

    private LocalAwsServer _server = null!;

    private static string Samples => Path.Combine(Repository.Root, "samples");

    private static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Path.Combine(Samples, "events"), "*.json").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    [SetUp]
    public async Task StartAsync()
    {
        _server = await LocalAwsServer.StartAsync();
        _server.Timestream.CreateEnergyTables();
        foreach (string path in Directory.EnumerateFiles(Samples, "*.parquet", SearchOption.AllDirectories))
        {
            _server.S3.Put("data", Path.GetRelativePath(Samples, path).Replace('\\', '/'), await File.ReadAllBytesAsync(path));
        }
    }

    [TearDown]
    public async Task StopAsync()
    {
        Assert.That(_server.Requests.Failures, Is.Empty);
        await _server.DisposeAsync();
    }

    [Test]
    public void Every_sample_is_tested_and_every_tested_sample_is_there() => Assert.That(Files, Is.EquivalentTo(Expected.Keys));

    [Test]
    public async Task The_page_of_the_samples_names_each_of_them()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Samples, "events", "README.md"));

        Assert.That(Files.Where(file => !page.Contains($"| `{file}` |", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCaseSource(nameof(Files))]
    public async Task A_sample_is_loaded_and_its_caller_has_a_response(string file)
    {
        (string handler, int generation, int consumption, int transmission) = Expected[file];

        LocalRun run = await LocalRun.RunAsync(_server.Environment(), "--handler", handler, Path.Combine(Samples, "events", file));

        Assert.That(run.ExitCode, Is.Zero, run.Errors);
        Assert.That(
            (Count(EnergyTables.Generation), Count(EnergyTables.Consumption), Count(EnergyTables.Transmission)),
            Is.EqualTo((generation, consumption, transmission)));
        Assert.That(run.Output, Does.Not.Contain("replaced_since_event"));
        if (file.StartsWith("sqs", StringComparison.Ordinal))
        {
            Assert.That(run.Json.GetProperty("batchItemFailures").GetArrayLength(), Is.EqualTo(file == "sqs-failure.json" ? 1 : 0));
        }
        else
        {
            Assert.That(run.Json.GetProperty("statusCode").GetInt32(), Is.EqualTo(200));
            JsonElement data = run.Json.GetProperty("data");
            JsonElement counts = data.TryGetProperty("totals", out JsonElement totals) ? totals : data;
            Assert.That(counts.GetProperty("written").GetInt64(), Is.EqualTo(generation + consumption + transmission));
        }
    }

    private int Count(string table) => _server.Timestream.Table(EnergyTables.Database, table).Count;
}
