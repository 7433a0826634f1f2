using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Cli.DuckDb;

/// <summary>Says what DuckDB's errors mean for a load, and what the user can do.</summary>
internal static class DuckDbFailures
{
    /// <summary>The system's words for a full disk, which DuckDB passes on.</summary>
    private const string NoSpace = "No space left on device";

    /// <summary>Whether an exception is one of DuckDB's.</summary>
    public static bool IsOurs(Exception exception) => exception is DuckDBException or DuckDbAppendException;

    /// <summary>Whether a statement was interrupted, which only happens because the write was abandoned.</summary>
    public static bool IsInterrupt(Exception exception) => TypeOf(exception) == DuckDBErrorType.Interrupt;

    /// <summary>Translates a failure to open the database file. DuckDB has one error type for all of them, so its words decide.</summary>
    public static LoadException OnOpening(string path, Exception exception)
    {
        string name = PlainText.Escape(path);
        string words = FirstLine(exception.Message);
        if (Says("lock"))
        {
            return new UnavailableException(
                $"{name} is in use by another process: DuckDB lets one process at a time open a file to write. Close the other one and run the load again. ({words})", exception);
        }

        if (Says("not a valid DuckDB database") || TypeOf(exception) == DuckDBErrorType.Serialization)
        {
            return new ConfigurationException($"{name} exists and is no DuckDB database of a version that can be read here. Name another file with --duckdb. ({words})", exception);
        }

        return Says(NoSpace)
            ? InUse(name, words, exception)
            : new ConfigurationException($"{name} cannot be opened to write. Name another file with --duckdb. ({words})", exception);

        bool Says(string text) => exception.Message.Contains(text, StringComparison.Ordinal);
    }

    /// <summary>Translates a failure of a statement on a database that is open.</summary>
    public static LoadException InUse(string path, Exception exception) => InUse(PlainText.Escape(path), FirstLine(exception.Message), exception);

    private static LoadException InUse(string name, string words, Exception exception) => TypeOf(exception) switch
    {
        // A commit that found the disk full is a failed transaction by its type.
        _ when exception.Message.Contains(NoSpace, StringComparison.Ordinal) || exception.Message.Contains("Could not write", StringComparison.Ordinal) => new UnavailableException(
            $"{name} could not be written; is the disk full? What was committed is kept: run the load again once there is room. ({words})", exception),
        DuckDBErrorType.Io or DuckDBErrorType.Fatal => new UnavailableException(
            $"{name} could not be read or written. What was committed is kept: run the load again. ({words})", exception),
        DuckDBErrorType.OutOfMemory => new UnavailableException(
            $"DuckDB ran out of memory or of room for temporary files while writing {name}. Free some and run the load again. ({words})", exception),
        DuckDBErrorType.Transaction => new UnavailableException($"{name} was changed by another connection at the same time. Run the load again. ({words})", exception),
        DuckDBErrorType.Permission => new DestinationAccessDeniedException($"{name} may not be written. ({words})", exception),
        _ => new DestinationRefusedException($"DuckDB refuses to write {name}: {words}", exception),
    };

    private static DuckDBErrorType TypeOf(Exception exception) => exception switch
    {
        DuckDBException duckDb => duckDb.ErrorType,
        DuckDbAppendException append => append.ErrorType,
        _ => DuckDBErrorType.Invalid,
    };

    private static string FirstLine(string message)
    {
        int end = message.AsSpan().IndexOfAny('\r', '\n');
        return PlainText.Escape(end < 0 ? message : message[..end]);
    }
}
