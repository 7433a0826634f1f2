using System.Text.Json;
using DuckDB.NET.Data;
using Loader.LocalAws.Faults;
using Loader.Tests.Support;

namespace Loader.Tests.Faults;

/// <summary>Loads of a generated folder by processes that end at a random moment, and what they leave.</summary>
internal abstract class KilledLoad : IAsyncDisposable
{
    private readonly TemporaryFolder _place = new();

    protected KilledLoad(GeneratedFolder folder, Random random)
    {
        Folder = folder;
        Random = random;
    }

    public GeneratedFolder Folder { get; }

    protected Random Random { get; }

    protected string PlacePath => _place.Path;

    protected abstract IReadOnlyDictionary<string, string> Environment { get; }

    protected abstract string[] Arguments { get; }

    public LoaderProcess Start(string filesInFlight, bool resume, string? rowGroupsInFlight = null)
    {
        var environment = new Dictionary<string, string>(Environment, StringComparer.Ordinal)
        {
            ["FILES_IN_FLIGHT"] = filesInFlight,
            ["MAX_INVALID_PERCENT"] = "100",
        };
        if (rowGroupsInFlight is not null)
        {
            environment["ROW_GROUPS_IN_FLIGHT"] = rowGroupsInFlight;
        }

        string[] options = resume ? ["--resume"] : [];
        return LoaderProcess.Start(PlacePath, environment, ["load", .. Arguments, "--rejected", "kept", "--json", .. options]);
    }

    /// <summary>Runs an action once, at a random moment of a process.</summary>
    /// <returns>What ends the wait for the moment.</returns>
    public abstract IDisposable AtRandomMoment(Action act);

    /// <summary>Reads what the processes that have ended left.</summary>
    public abstract StoreContent Read();

    /// <summary>Prepares for a run after one that ended before its moment.</summary>
    public virtual void Reset()
    {
    }

    public virtual ValueTask DisposeAsync()
    {
        _place.Dispose();
        return ValueTask.CompletedTask;
    }

    protected static string KeyOf(string name) => name[name.IndexOf("in/", StringComparison.Ordinal)..];

    /// <summary>Reads the places of all kept rows.</summary>
    protected HashSet<RowPlace> ReadKeptRows()
    {
        string kept = Path.Combine(PlacePath, "kept");
        if (!Directory.Exists(kept) || !Directory.EnumerateFiles(kept, "*.parquet", SearchOption.AllDirectories).Any())
        {
            return [];
        }

        return [.. Query(
            "DataSource=:memory:",
            $"SELECT _source, _row_group, _row FROM read_parquet('{kept}/**/*.parquet', hive_partitioning = false)",
            reader => new RowPlace(KeyOf(reader.GetString(0)), reader.GetInt32(1), reader.GetInt32(2)))];
    }

    protected static List<T> Query<T>(string database, string sql, Func<DuckDBDataReader, T> read)
    {
        using var connection = new DuckDBConnection(database);
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using DuckDBDataReader reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Runs an action once, at the n-th change of a file below a folder. There is no clock in it.</summary>
    protected static IDisposable AtChange(string folder, int number, Action act)
    {
        var watcher = new FileSystemWatcher(folder)
        {
            NotifyFilter = NotifyFilters.Size | NotifyFilters.LastWrite | NotifyFilters.FileName,
            IncludeSubdirectories = true,
        };
        int changes = 0;
        watcher.Created += (_, _) => Count();
        watcher.Changed += (_, _) => Count();
        watcher.Renamed += (_, _) => Count();
        watcher.EnableRaisingEvents = true;
        return watcher;

        void Count()
        {
            if (Interlocked.Increment(ref changes) == number)
            {
                act();
            }
        }
    }
}

/// <summary>Loads into a server, some of whose requests fail. A request or a line of the journal is the moment.</summary>
internal sealed class KilledServerLoad : KilledLoad
{
    private readonly FaultRig _rig;

    private KilledServerLoad(FaultRig rig, GeneratedFolder folder, Random random)
        : base(folder, random)
    {
        _rig = rig;
        var environment = new Dictionary<string, string>(rig.Server.Environment(), StringComparer.Ordinal);
        foreach ((string name, string value) in rig.Destination.Environment)
        {
            environment[name] = value;
        }

        Environment = environment;
        Directory.CreateDirectory(JournalPath);
    }

    /// <summary>Gets the requests that write.</summary>
    public FaultOccasion Writes => _rig.On(_rig.Destination.WriteOperation);

    protected override IReadOnlyDictionary<string, string> Environment { get; }

    protected override string[] Arguments => ["s3://data/in/", "--sink", _rig.Destination.Sink];

    private string JournalPath => Path.Combine(PlacePath, ".loader");

    /// <summary>Starts the server.</summary>
    /// <param name="folder">The files.</param>
    /// <param name="random">Chooses the moments and the faults.</param>
    /// <param name="faults">Whether requests fail.</param>
    /// <param name="destination">What is loaded into, which is disposed with the load; Timestream if it is <see langword="null"/>.</param>
    public static async Task<KilledServerLoad> StartAsync(
        GeneratedFolder folder, Random random, bool faults = true, RigDestination? destination = null)
    {
        FaultRig rig = await FaultRig.StartAsync(destination: destination);
        rig.Put(folder);
        var load = new KilledServerLoad(rig, folder, random);
        if (faults)
        {
            load.Writes.WithProbability(0.03, random.Next()).Throttle(retryAfter: TimeSpan.Zero);
            load.Writes.WithProbability(0.02, random.Next()).ResetAfterStore();
            rig.Server.Faults.On("s3:GetObject").WithProbability(0.02, random.Next()).ResetBeforeStore();
        }

        return load;
    }

