using DuckDB.NET.Data;

namespace Loader.Tests.Parquet;

/// <summary>A temporary folder for one test, with DuckDB to write Parquet files into it and to read them back.</summary>
internal sealed class Folder : IDisposable
{
    private readonly DuckDBConnection _duckDb = new("DataSource=:memory:");

    public Folder()
    {
        _duckDb.Open();
        Execute("SET threads = 1; SET TimeZone = 'UTC'");
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("loader-").FullName;

    public string File(string name)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Writes the rows of a query; returns the path.</summary>
    public string Write(string name, string query, string options = "")
    {
        string path = File(name);
        Execute($"COPY ({query}) TO '{path}' (FORMAT parquet{(options.Length == 0 ? "" : ", " + options)})");
        return path;
    }

    public void Execute(string sql)
    {
        using DuckDBCommand command = _duckDb.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public List<object?[]> Query(string sql)
    {
        using DuckDBCommand command = _duckDb.CreateCommand();
        command.CommandText = sql;
        using DuckDBDataReader reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            var row = new object?[reader.FieldCount];
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            }

            rows.Add(row);
        }

        return rows;
    }

    public void Dispose()
    {
        _duckDb.Dispose();
        Directory.Delete(Path, recursive: true);
    }
}
