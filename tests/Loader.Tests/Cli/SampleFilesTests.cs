using System.Security.Cryptography;

namespace Loader.Tests.Cli;

/// <summary>The sample files that the command writes, and those in the repository.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class SampleFilesTests
{
    [Test]
    public async Task The_same_arguments_give_the_same_bytes_and_another_seed_gives_others()
    {
        using var cli = new CliRun();
        await cli.RunAsync("sample", cli.PathOf("one"), "--days", "3");
        await cli.RunAsync("sample", cli.PathOf("same"), "--days", "3");
        await cli.RunAsync("sample", cli.PathOf("other"), "--days", "3", "--seed", "2");

        Assert.That(Hashes(cli.PathOf("same")), Is.EqualTo(Hashes(cli.PathOf("one"))));
        Assert.That(Hashes(cli.PathOf("other")).Intersect(Hashes(cli.PathOf("one"))), Is.Empty);
    }

    [Test]
    public async Task The_requested_number_of_rows_is_written_to_one_file_per_month()
    {
        using var cli = new CliRun();

        await cli.RunAsync("sample", cli.PathOf("s"), "--dataset", "transmission", "--rows", "1000");
        await cli.RunAsync("validate", cli.PathOf("s"), "--json");

        Assert.That(cli.Json.GetProperty("read").GetInt64(), Is.EqualTo(1000));
        Assert.That(cli.Json.GetProperty("written").GetInt64(), Is.EqualTo(1000));
        Assert.That(
            Directory.GetFiles(cli.PathOf("s"), "*.parquet", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(cli.PathOf("s"), path).Replace('\\', '/')).Order(),
            Is.EqualTo(new[]
            {
                "dataset=transmission/year=2024/month=01/transmission-2024-01.parquet",
                "dataset=transmission/year=2024/month=02/transmission-2024-02.parquet",
            }));
    }

    [Test]
    public async Task Rows_and_days_together_set_the_step()
    {
        using var cli = new CliRun();

        await cli.RunAsync("sample", cli.PathOf("s"), "--dataset", "generation", "--rows", "12000", "--days", "1");
        await cli.RunAsync("load", cli.PathOf("s"), "--json");

        Assert.That(cli.Json.GetProperty("written").GetInt64(), Is.EqualTo(12_000));
        Assert.That(cli.Json.GetProperty("tables")[0].GetProperty("latest").GetDateTimeOffset().Date, Is.EqualTo(new DateTime(2024, 1, 29)));
    }

    [Test]
    public async Task The_command_writes_the_samples_of_the_repository()
    {
        string? kept = Kept();
        if (kept is null)
        {
            Assert.Ignore("The tests do not run in the repository.");
        }

        using var cli = new CliRun();
        await cli.RunAsync("sample", cli.PathOf("samples"));

        Assert.That(Hashes(kept!), Is.EqualTo(Hashes(cli.PathOf("samples"))));
        Assert.That(Directory.GetFiles(kept!, "*.parquet", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length), Is.LessThan(200_000));
    }

    [Test]
    public async Task Solar_is_dark_at_night_and_some_rows_have_no_flag()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync(days: 4);
        await cli.RunAsync("load", samples);
        using var file = new DuckDb.DuckDbFile();
        File.Copy(cli.PathOf("energy.duckdb"), file.Location);

        Assert.That(
            file.Query("SELECT sum(\"value\") FILTER (hour(\"time\") BETWEEN 22 AND 23 OR hour(\"time\") < 8) = 0, sum(\"value\") > 0 FROM generation WHERE energy_source = 'solar'"),
            Is.EqualTo(new[] { "True|True" }));
        Assert.That(file.Query("SELECT count(*) FILTER (quality_flag IS NULL) > 0, count(DISTINCT quality_flag) FROM generation"), Is.EqualTo(new[] { "True|2" }));
        Assert.That(file.Query("SELECT count(*) FROM generation WHERE \"value\" < 0"), Is.EqualTo(new[] { "0" }));
    }

    private static string[] Hashes(string folder) =>
        [.. Directory.GetFiles(folder, "*.parquet", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => Path.GetFileName(path) + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))))];

    private static string? Kept()
    {
        for (DirectoryInfo? at = new(TestContext.CurrentContext.TestDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Loader.sln")))
            {
                return Path.Combine(at.FullName, "samples");
            }
        }

        return null;
    }
}