    public override IDisposable AtRandomMoment(Action act)
    {
        // Every run asks for each object, so that there are at least as many requests as objects.
        FaultOccasion requests = _rig.Server.Faults.On("*");
        int number = Random.Next(1, Folder.Count);
        return Random.Next(3) switch
        {
            0 => new Rule(requests.Calls(number).Do(act, "End")),
            1 => new Rule(requests.Calls(number).DoAfter(act, "End")),
            _ => AtChange(JournalPath, Random.Next(1, Folder.Count / 2), act),
        };
    }

    public override StoreContent Read()
    {
        _rig.Destination.AssertSound();
        return new StoreContent(_rig.Destination.Read(), ReadKeptRows(), ReadJournal());
    }

    /// <summary>Cuts the journal in the middle of its last line, as if the process had been killed while it wrote the line.</summary>
    public void CutJournal()
    {
        foreach (string file in Directory.GetFiles(JournalPath))
        {
            byte[] bytes = File.ReadAllBytes(file);
            int lastLine = bytes.AsSpan(0, Math.Max(0, bytes.Length - 1)).LastIndexOf((byte)'\n') + 1;
            File.WriteAllBytes(file, bytes[..Random.Next(lastLine, Math.Max(lastLine, bytes.Length) + 1)]);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Reads the whole lines, of which the last one of a file counts.</summary>
    private Dictionary<string, int?> ReadJournal()
    {
        var files = new Dictionary<string, int?>(StringComparer.Ordinal);
        string[] journals = Directory.Exists(JournalPath) ? Directory.GetFiles(JournalPath) : [];
        foreach (string line in journals.SelectMany(File.ReadAllLines).Where(line => line.EndsWith('}')))
        {
            JsonElement entry = JsonDocument.Parse(line).RootElement;
            files[KeyOf(entry.GetProperty("file").GetString()!)] =
                entry.TryGetProperty("rowGroup", out JsonElement rowGroup) && rowGroup.ValueKind == JsonValueKind.Number ? rowGroup.GetInt32() : null;
        }

        return files;
    }

    private sealed class Rule(FaultRule rule) : IDisposable
    {
        public void Dispose() => rule.Remove();
    }
}

/// <summary>Loads into DuckDB. A change of the database, its log or a file of kept rows is the moment.</summary>
internal sealed class KilledDuckDbLoad : KilledLoad
{
    private const string Database = "energy.duckdb";
    private const string Log = Database + ".wal";

    public KilledDuckDbLoad(GeneratedFolder folder, Random random)
        : base(folder, random) => folder.WriteTo(PlacePath);

    protected override IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    protected override string[] Arguments => ["in", "--duckdb", Database];

    public override IDisposable AtRandomMoment(Action act) => AtChange(PlacePath, Random.Next(1, Folder.Count), act);

    /// <summary>A run that resumes a complete one changes nothing, so the next one begins with an empty database.</summary>
    public override void Reset()
    {
        File.Delete(Path.Combine(PlacePath, Database));
        File.Delete(Path.Combine(PlacePath, Log));
    }

    public override StoreContent Read()
    {
        // DuckDB writes three headers of 4 KiB when it creates a file, and opens none that lacks them. A process that was killed before has
        // stored nothing, and its user deletes the file.
        var created = new FileInfo(Path.Combine(PlacePath, Database));
        if (created.Exists && created.Length < 3 * 4_096)
        {
            Reset();
        }

        // A copy is read, because the next run must find what the process left: opening a database applies its log.
        using var copy = new TemporaryFolder();
        foreach (string name in new[] { Database, Log }.Where(name => File.Exists(Path.Combine(PlacePath, name))))
        {
            File.Copy(Path.Combine(PlacePath, name), Path.Combine(copy.Path, name));
        }

        string database = $"DataSource={Path.Combine(copy.Path, Database)}";
        HashSet<string> tables = [.. Query(database, "SELECT table_name FROM duckdb_tables()", reader => reader.GetString(0))];
        return new StoreContent(
            !tables.Contains("generation") ? new Dictionary<RecordIdentity, StoredValue>() : Query(
                database,
                """SELECT epoch_ms("time"::TIMESTAMP), region, energy_source, quality_flag, "value", version FROM generation""",
                reader => (
                    Identity: new RecordIdentity(
                        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(0)).UtcDateTime, reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3)),
                    Value: new StoredValue(reader.GetDouble(4), reader.GetInt64(5)))).ToDictionary(row => row.Identity, row => row.Value),
            ReadKeptRows(),
            !tables.Contains("loader_files") ? new Dictionary<string, int?>() : Query(
                database,
                "SELECT source, row_group FROM loader_files",
                reader => (Key: KeyOf(reader.GetString(0)), RowGroup: reader.IsDBNull(1) ? (int?)null : reader.GetInt32(1))).ToDictionary(file => file.Key, file => file.RowGroup));
    }
}
