using System.Text.Json;
using Loader.LocalAws;
using Loader.Tests.DuckDb;
using Loader.Tests.Parquet;
using Loader.Tests.Support;

namespace Loader.Tests.Cli;

/// <summary>What is stored of files whose keys are unusual, from disk and from S3.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class StoredKeysTests
{
    private const string Bucket = "lake";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Keys below dataset=generation, and the region and source of the rows that are stored; null where the rows are invalid.</summary>
    private static readonly (string Key, string? Stored)[] Partitions =
    [
        ("region=A%3AB/energy_source=100%25%20wind/x.parquet", "A:B|100% wind"),
        ("region=C%2BD/energy_source=a%3Db/x.parquet", "C+D|a=b"),
        ("region=E+F/energy_source=a=b=c/x.parquet", "E+F|a=b=c"),
        ("region=G%23/energy_source=x%3Fy%23z/x.parquet", "G#|x?y#z"),
        ("region=S%C3%A3o%20Paulo/energy_source=hydro%2Fpumped/x.parquet", "São Paulo|hydro/pumped"),
        ("region=São Luís/energy_source=%E6%B0%B4/x.parquet", "São Luís|水"),
        ("region=50%/energy_source=%ZZ/x.parquet", "50%|%ZZ"),
        ("Region=X1/ENERGY_SOURCE=caps/x.parquet", "X1|caps"),
        ("region=/energy_source=bio/x.parquet", null),
        ("region=N/energy_source=__HIVE_DEFAULT_PARTITION__/x.parquet", null),
        ("region=__HIVE_DEFAULT_PARTITION__/energy_source=solar/x.parquet", null),
    ];

    [TestCase("s3://lake/dataset=generation/a.parquet", "none")]
    [TestCase("s3://lake//dataset=generation/a.parquet", "one")]
    [TestCase("s3://lake///dataset=generation/a.parquet", "two")]
    [TestCase("s3://lake//", "one", "two")]
    [TestCase("s3://lake/", "none", "one", "two")]
    public async Task Keys_that_begin_with_slashes_are_objects_of_their_own(string source, params string[] stored)
    {
        using var folder = new Folder();
        await using LocalAwsServer server = await ServerAsync();
        foreach ((string slashes, string region) in new[] { ("", "none"), ("/", "one"), ("//", "two") })
        {
            server.S3.Put(Bucket, $"{slashes}dataset=generation/a.parquet", File.ReadAllBytes(folder.Write($"{region}.parquet", Rows(region, "hydro"))));
        }

        using var database = new DuckDbFile();
        (int exit, _) = await LoadAsync(folder.Path, server, database, source);

        Assert.That(exit, Is.Zero);
        Assert.That(Stored(database), Is.EqualTo(stored.Select(region => $"{region}|hydro|3")));
    }

    [Test]
    public async Task Values_of_partitions_are_stored_decoded([Values] bool isInS3)
    {
        using var folder = new Folder();
        await using LocalAwsServer server = await ServerAsync();
        byte[] content = File.ReadAllBytes(folder.Write("rows.parquet", Rows(region: null, source: null)));
        Add(folder, server, isInS3, Partitions.Select(partition => partition.Key), content);

        using var database = new DuckDbFile();
        (int exit, JsonElement json) = await LoadAsync(folder.Path, server, database, isInS3 ? "s3://lake/" : "lake");

        Assert.That(exit, Is.EqualTo(4));
        Assert.That(
            Stored(database),
            Is.EquivalentTo(Partitions.Where(partition => partition.Stored is not null).Select(partition => partition.Stored + "|3")));
        Assert.That(
            json.GetProperty("files").EnumerateArray().Where(file => file.TryGetProperty("invalid_by_reason", out JsonElement reasons) && reasons.GetRawText() == """{"MissingDimension":3}""").Count(),
            Is.EqualTo(3));
    }

    /// <summary>A folder passes by what is not named like Parquet; a file that is named itself is loaded.</summary>
    [Test]
    public async Task Names_of_other_writers_are_loaded_if_they_are_meant([Values] bool isInS3)
    {
        string[] others = ["000000_0", "20240701_144951_00037_v74wa_1ad6f92e", "LOAD1.parquet.gz", "data.parq", "data.pq", "part-0.parquet.snappy", "x.parquet.crc"];
        string[] data = ["JULY.PARQUET", "part-1.snappy.parquet", "Mixed.PaRqUeT"];
        using var folder = new Folder();
        await using LocalAwsServer server = await ServerAsync();
        Add(folder, server, isInS3, [.. others, .. data], File.ReadAllBytes(folder.Write("rows.parquet", Rows("SE", "hydro"))));
        string root = isInS3 ? "s3://lake/" : "lake/";

        using var database = new DuckDbFile();
        (int exit, JsonElement all) = await LoadAsync(folder.Path, server, database, root);
        (int exitNamed, JsonElement named) = await LoadAsync(folder.Path, server, database, [.. others.Select(name => $"{root}dataset=generation/{name}")]);

        Assert.That((exit, exitNamed), Is.EqualTo((0, 0)));
        Assert.That(all.GetProperty("read").GetInt64(), Is.EqualTo(3 * data.Length));
        Assert.That(all.GetProperty("skipped_by_reason").GetRawText(), Is.EqualTo("""{"not_parquet":7}"""));
        Assert.That(named.GetProperty("read").GetInt64(), Is.EqualTo(3 * others.Length));
    }

    private static void Add(Folder folder, LocalAwsServer server, bool isInS3, IEnumerable<string> keys, byte[] content)
    {
        foreach (string key in keys)
        {
            if (isInS3)
            {
                server.S3.Put(Bucket, $"dataset=generation/{key}", content);
                continue;
            }

            string path = Path.Combine(folder.Path, "lake", "dataset=generation", key);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
    }

    private static string Rows(string? region, string? source) =>
        "SELECT TIMESTAMP '2024-05-01' + INTERVAL (i) HOUR AS timestamp, i::DOUBLE AS value, 'MW' AS unit, 'power' AS measurement_type"
        + (region is null ? "" : $", '{region}' AS region") + (source is null ? "" : $", '{source}' AS energy_source") + " FROM range(3) t(i)";

    private static List<string> Stored(DuckDbFile database) =>
        database.Query("SELECT region, energy_source, count(DISTINCT \"time\") FROM generation GROUP BY ALL ORDER BY ALL");

    private static async Task<LocalAwsServer> ServerAsync()
    {
        LocalAwsServer server = await LocalAwsServer.StartAsync();
        server.S3.CreateBucket(Bucket);
        return server;
    }

    private static async Task<(int Exit, JsonElement Json)> LoadAsync(string folder, LocalAwsServer server, DuckDbFile database, params string[] sources)
    {
        using var process = LoaderProcess.Start(folder, server.Environment(), ["load", .. sources, "--duckdb", database.Location, "--json"]);
        (int exit, string output, string errors) = await process.EndAsync().WaitAsync(Patience);
        Assert.That(output, Is.Not.Empty, errors);
        return (exit, JsonDocument.Parse(output).RootElement);
    }
}
