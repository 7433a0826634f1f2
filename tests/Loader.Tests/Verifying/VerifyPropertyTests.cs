using System.Globalization;
using CsCheck;
using DuckDB.NET.Data;
using Loader.Domain;
using Loader.Tests.Cli;
using Loader.Tests.Parquet;

namespace Loader.Tests.Verifying;

/// <summary>Random files are loaded in random order, the database is edited at random, and every file is verified against a plain comparison.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class VerifyPropertyTests
{
    private static readonly string[] Regions = ["SE", "NE", "S"];

    private static readonly Gen<FileRow> Row = Gen.Select(
        Gen.Int[0, 2], Gen.Int[0, 6], Gen.Int[0, 3], (region, hour, value) => new FileRow(Regions[region], hour, value));

    private static readonly Gen<string> Edit = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 6], Gen.Int[0, 2], (kind, hour, region) => kind switch
    {
        0 => $"DELETE FROM generation WHERE hour(\"time\") = {hour} AND region = '{Regions[region]}'",
        1 => $"UPDATE generation SET \"value\" = 9 WHERE hour(\"time\") = {hour} AND region = '{Regions[region]}'",
        2 => $"UPDATE generation SET version = 5 * 2097152 WHERE hour(\"time\") = {hour} AND region = '{Regions[region]}'",
        3 => $"UPDATE generation SET version = 1 WHERE hour(\"time\") = {hour} AND region = '{Regions[region]}'",
        _ => $"INSERT INTO generation SELECT \"time\" + INTERVAL 1 SECOND, * EXCLUDE (\"time\") FROM generation WHERE hour(\"time\") = {hour}",
    });

    [Test]
    public void The_counts_are_those_of_a_plain_comparison() => Gen.Select(Row.Array[1, 15].Array[1, 3], Edit.Array[0, 4]).Sample(
        (files, edits) => CheckAsync(files, edits).GetAwaiter().GetResult(),
        iter: 15,
        threads: 1);

    private static async Task CheckAsync(FileRow[][] files, string[] edits)
    {
        using var folder = new Folder();
        using var cli = new CliRun();
        string[] paths = [.. files.Select((rows, number) => Write(folder, number, rows))];
        for (int number = 0; number < files.Length; number++)
        {
            await cli.RunAsync("load", paths[number], "--version", Text(number + 1));
        }

        string database = cli.PathOf("energy.duckdb");
        foreach (string edit in edits)
        {
            Query(database, edit);
        }

        var stored = Query(database, "SELECT region, epoch_ms(\"time\"), \"value\", version FROM generation")
            .Select(row => (Region: (string)row[0], Time: (long)row[1], Value: (double)row[2], Version: (long)row[3])).ToArray();
        for (int number = 0; number < files.Length; number++)
        {
            await cli.RunAsync("verify", paths[number], "--version", Text(number + 1), "--json");

            Assert.That(VerifyText.Counts(cli.Json.GetProperty("files")[0]), Is.EqualTo(Compare(files[number], new ObjectVersion(number + 1).ForRowGroup(0), stored)));
        }
    }

    /// <summary>Compares row by row, and describes the counts as <see cref="VerifyText"/> does.</summary>
    private static string Compare(FileRow[] file, long version, (string Region, long Time, double Value, long Version)[] stored)
    {
        var counts = new SortedDictionary<int, (string Name, long Count)>();
        string[] names = ["read", "stored", "missing", "different", "superseded", "duplicate", "foreign", "stored_by_older_version"];
        Add("read", file.Length);
        var last = file.GroupBy(row => (row.Region, row.Time)).ToDictionary(rows => rows.Key, rows => rows.Last());
        Add("duplicate", file.Length - last.Count);
        foreach (((string region, long time), FileRow row) in last)
        {
            var held = stored.Where(one => one.Region == region && one.Time == time).OrderBy(one => one.Version).ToArray();
            Add("foreign", Math.Max(held.Length - 1, 0));
            if (held.Length == 0)
            {
                Add("missing", 1);
            }
            else if (held[^1].Version > version)
            {
                Add("superseded", 1);
            }
            else if (held[^1].Value.Equals(row.Value))
            {
                Add("stored", 1);
                Add("stored_by_older_version", held[^1].Version < version ? 1 : 0);
            }
            else
            {
                Add("different", 1);
            }
        }

        (long first, long end) = (file.Min(row => row.Time), file.Max(row => row.Time));
        Add("foreign", stored.Count(one => one.Time >= first && one.Time <= end && file.Any(row => row.Region == one.Region)
            && !last.ContainsKey((one.Region, one.Time))));
        long Of(string name) => counts.GetValueOrDefault(Array.IndexOf(names, name)).Count;
        string status = Of("missing") + Of("different") + Of("foreign") == 0 ? "verified" : "differs";
        return status + ": " + string.Join(", ", counts.Values.Where(count => count.Count > 0).Select(count => $"{count.Name} {Text(count.Count)}"));

        void Add(string name, long count) => counts[Array.IndexOf(names, name)] = (name, Of(name) + count);
    }

    private static string Write(Folder folder, int number, FileRow[] rows) => folder.Write(
        $"dataset=generation/{Text(number)}.parquet",
        $"""
        SELECT make_timestamp_ms(t) AS timestamp, v::DOUBLE AS value, region, 'MW' AS unit, 'power' AS measurement_type, 'hydro' AS energy_source
        FROM (VALUES {string.Join(", ", rows.Select((row, index) => $"({Text(index)}, {Text(row.Time)}::BIGINT, {Text((long)row.Value)}, '{row.Region}')"))}) AS r(i, t, v, region)
        ORDER BY i
        """);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static List<object[]> Query(string database, string statement)
    {
        using var connection = new DuckDBConnection("Data Source=" + database);
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own words.
        command.CommandText = statement;
#pragma warning restore CA2100
        using DuckDBDataReader reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            object[] row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    private sealed record FileRow(string Region, int Hour, double Value)
    {
        public long Time => VerifyFile.Begin.AddHours(Hour).ToUnixTimeMilliseconds();
    }
}
