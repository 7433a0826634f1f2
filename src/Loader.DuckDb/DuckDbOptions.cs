namespace Loader.DuckDb;

/// <summary>Options of <see cref="DuckDbSink"/>.</summary>
public sealed class DuckDbOptions
{
    /// <summary>Gets or sets the path of the DuckDB database file.</summary>
    /// <value>
    /// Required. The file is created if it does not exist; its folder must exist. A relative path starts at the current folder of the
    /// process.
    /// </value>
    public string Path { get; set; } = "";

    /// <inheritdoc cref="Application.LoadOptions.FindFaults"/>
    public IEnumerable<string> FindFaults()
    {
        if (string.IsNullOrWhiteSpace(Path))
        {
            yield return "DuckDbOptions.Path is not set; it must be the path of the DuckDB database file.";
        }
    }
}
