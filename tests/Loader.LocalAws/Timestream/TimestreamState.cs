using System.Collections.Concurrent;

namespace Loader.LocalAws.Timestream;

/// <summary>The databases, tables, current cell, and totals of all writes. Thread-safe.</summary>
public sealed class TimestreamState
{
    private readonly ConcurrentDictionary<string, TimestreamDatabase> _databases = new(StringComparer.Ordinal);
    private readonly LocalAwsOptions _options;
    private long _ingested;
    private long _rejected;
    private long _writeUnits;
    private volatile Uri _cell = null!;

    internal TimestreamState(LocalAwsOptions options) => _options = options;

    /// <summary>Gets the databases, by name.</summary>
    public IReadOnlyList<TimestreamDatabase> Databases => [.. _databases.Values.OrderBy(database => database.Name, StringComparer.Ordinal)];

    /// <summary>Gets the cell that DescribeEndpoints returns.</summary>
    public Uri CurrentCell => _cell;

    /// <summary>Gets or sets the time for which clients may cache the cell's address. Default 1440 minutes (protocols 1.2).</summary>
    public long CachePeriodInMinutes { get; set; } = 1440;

    /// <summary>Gets or sets the maximum number of rows of a page of a query. Default 1000.</summary>
    public int QueryPageRows { get; set; } = 1_000;

    /// <summary>Gets or sets the number of empty pages with a token that come before each page with rows. Default 0.</summary>
    public int QueryEmptyPages { get; set; }

    /// <summary>Gets the number of records that responses counted as stored.</summary>
    public long IngestedRecords => Interlocked.Read(ref _ingested);

    /// <summary>Gets the number of records that responses listed as rejected.</summary>
    public long RejectedRecords => Interlocked.Read(ref _rejected);

    /// <summary>Gets the metered writes: per request the bytes of common attributes once and of every record, in units of 1 KiB (field 2.8).</summary>
    public long WriteUnits => Interlocked.Read(ref _writeUnits);

    internal string RegionalAuthority { get; set; } = string.Empty;

    /// <summary>Creates a database, or returns the existing one.</summary>
    public TimestreamDatabase CreateDatabase(string name) =>
        _databases.GetOrAdd(name, _ => new TimestreamDatabase(name, DatabaseArn(name), _options.TimeProvider.GetUtcNow()));

    /// <summary>Creates a table, and its database if missing. Returns an existing table unchanged.</summary>
    public TimestreamTable CreateTable(string database, string name, TableSettings? settings = null)
    {
        var parent = CreateDatabase(database);
        return parent.Stored.GetOrAdd(name, _ => new TimestreamTable(parent, name, settings ?? _options.DefaultTable, _options.TimeProvider));
    }

    /// <summary>Creates the database and the three tables of <see cref="EnergyTables"/>.</summary>
    public void CreateEnergyTables(TableSettings? settings = null)
    {
        foreach (var name in (string[])[EnergyTables.Generation, EnergyTables.Consumption, EnergyTables.Transmission])
        {
            CreateTable(EnergyTables.Database, name, settings ?? EnergyTables.Settings);
        }
    }

    /// <summary>Gets a table. Throws <see cref="KeyNotFoundException"/> if it does not exist.</summary>
    public TimestreamTable Table(string database, string name) =>
        FindTable(database, name) ?? throw new KeyNotFoundException($"Table {name} does not exist in database {database}.");

    /// <summary>Makes DescribeEndpoints return this cell. With <see cref="LocalAwsOptions.RequireDiscovery"/>, any other host responds with 421.</summary>
    public void MoveCell(Uri cell) => _cell = cell;

    internal TimestreamDatabase? FindDatabase(string name) => _databases.GetValueOrDefault(name);

    internal TimestreamTable? FindTable(string database, string name) => FindDatabase(database)?.Stored.GetValueOrDefault(name);

    internal string DatabaseArn(string name) => $"arn:aws:timestream:{_options.Region}:{_options.AccountId}:database/{name}";

    internal string TableArn(string database, string name) => $"{DatabaseArn(database)}/table/{name}";

    internal bool DropDatabase(string name) => _databases.TryRemove(name, out _);

    internal void CountWrite(int ingested, int rejected, long bytes)
    {
        Interlocked.Add(ref _ingested, ingested);
        Interlocked.Add(ref _rejected, rejected);
        Interlocked.Add(ref _writeUnits, Metering.WriteUnits(bytes));
    }
}
