using System.Text;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Loader.DuckDb;

/// <summary>
/// Appends rows to a table with DuckDB's data chunks: columns are written in place, 2,048 rows at a time, without a call per
/// value.
/// </summary>
/// <remarks>Owns native memory. Appended rows are in the table only after <see cref="Complete"/> returns.</remarks>
internal sealed unsafe class ChunkAppender : IDisposable
{
    /// <summary>The number of rows in a full chunk: DuckDB's STANDARD_VECTOR_SIZE.</summary>
    public const int Capacity = 2048;

    private readonly DuckDB.NET.Native.DuckDBAppender _appender;
    private readonly DuckDBDataChunk _chunk;
    private readonly DuckDBLogicalType[] _types;

    /// <summary>Initializes a new instance of the <see cref="ChunkAppender"/> class.</summary>
    /// <param name="connection">The connection; the rows are part of its transaction.</param>
    /// <param name="isTemporary">Whether the table is a temporary one of the connection.</param>
    /// <param name="table">The table.</param>
    /// <param name="columns">The types of all its columns, in order.</param>
    public ChunkAppender(DuckDBConnection connection, bool isTemporary, string table, params ReadOnlySpan<DuckDBType> columns)
    {
        _types = new DuckDBLogicalType[columns.Length];
        nint[] handles = new nint[columns.Length];
        for (int column = 0; column < columns.Length; column++)
        {
            _types[column] = NativeMethods.LogicalType.DuckDBCreateLogicalType(columns[column]);
            handles[column] = _types[column].DangerousGetHandle();
        }

        _chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk(handles, (ulong)handles.Length);

        // Without a catalog the name is looked up as in a statement, so the database file may have any name.
        Check(NativeMethods.Appender.DuckDBAppenderCreateExt(
            connection.NativeConnection, isTemporary ? "temp" : null!, isTemporary ? "main" : null!, table, out _appender));
    }

    /// <summary>Returns the buffer for a column's values in the current chunk. It is valid until <see cref="Append"/> is called.</summary>
    public Span<T> Column<T>(int column)
        where T : unmanaged => new(NativeMethods.Vectors.DuckDBVectorGetData(VectorOf(column)), Capacity);

    /// <summary>Writes a string, or null, into the current chunk.</summary>
    public void Write(int column, int row, string? text)
    {
        if (text is null)
        {
            SetNull(column, row);
            return;
        }

        // The length is passed, so a NUL character does not end the string.
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        fixed (byte* bytes = utf8)
        {
            NativeMethods.Vectors.DuckDBVectorAssignStringElementLength(VectorOf(column), (ulong)row, bytes, utf8.Length);
        }
    }

    /// <summary>Marks a row of a column in the current chunk as null.</summary>
    public void SetNull(int column, int row)
    {
        nint vector = VectorOf(column);
        NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
        NativeMethods.Vectors.DuckDBVectorGetValidity(vector)[row / 64] &= ~(1UL << (row % 64));
    }

    /// <summary>Appends the first <paramref name="rowCount"/> rows of the current chunk and starts the next chunk.</summary>
    public void Append(int rowCount)
    {
        _ = NativeMethods.DataChunks.DuckDBDataChunkSetSize(_chunk, (ulong)rowCount);
        Check(NativeMethods.Appender.DuckDBAppendDataChunk(_appender, _chunk));
        NativeMethods.DataChunks.DuckDBDataChunkReset(_chunk);
    }

    /// <summary>Flushes all appended rows to the table.</summary>
    public void Complete() => Check(NativeMethods.Appender.DuckDBAppenderClose(_appender));

    public void Dispose()
    {
        _appender.Dispose();
        _chunk.Dispose();
        foreach (DuckDBLogicalType type in _types)
        {
            type.Dispose();
        }
    }

    private nint VectorOf(int column) => NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, column);

    private void Check(DuckDBState state)
    {
        if (state == DuckDBState.Error)
        {
            using DuckDBErrorData error = NativeMethods.Appender.DuckDBAppenderErrorData(_appender);
            throw new DuckDbNativeException(
                NativeMethods.ErrorData.DuckDBErrorDataMessage(error), NativeMethods.ErrorData.DuckDBErrorDataErrorType(error));
        }
    }
}
