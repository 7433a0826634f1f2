using System.Globalization;
using DuckDB.NET.Data;
using Loader.LocalAws.Faults;
using Loader.Tests.Support;

namespace Loader.Tests.Faults;

/// <summary>Kills the process at random moments and runs it again. The final state must be the same.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class KillTests
{
    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("LOADER_KILLS"), CultureInfo.InvariantCulture, out int kills) ? kills : 3;

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("LOADER_SEED"), CultureInfo.InvariantCulture, out int seed) ? seed : 20_261_122;

    [Test]
    public async Task A_load_into_timestream_that_is_killed_several_times_ends_as_if_it_was_not_killed()
    {
        var random = new Random(Seed);
        await using FaultRig rig = await FaultRig.StartAsync();
        GeneratedFile[] files = Files(random);
        foreach (GeneratedFile file in files)
        {
            rig.Put(file);
        }

        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string>(rig.Server.Environment(), StringComparer.Ordinal)
        {
            ["MAX_BATCH_SIZE"] = "20",
            ["MAX_INVALID_PERCENT"] = "100",
            ["REJECTED_ROWS_LOCATION"] = "s3://data/rejected/",
        };
        string[] load = ["load", "s3://data/in/", "--sink", "timestream", "--json"];

        for (int kill = 0; kill < Kills; kill++)
        {
            using LoaderProcess process = LoaderProcess.Start(folder.Path, environment, load);
            FaultRule rule = rig.Server.Faults.On("timestream:WriteRecords").Calls(random.Next(1, 60)).Do(process.Kill, "Kill");
            await process.EndAsync();
            rule.Remove();
        }

        using LoaderProcess last = LoaderProcess.Start(folder.Path, environment, load);
        (int exitCode, string output, string errors) = await last.EndAsync();

        Assert.That(exitCode, Is.Zero, output + errors);
        rig.AssertStored(files);
        TestContext.Out.WriteLine($"{rig.Server.Faults.Applied.Values.Sum()} kills survived, rows lost: 0");
    }

    [TestCase(4, 1)]
    [TestCase(60, 8)]
    public async Task A_load_into_duckdb_that_is_killed_ends_as_if_it_was_not_killed(int fileCount, int filesInFlight)
    {
        var random = new Random(Seed + 1);
        using var folder = new TemporaryFolder();
        GeneratedFile[] files = Files(random, fileCount);
        foreach (GeneratedFile file in files)
        {
            string path = Path.Combine(folder.Path, file.Key);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, file.ToBytes());
            File.SetLastWriteTimeUtc(path, file.LastModified.UtcDateTime);
        }

        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["MAX_INVALID_PERCENT"] = "100",
            ["FILES_IN_FLIGHT"] = filesInFlight.ToString(CultureInfo.InvariantCulture),
        };
        using (LoaderProcess whole = LoaderProcess.Start(folder.Path, environment, "load", "in", "--duckdb", "whole.duckdb", "--json"))
        {
            (int exitCode, string output, string errors) = await whole.EndAsync();
            Assert.That(exitCode, Is.Zero, output + errors);
        }

        // A change of the database file triggers the kill, not a clock.
        using (LoaderProcess killed = LoaderProcess.Start(folder.Path, environment, "load", "in", "--duckdb", "killed.duckdb", "--json"))
        {
            using var watcher = new FileSystemWatcher(folder.Path, "killed.duckdb*") { NotifyFilter = NotifyFilters.Size | NotifyFilters.LastWrite };
            int changes = 0;
            int last = random.Next(2, 8) * (fileCount > 10 ? 3 : 1);
            watcher.Changed += (_, _) =>
            {
                if (Interlocked.Increment(ref changes) == last)
                {
                    killed.Kill();
                }
            };
            watcher.EnableRaisingEvents = true;
            (int exitCode, string output, string errors) = await killed.EndAsync();
            Assert.That(exitCode, Is.EqualTo(137), "the process was not killed: " + output + errors);
        }

        // A record without all rows of its file would leave them out here.
        using (LoaderProcess again = LoaderProcess.Start(
            folder.Path, environment, "load", "in", "--duckdb", "killed.duckdb", "--resume", "--json"))
        {
            (int exitCode, string output, string errors) = await again.EndAsync();
            Assert.That(exitCode, Is.Zero, output + errors);
        }

        Assert.That(Content(folder, "killed.duckdb"), Is.EqualTo(Content(folder, "whole.duckdb")));
    }

    private static GeneratedFile[] Files(Random random, int count = 4)
    {
        var newest = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        return [.. Enumerable.Range(0, count).Select(number => GeneratedFile.Random(random, number, newest))];
    }

    private static List<string> Content(TemporaryFolder folder, string database)
    {
        using var connection = new DuckDBConnection($"DataSource={Path.Combine(folder.Path, database)}");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT t::VARCHAR FROM generation t ORDER BY 1";
        using DuckDBDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
