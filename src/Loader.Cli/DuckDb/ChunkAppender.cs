using System.Text;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Loader.Cli.DuckDb;

/// <summary>Appends rows to a temporary table by DuckDB's data chunks: columns are written in place, 2,048 rows at a time, without a call per value.</summary>
/// <remarks>Owns native memory. What was appended counts only once <see cref="Complete"/> returned.</remarks>
internal sealed unsafe class ChunkAppender : IDisposable
{
    /// <summary>The rows that a chunk holds: DuckDB's STANDARD_VECTOR_SIZE.</summary>
    public const int Capacity = 2048;

    private readonly DuckDB.NET.Native.DuckDBAppender _appender;
    private readonly DuckDBDataChunk _chunk;
    private readonly DuckDBLogicalType[] _types;

    public ChunkAppender(DuckDBConnection connection, string table, ReadOnlySpan<DuckDBType> columns)
    {
        _types = new DuckDBLogicalType[columns.Length];
        nint[] handles = new nint[columns.Length];
        for (int column = 0; column < columns.Length; column++)
        {
            _types[column] = NativeMethods.LogicalType.DuckDBCreateLogicalType(columns[column]);
            handles[column] = _types[column].DangerousGetHandle();
        }

        _chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk(handles, (ulong)handles.Length);
        DuckDBState state = NativeMethods.Appender.DuckDBAppenderCreateExt(connection.NativeConnection, "temp", "main", table, out _appender);
        Check(state);
    }

    /// <summary>Returns the place for a column's values of the chunk under way; valid until <see cref="Append"/>.</summary>
    public Span<T> Column<T>(int column)
        where T : unmanaged => new(NativeMethods.Vectors.DuckDBVectorGetData(VectorOf(column)), Capacity);

    /// <summary>Writes a text, or null, into the chunk under way.</summary>
    public void Write(int column, int row, string? text)
    {
        nint vector = VectorOf(column);
        if (text is null)
        {
            NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
            NativeMethods.Vectors.DuckDBVectorGetValidity(vector)[row / 64] &= ~(1UL << (row % 64));
            return;
        }

        // A text with a NUL in it stays whole: the length is given.
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        fixed (byte* bytes = utf8)
        {
            NativeMethods.Vectors.DuckDBVectorAssignStringElementLength(vector, (ulong)row, bytes, utf8.Length);
        }
    }

    /// <summary>Appends the first rows of the chunk and begins the next one.</summary>
    public void Append(int rows)
    {
        _ = NativeMethods.DataChunks.DuckDBDataChunkSetSize(_chunk, (ulong)rows);
        Check(NativeMethods.Appender.DuckDBAppendDataChunk(_appender, _chunk));
        NativeMethods.DataChunks.DuckDBDataChunkReset(_chunk);
    }

    /// <summary>Hands everything to the table.</summary>
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
            throw new DuckDbAppendException(NativeMethods.ErrorData.DuckDBErrorDataMessage(error), NativeMethods.ErrorData.DuckDBErrorDataErrorType(error));
        }
    }
}
