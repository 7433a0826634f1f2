using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>Translates DuckDB's errors into the failures of a load. Each message says what the user can do.</summary>
internal static class DuckDbErrors
{
    /// <summary>Tells users of the command line and of the library how to choose another database file.</summary>
    public const string ChooseAnotherFile = "choose another file (--duckdb, or DuckDbOptions.Path in code)";

    /// <summary>The operating system's message for a full disk, which DuckDB's message contains.</summary>
    private const string NoSpace = "No space left on device";

    /// <summary>Returns whether DuckDB reported the exception.</summary>
    public static bool IsDuckDbError(Exception exception) => exception is DuckDBException or DuckDbNativeException;

    /// <summary>Returns whether another connection changed the same rows at the same time, so that a later attempt can succeed.</summary>
    public static bool IsConflict(Exception exception) =>
        TypeOf(exception) == DuckDBErrorType.Transaction && exception.Message.Contains("onflict", StringComparison.Ordinal);

    /// <summary>Returns whether memory and temporary disk space together do not suffice, or a file cannot be written.</summary>
    public static bool IsLackOfSpace(Exception exception) =>
        TypeOf(exception) is DuckDBErrorType.OutOfMemory or DuckDBErrorType.Io
        || exception.Message.Contains(NoSpace, StringComparison.Ordinal);

    /// <summary>Translates an error that occurred while the database file was opened.</summary>
    /// <remarks>DuckDB reports most of these errors with the same type, so the message has to be searched.</remarks>
    public static LoadException FromOpen(string path, Exception exception, bool isReading = false)
    {
        string file = PlainText.Escape(path);
        string detail = FirstLine(exception.Message);
        if (IsDamaged(exception))
        {
            return Damaged(file, detail, exception);
        }

        // "lock" alone would also match "block", which messages about damaged files contain.
        if (Contains("Could not set lock") || Contains("Conflicting lock") || Contains("being used by another process"))
        {
            return new UnavailableException(
                $"{file} is in use by another process. Only one process at a time can open a DuckDB file for writing: close the other "
                + $"process, then run the command again. ({detail})",
                exception);
        }

        if (Contains("not a valid DuckDB database") || TypeOf(exception) == DuckDBErrorType.Serialization)
        {
            return new ConfigurationException(
                $"{file} is not a DuckDB database, or its version is not supported. Rename it, or {ChooseAnotherFile}. "
                + $"({detail})", exception);
        }

        return Contains(NoSpace)
            ? FromStatement(file, detail, exception)
            : new ConfigurationException(
                $"Cannot open {file}{(isReading ? "" : " for writing")}. Check the path and its permissions, or {ChooseAnotherFile}. "
                + $"({detail})",
                exception);

        bool Contains(string text) => exception.Message.Contains(text, StringComparison.Ordinal);
    }

    /// <summary>Translates an error of a statement on an open database.</summary>
    public static LoadException FromStatement(string path, Exception exception) =>
        FromStatement(PlainText.Escape(path), FirstLine(exception.Message), exception);

    /// <summary>Translates an error of a statement that only reads.</summary>
    public static LoadException FromRead(string path, Exception exception)
    {
        string file = PlainText.Escape(path);
        string detail = FirstLine(exception.Message);
        return IsDamaged(exception) ? Damaged(file, detail, exception)
            : TypeOf(exception) is DuckDBErrorType.Io or DuckDBErrorType.Fatal or DuckDBErrorType.OutOfMemory
                ? new UnavailableException($"Could not read {file}: run the command again. ({detail})", exception)
                : new DestinationRefusedException($"DuckDB refused to read {file}: {detail}", exception);
    }

    private static LoadException FromStatement(string file, string detail, Exception exception) => TypeOf(exception) switch
    {
        _ when IsDamaged(exception) => Damaged(file, detail, exception),

        // A commit that fails because the disk is full has the type of a failed transaction.
        _ when exception.Message.Contains(NoSpace, StringComparison.Ordinal)
            || exception.Message.Contains("Could not write", StringComparison.Ordinal) => new UnavailableException(
            $"Could not write to {file}; the disk may be full. Committed rows are kept: free some space, then run the load again. "
            + $"({detail})", exception),
        DuckDBErrorType.Io or DuckDBErrorType.Fatal => new UnavailableException(
            $"Could not read or write {file}. Committed rows are kept: run the load again. ({detail})", exception),
        DuckDBErrorType.OutOfMemory => new UnavailableException(
            $"DuckDB ran out of memory or temporary disk space while writing to {file}. Free some of it, then run the load again. "
            + $"({detail})", exception),
        DuckDBErrorType.Transaction => new UnavailableException(
            $"Another connection changed {file} at the same time. Run the load again. ({detail})", exception),

        // Nothing here interrupts a statement but the end of a load. If a statement fails in one thread, DuckDB interrupts its others, and
        // sometimes reports one of those.
        DuckDBErrorType.Interrupt => new UnavailableException(
            $"A statement on {file} failed, and DuckDB did not say why. Committed rows are kept: run the load again. ({detail})",
            exception),
        DuckDBErrorType.Permission => new DestinationAccessDeniedException(
            $"Access denied writing to {file}. Check its permissions. ({detail})", exception),
        _ => new DestinationRefusedException($"DuckDB rejected the write to {file}: {detail}", exception),
    };

    /// <summary>Returns whether blocks of the file are missing or have a wrong checksum. Running again would fail again.</summary>
    private static bool IsDamaged(Exception exception) =>
        exception.Message.Contains("Corrupt database file", StringComparison.Ordinal)
        || exception.Message.Contains("Could not read enough bytes", StringComparison.Ordinal);

    private static ConfigurationException Damaged(string file, string detail, Exception exception) => new(
        $"{file} is damaged. Restore it from a copy, or {ChooseAnotherFile} and load the sources again. ({detail})", exception);

    private static DuckDBErrorType TypeOf(Exception exception) => exception switch
    {
        DuckDBException duckDb => duckDb.ErrorType,
        DuckDbNativeException append => append.ErrorType,
        _ => DuckDBErrorType.Invalid,
    };

    private static string FirstLine(string message)
    {
        int end = message.AsSpan().IndexOfAny('\r', '\n');
        return PlainText.Escape(end < 0 ? message : message[..end]);
    }
}

/// <summary>
/// An error of a function of DuckDB that is called directly. It carries the same facts as <see cref="DuckDBException"/>, whose constructor
/// is not public.
/// </summary>
internal sealed class DuckDbNativeException(string message, DuckDBErrorType errorType) : Exception(message)
{
    public DuckDBErrorType ErrorType { get; } = errorType;
}
