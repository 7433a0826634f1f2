namespace Loader.Cli.Loading;

/// <summary>Where records go.</summary>
internal enum SinkKind
{
    /// <summary>A DuckDB file.</summary>
    DuckDb,

    /// <summary>Amazon Timestream.</summary>
    Timestream,

    /// <summary>Nowhere: requests are made up and counted, and none is sent.</summary>
    None,
}
