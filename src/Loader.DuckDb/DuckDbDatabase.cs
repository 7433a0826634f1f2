using DuckDB.NET.Data;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>The database file: opens connections to it, and runs one piece of work at a time, except for writes of rows.</summary>
/// <remarks>The first connection stays open until disposal, so that the file is neither closed nor reopened between loads.</remarks>
internal sealed class DuckDbDatabase : IDisposable
{
    private readonly SemaphoreSlim _lock = new(1, 1);
    private readonly string _connectionString;
    private readonly string _readOnlyConnectionString;
    private DuckDBConnection? _first;

    public DuckDbDatabase(string path)
    {
        Path = path;

        // The full path makes ':memory:' the name of a file. Extensions are not needed and must not be downloaded.
        var settings = new DuckDBConnectionStringBuilder
        {
            DataSource = System.IO.Path.GetFullPath(path),
            AutoinstallKnownExtensions = false,
            AutoloadKnownExtensions = false,

            // The thread that waits for a statement works too, and spins while it has no work. One thread fewer than cores leaves that core
            // to decoding: on 2 cores an insert took 2.6 us of CPU time a row with one thread and 4.8 us with two.
            Threads = Math.Max(1, Environment.ProcessorCount - 1),
        };

        // Row groups are compressed while a transaction appends them, which two transactions can do at once. By default up to five are
        // compressed by the commit, and commits take turns.
        settings["write_buffer_row_group_count"] = 1;

        // Text columns hold codes that repeat, so DuckDB chooses a dictionary for them, but only after it has tried FSST too, which takes a
        // sixth of the CPU time of a first load. Other types have no dictionaries and are compressed as DuckDB chooses.
        settings["force_compression"] = "dictionary";
        _connectionString = settings.ConnectionString;
        settings["access_mode"] = "READ_ONLY";
        _readOnlyConnectionString = settings.ConnectionString;
    }

    /// <summary>Gets the path of the file, as it was configured.</summary>
    public string Path { get; }

    /// <summary>Opens a connection. Only call it inside <see cref="RunAsync"/>.</summary>
    /// <returns>The connection; the caller disposes it.</returns>
    /// <exception cref="LoadException">The file cannot be opened.</exception>
    public DuckDBConnection Connect()
    {
        _first ??= Open(_connectionString);
        return Open(_connectionString);
    }

    /// <summary>Opens the file for the rest of this instance's life, unless it does not exist.</summary>
    /// <exception cref="LoadException">The file cannot be opened.</exception>
    public void OpenIfExists()
    {
        if (_first is null && File.Exists(Path))
        {
            _first = Open(_connectionString);
        }
    }

    /// <summary>Reads from the file without changing it. Only call it inside <see cref="RunAsync"/>.</summary>
    /// <returns>What <paramref name="read"/> returns, or the default if the file does not exist.</returns>
    /// <exception cref="LoadException">The file cannot be opened or read.</exception>
    public T? Read<T>(Func<DuckDBConnection, T?> read)
    {
        if (_first is null && !File.Exists(Path))
        {
            return default;
        }

        // A file that a load has opened already cannot be opened again in another mode.
        using DuckDBConnection connection = _first is null ? Open(_readOnlyConnectionString) : Open(_connectionString);
        try
        {
            return read(connection);
        }
        catch (DuckDBException exception)
        {
            throw DuckDbErrors.FromStatement(Path, exception);
        }
    }

    /// <summary>
    /// Waits until no other work uses the database, then runs the work on a thread of the pool: DuckDB's client is synchronous.
    /// </summary>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>Closes the file. DuckDB moves its write-ahead log into the file when the last connection closes.</summary>
    public void Dispose()
    {
        _first?.Dispose();
        _first = null;
        _lock.Dispose();
    }

    private DuckDBConnection Open(string connectionString)
    {
        if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) is { } folder && !Directory.Exists(folder))
        {
            throw new ConfigurationException(
                $"Cannot create {PlainText.Escape(Path)}: the folder does not exist. Create it, or {DuckDbErrors.ChooseAnotherFile}.");
        }

        var connection = new DuckDBConnection(connectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch (DuckDBException exception)
        {
            connection.Dispose();
            throw DuckDbErrors.FromOpen(Path, exception);
        }
    }
}

/// <summary>Runs the statements of <see cref="DatasetTable"/>.</summary>
internal static class DuckDbConnectionExtensions
{
    /// <summary>Runs a statement.</summary>
    /// <returns>The number of rows that it changed.</returns>
    public static int Execute(this DuckDBConnection connection, string statement)
    {
        using DuckDBCommand command = connection.CreateCommand(statement);
        return command.ExecuteNonQuery();
    }

    /// <summary>Creates the command of a statement.</summary>
    public static DuckDBCommand CreateCommand(this DuckDBConnection connection, string statement)
    {
        DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are constants of DatasetTable. Text from outside is a parameter or appended.
        command.CommandText = statement;
#pragma warning restore CA2100
        return command;
    }
}
