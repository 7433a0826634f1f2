using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Loader.DuckDb;

/// <summary>The result of a query as DuckDB's data chunks, fetched one at a time, so that a large result takes no memory.</summary>
/// <remarks>Run no other statement on the connection before it is disposed.</remarks>
internal sealed unsafe class RowScan : IDisposable
{
    private readonly DuckDBPreparedStatement _statement;
    private readonly bool _isOpen;
    private DuckDBResult _result;
    private DuckDBDataChunk? _chunk;

    /// <summary>Initializes a new instance of the <see cref="RowScan"/> class.</summary>
    /// <exception cref="DuckDbNativeException">The query is not valid.</exception>
    public RowScan(DuckDBConnection connection, string query)
    {
        if (NativeMethods.PreparedStatements.DuckDBPrepare(connection.NativeConnection, query, out _statement) == DuckDBState.Error)
        {
            string message = NativeMethods.PreparedStatements.DuckDBPrepareError(_statement);
            _statement.Dispose();
            throw new DuckDbNativeException(message, DuckDBErrorType.Invalid);
        }

        _isOpen = true;
        if (NativeMethods.PreparedStatements.DuckDBExecutePreparedStreaming(_statement, out _result) == DuckDBState.Error)
        {
            DuckDbNativeException failure = CreateException();
            Dispose();
            throw failure;
        }
    }

    /// <summary>Gets the number of rows of the chunk.</summary>
    public int Count { get; private set; }

    /// <summary>Fetches the next chunk.</summary>
    /// <returns><see langword="false"/> at the end of the result.</returns>
    /// <exception cref="DuckDbNativeException">The query failed or was interrupted.</exception>
    public bool MoveNext()
    {
        _chunk?.Dispose();
        _chunk = NativeMethods.StreamingResult.DuckDBStreamFetchChunk(_result);
        if (_chunk.IsInvalid)
        {
            _chunk = null;
            return string.IsNullOrEmpty(NativeMethods.Query.DuckDBResultError(ref _result)) ? false : throw CreateException();
        }

        Count = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(_chunk);
        return true;
    }

    /// <summary>Returns the values of a column of the chunk.</summary>
    public T* Column<T>(int column)
        where T : unmanaged => (T*)NativeMethods.Vectors.DuckDBVectorGetData(VectorOf(column));

    /// <summary>Returns a bit for each row of a column of the chunk, 0 for null, or <see langword="null"/> if no row is null.</summary>
    public ulong* ValidityOf(int column) => NativeMethods.Vectors.DuckDBVectorGetValidity(VectorOf(column));

    /// <inheritdoc/>
    public void Dispose()
    {
        _chunk?.Dispose();
        _chunk = null;
        if (_isOpen)
        {
            NativeMethods.Query.DuckDBDestroyResult(ref _result);
        }

        _statement.Dispose();
    }

    private nint VectorOf(int column) => NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk!, column);

    private DuckDbNativeException CreateException() => new(
        NativeMethods.Query.DuckDBResultError(ref _result), NativeMethods.Query.DuckDBResultErrorType(ref _result));
}
