using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Loader.LocalAws;
using Loader.LocalAws.S3;
using Loader.LocalAws.Timestream;
using Loader.Tests.Lambda;
using Loader.Tests.Support;

namespace Loader.Tests.Cli;

/// <summary>A prefix of a million keys: what the command line holds of it, and when it begins to load.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MillionKeysTests
{
    private const int PageSize = 1_000;
    private const int RowsOfAFile = 24;

    /// <summary>The limit of the managed heap. A million keys of this length, or results, take more than 100 MB: the process would end.</summary>
    private const int HeapLimit = 32 << 20;

    /// <summary>
    /// How much the resident memory may grow from a tenth of the listing to its end. The process compiles its methods again in that time,
    /// which takes some 25 MB, however many keys there are.
    /// </summary>
    private const long MostGrowth = 48 << 20;

    /// <summary>Less than the time after which the client asks for a page again.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static int Keys => int.TryParse(Environment.GetEnvironmentVariable("LOADER_KEYS"), CultureInfo.InvariantCulture, out int keys) ? keys : 1_000_000;

    /// <summary>
    /// One of 500 keys is data, the others are markers that the rule for data skips. The tenth page is answered only after the first record
    /// was written. <c>LOADER_KEYS</c> sets another number of keys.
    /// </summary>
    [Test]
    public async Task A_million_keys_are_listed_in_flat_memory_and_the_first_write_comes_before_the_tenth_page()
    {
        int data = Keys / 500;
        await using var run = await Run.StartAsync(Keys, number => number % 500 == 0 ? "part.parquet" : "_SUCCESS");
        bool wasWritten = false;
        run.Server.Faults.On("s3:ListObjectsV2").Calls(10).Do(
            () => wasWritten = SpinWait.SpinUntil(() => run.Server.Requests.Count("timestream:WriteRecords") > 0, Limit), "Wait");

        (int exitCode, byte[] json, string errors) = await run.LoadAsync();

        Assert.That(wasWritten, Is.True, errors);
        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(run.Server.Requests.Count("s3:ListObjectsV2"), Is.EqualTo(Keys / PageSize));
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement result = document.RootElement;
        Assert.That(result.GetProperty("files").GetArrayLength(), Is.EqualTo(data));
        Assert.That(result.GetProperty("written").GetInt64(), Is.EqualTo(data * RowsOfAFile));
        Assert.That(result.GetProperty("skipped_by_reason").GetProperty("not_parquet").GetInt32(), Is.EqualTo(Keys - data));
        run.AssertFlatMemory();
    }

    /// <summary>Every key is a file that is loaded: minutes for a million. <c>LOADER_KEYS</c> sets another number.</summary>
    [Test]
    [Explicit("Loads a million files.")]
    public async Task A_million_files_are_loaded_in_flat_memory()
    {
        await using var run = await Run.StartAsync(Keys, _ => "part.parquet");

        (int exitCode, byte[] json, string errors) = await run.LoadAsync();

        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(CountFiles(json), Is.EqualTo(Keys));
        Assert.That(run.Server.Requests.Count("timestream:WriteRecords"), Is.EqualTo(Keys));
        run.AssertFlatMemory();
    }

    /// <summary>Reads the whole document, without building it, and counts the objects that name a file.</summary>
    private static int CountFiles(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        int files = 0;
        while (reader.Read())
        {
            files += reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("file"u8) ? 1 : 0;
        }

        return files;
    }

    /// <summary>A process that loads a prefix of generated keys, and its memory while it lists them.</summary>
    private sealed class Run(LocalAwsServer server, int count) : IAsyncDisposable
    {
        private static readonly int[] Percents = [10, 50, 100];

        private readonly TemporaryFolder _folder = new();
        private readonly ConcurrentDictionary<int, long> _resident = new();

        public LocalAwsServer Server => server;

        public static async Task<Run> StartAsync(int count, Func<int, string> nameOf)
        {
            if (!File.Exists("/proc/self/status"))
            {
                Assert.Ignore("This system does not tell the memory of a process in /proc.");
            }

            LocalAwsServer server = await LocalAwsServer.StartAsync(new LocalAwsOptions { KeepRequests = false });
            server.Timestream.CreateEnergyTables(new TableSettings { MagneticStoreDays = 73_000, MagneticStoreWrites = true });
            server.S3.CreateBucket("data").Generated = new GeneratedObjects(
                count,
                number => $"in/dataset=generation/day={number:0000000}/{nameOf(number)}",
                SomeFiles.Generation(RowsOfAFile),
                new DateTimeOffset(2024, 3, 1, 0, 0, 0, TimeSpan.Zero));
            return new Run(server, count);
        }

        public async Task<(int ExitCode, byte[] Json, string Errors)> LoadAsync()
        {
            var environment = new Dictionary<string, string>(server.Environment(), StringComparer.Ordinal) { ["DOTNET_GCHeapHardLimit"] = HeapLimit.ToString("x", CultureInfo.InvariantCulture) };
            string json = Path.Combine(_folder.Path, "result.json");
            using LoaderProcess process = LoaderProcess.StartInto(json, _folder.Path, environment, "load", "s3://data/in/", "--sink", "timestream", "--json");
            foreach (int percent in Percents)
            {
                server.Faults.On("s3:ListObjectsV2").Calls(Math.Max(1, count / PageSize * percent / 100)).Do(() => _resident[percent] = process.ResidentBytes() ?? 0, "Sample");
            }

            (int exitCode, _, string errors) = await process.EndAsync();
            return (exitCode, await File.ReadAllBytesAsync(json), errors);
        }

        public void AssertFlatMemory()
        {
            TestContext.Out.WriteLine(
                $"{count} keys: resident memory at {string.Join(", ", Percents.Select(percent => $"{percent} %: {_resident[percent] >> 20} MiB"))} of the listing; managed heap limited to {HeapLimit >> 20} MiB");
            Assert.That(_resident.Values, Is.All.Positive);
            Assert.That(_resident[100] - _resident[10], Is.LessThan(MostGrowth));
        }

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            _folder.Dispose();
        }
    }
}
