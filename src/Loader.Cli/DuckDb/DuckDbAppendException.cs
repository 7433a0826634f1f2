using DuckDB.NET.Native;

namespace Loader.Cli.DuckDb;

/// <summary>An append that DuckDB refused, with what the provider's own exception would carry; that one cannot be made from outside.</summary>
internal sealed class DuckDbAppendException(string message, DuckDBErrorType errorType) : Exception(message)
{
    public DuckDBErrorType ErrorType { get; } = errorType;
}
