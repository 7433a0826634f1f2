using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.DuckDb.Comparing;

/// <summary>A temporary database for the rows that are compared, because they may come in any order and need not fit into memory.</summary>
/// <remarks>
/// Memory is bounded by a limit of DuckDB, and disk space by the rows of one file and the records of one slice: a table of them takes about
/// 10 bytes a row.
/// </remarks>
internal sealed class ComparisonDatabase : IDisposable
{
    private const int MemoryMegabytes = 128;

    private readonly DirectoryInfo _folder;

    /// <summary>Initializes a new instance of the <see cref="ComparisonDatabase"/> class.</summary>
    /// <exception cref="ConfigurationException">The temporary database cannot be created.</exception>
    public ComparisonDatabase()
    {
        try
        {
            // Only this user can read the folder.
            _folder = Directory.CreateTempSubdirectory("loader-verify-");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                $"Cannot create a temporary folder in {PlainText.Escape(Path.GetTempPath())}: {PlainText.Escape(exception.Message)} "
                + "Set TMPDIR to a folder that this user can write to.",
                exception);
        }

        string path = Path.Combine(_folder.FullName, "rows.duckdb");
        var settings = new DuckDBConnectionStringBuilder
        {
            DataSource = path,
            AutoinstallKnownExtensions = false,
            AutoloadKnownExtensions = false,
            Threads = Math.Min(2, Environment.ProcessorCount),
        };
        settings["memory_limit"] = $"{MemoryMegabytes}MB";
        settings["temp_directory"] = _folder.FullName;
        settings["preserve_insertion_order"] = "false";
        Connection = new DuckDBConnection(settings.ConnectionString);
        try
        {
            Connection.Open();
        }
        catch (DuckDBException exception)
        {
            Dispose();
            throw DuckDbErrors.FromOpen(path, exception);
        }
    }

    /// <summary>Gets the connection, for use by <see cref="Run"/>.</summary>
    public DuckDBConnection Connection { get; }

    /// <summary>Runs statements on the temporary database, and interrupts them if the token is cancelled.</summary>
    /// <param name="work">The statements.</param>
    /// <param name="cancellationToken">The token.</param>
    /// <returns>What <paramref name="work"/> returns.</returns>
    /// <exception cref="UnavailableException">There is no disk space left.</exception>
    public T Run<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using CancellationTokenRegistration interrupt = cancellationToken.Register(
            static connection => NativeMethods.Startup.DuckDBInterrupt(((DuckDBConnection)connection!).NativeConnection), Connection);
        try
        {
            return work();
        }
        catch (Exception exception) when (DuckDbErrors.IsDuckDbError(exception))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (DuckDbErrors.IsLackOfSpace(exception))
            {
                throw new UnavailableException(
                    $"The comparison ran out of temporary disk space in {PlainText.Escape(Path.GetTempPath())}. Free some space, or set "
                    + $"TMPDIR to another folder, then run the command again. ({PlainText.Escape(exception.Message)})",
                    exception);
            }

            throw;
        }
    }

    /// <summary>Closes and deletes the temporary database.</summary>
    public void Dispose()
    {
        Connection.Dispose();
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // The system deletes what is left in its folder for temporary files. What was found does not depend on it.
        }
    }
}
